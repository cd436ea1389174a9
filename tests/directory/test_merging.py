"""Two records of one organisation become one, and nothing of them is lost."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from alliance.audit.queries import entries_caused_by
from alliance.core.errors import NotFound, Refused
from alliance.directory.models import Listing
from alliance.directory.operations.merging import merge_into
from alliance.directory.operations.organisations import dissolve, set_listed, set_parent
from alliance.directory.queries.records import affiliations_of, get_record
from alliance.directory.queries.relations import affiliations_at, organisation_called
from alliance.directory.rules.documents import document
from alliance.directory.rules.merging import merged_affiliations, survives_merge
from alliance.directory.rules.records import (
    AffiliationRecord,
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Visibility,
)
from tests.factories.directory import (
    STAFF,
    make_affiliation,
    make_contact,
    make_organisation,
    organisation,
)

SURVIVOR = organisation("Harbour Light", id=1, slug="harbour-light", language="en")
DUPLICATE = organisation("Harbor Light Inc", id=2, slug="harbor-light-inc", memberships=())


def merged(survivor=None, duplicate=None) -> OrganisationRecord:
    """The survivor after the merge of the two with these fields changed."""
    one = replace(SURVIVOR, **(survivor or {}))
    return survives_merge(one, replace(DUPLICATE, **(duplicate or {}))).survivor


def test_the_survivors_own_values_stay_and_gaps_are_filled():
    after = merged({"website": "https://a.example"}, {"website": "https://b.example", "city": "X"})
    assert (after.website, after.city) == ("https://a.example", "X")


def test_a_postal_address_is_taken_whole_or_not_at_all():
    after = merged({"street": "Moi Avenue 1"}, {"city": "Mombasa", "postcode": "80100"})
    assert (after.street, after.city, after.postcode) == ("Moi Avenue 1", None, None)


def test_a_kind_of_another_category_is_not_taken():
    assert merged({}, {"category": "company", "body_kind": "startup"}).body_kind is None


def test_names_unite_and_the_duplicates_own_name_becomes_one_of_them():
    acronym = Name(NameKind.ACRONYM, "HL", "en")
    after = merged({"names": (acronym,)}, {"names": (replace(acronym, language=None),)})
    assert after.names == (acronym, Name(NameKind.TRADING, "Harbor Light Inc"))


@pytest.mark.parametrize("name", ["HARBOUR LIGHT", "Hárbour Light"])
def test_a_name_that_differs_in_case_or_accents_only_is_not_kept_twice(name):
    assert merged({}, {"name": name}).names == ()


def test_a_name_in_another_language_becomes_a_translation():
    after = merged({}, {"name": "نور الميناء", "language": "ar"})
    assert after.names == (Name(NameKind.TRANSLATION, "نور الميناء", "ar"),)


def test_register_entries_sectors_countries_and_domains_unite():
    verified = Domain("a.example", True, date(2020, 1, 1), "Ada")
    after = merged(
        {
            "identifiers": (Identifier("wikidata", "Q1"),),
            "countries": ("KE",),
            "sectors": (1,),
            "domains": (Domain("a.example"), Domain("c.example")),
        },
        {
            "identifiers": (Identifier("wikidata", "Q2"),),
            "countries": ("KE", "UG"),
            "sectors": (2,),
            "domains": (verified, Domain("b.example")),
        },
    )
    assert after.identifiers == (Identifier("wikidata", "Q1"), Identifier("wikidata", "Q2"))
    assert (after.countries, after.sectors) == (("KE", "UG"), (1, 2))
    assert after.domains == (verified, Domain("b.example"), Domain("c.example"))


def test_memberships_that_overlap_become_one():
    earlier = Membership(date(2015, 1, 1), ended_on=date(2021, 1, 1), end_reason="x")
    assert merged({}, {"memberships": (earlier,)}).memberships == (Membership(date(2015, 1, 1)),)


def test_what_was_hidden_does_not_come_to_light_by_a_merge():
    hidden = MappingProxyType(
        {"city": Visibility.SECRETARIAT, "names": Visibility.PORTAL, "website": Visibility.PORTAL}
    )
    after = merged(
        {"website": "https://a.example"},
        {"city": "X", "website": "https://b.example", "visibility": hidden},
    )
    assert after.visibility == {"city": Visibility.SECRETARIAT, "names": Visibility.PORTAL}


def test_the_duplicate_keeps_only_what_leads_on():
    after = survives_merge(SURVIVOR, replace(DUPLICATE, former_slugs=("hl",))).duplicate
    assert document(after) == {
        "name": "Harbor Light Inc",
        "category": "civil_society",
        "slug": "harbor-light-inc",
        "is_listed": False,
        "merged_into_id": 1,
    }


def work(id: int, contact: int, role: str = "deputy", at: int = 2, **values) -> AffiliationRecord:
    return AffiliationRecord(contact, at, role, id, **values)


def test_people_come_over_and_one_person_in_one_role_counts_once():
    there = [work(1, 10, at=1, started_on=date(2020, 1, 1)), work(2, 11, at=1)]
    coming = [
        work(3, 10, started_on=date(2018, 1, 1), job_title="Head"),
        work(4, 10, "press"),
        work(5, 12),
        work(6, 12),
    ]
    found = merged_affiliations(there, coming, survivor_id=1)
    assert set(found.kept) == {
        work(1, 10, at=1, started_on=date(2018, 1, 1), job_title="Head"),
        work(4, 10, "press", at=1),
        work(5, 12, at=1),
    }
    assert found.taken_in == (3, 6)


def test_the_same_role_at_another_time_stays_on_its_own():
    there = [work(1, 10, at=1, started_on=date(2020, 1, 1))]
    coming = [work(2, 10, started_on=date(2015, 1, 1), ended_on=date(2017, 1, 1))]
    found = merged_affiliations(there, coming, survivor_id=1)
    assert found.kept == (replace(coming[0], organisation_id=1),)
    assert found.taken_in == ()


def test_a_merge_moves_everything_and_the_old_addresses_lead_on(session):
    entry = (Identifier("wikidata", "Q42"),)
    kept = make_organisation(session, "Harbour Light")
    double = make_organisation(
        session, "Harbor Light Inc", identifiers=entry, names=(Name(NameKind.ACRONYM, "HLI"),)
    )
    person = make_contact(session)
    there = make_affiliation(session, organisation=kept, contact=person)
    same = make_affiliation(session, organisation=double, contact=person)
    other = make_affiliation(session, organisation=double, role="press")
    merge_into(session, double.id, kept.id, actor=STAFF, reason="entered twice")
    after = get_record(session, kept.id)
    assert after.identifiers == entry
    assert "harbor-light-inc" in after.former_slugs
    assert session.get(Listing, double.id) is None
    assert get_record(session, double.id).merged_into_id == kept.id
    assert {one.id for one in affiliations_at(session, [kept.id])} == {there.id, other.id}
    assert affiliations_of(session, [same.id]) == {}
    told = entries_caused_by(session, f"merge:{double.id}")
    assert {(entry.subject_kind, entry.action) for entry in told} == {
        ("organisation", "changed"),
        ("affiliation", "changed"),
        ("affiliation", "removed"),
    }
    assert all(entry.reason == "entered twice" for entry in told)


def test_history_holds_enough_to_bring_the_duplicate_back(session):
    kept = make_organisation(session, "Harbour Light")
    double = make_organisation(session, "Harbor Light Inc", city="Nairobi", notes="Call first.")
    before = document(double)
    merge_into(session, double.id, kept.id, actor=STAFF)
    (entry,) = (
        entry
        for entry in entries_caused_by(session, f"merge:{double.id}")
        if entry.subject_id == double.id and entry.subject_kind == "organisation"
    )
    restored = {**document(get_record(session, double.id))}
    for field, (was, _) in entry.changes.items():
        restored[field] = was
    assert {field: value for field, value in restored.items() if value is not None} == before


def test_what_stood_under_the_duplicate_or_led_to_it_follows(session):
    kept, double, first, below = (
        make_organisation(session, name) for name in ("Kept", "Double", "First", "Below")
    )
    merge_into(session, first.id, double.id, actor=STAFF)
    set_parent(session, below.id, double.id, actor=STAFF)
    set_parent(session, kept.id, double.id, actor=STAFF)
    merge_into(session, double.id, kept.id, actor=STAFF)
    assert get_record(session, below.id).parent_id == kept.id
    assert get_record(session, first.id).merged_into_id == kept.id
    assert get_record(session, kept.id).parent_id is None
    assert get_record(session, kept.id).former_slugs == ("double", "first")


def test_a_merge_with_itself_the_merged_or_nobody_is_refused(session):
    kept, double, third = (make_organisation(session, name) for name in ("Kept", "Double", "Third"))
    with pytest.raises(Refused, match="into itself"):
        merge_into(session, kept.id, kept.id, actor=STAFF)
    with pytest.raises(NotFound):
        merge_into(session, double.id, third.id + 100, actor=STAFF)
    merge_into(session, double.id, kept.id, actor=STAFF)
    with pytest.raises(Refused, match="merged already"):
        merge_into(session, double.id, third.id, actor=STAFF)
    with pytest.raises(Refused, match="merged into another itself"):
        merge_into(session, third.id, double.id, actor=STAFF)
    with pytest.raises(Refused, match="merged already"):
        dissolve(session, double.id, on=date(2022, 1, 1), reason="x", actor=STAFF)
    with pytest.raises(Refused, match="take it out of the listing"):
        set_listed(session, double.id, True, actor=STAFF)


def test_the_address_of_a_merged_duplicate_means_its_own_record_to_staff(session):
    kept, double = make_organisation(session, "Kept"), make_organisation(session, "Double")
    merge_into(session, double.id, kept.id, actor=STAFF)
    assert organisation_called(session, "double") == double.id

"""Storing whole documents: what is kept, what history says of it, and what it costs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from alliance.audit.models import Entry
from alliance.audit.queries import entries_caused_by, history_of
from alliance.audit.sentences import sentence
from alliance.core.errors import BadInput, NotFound
from alliance.directory.models import FormerSlug, Listing
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.operations.saving import remove_organisations, save_organisations
from alliance.directory.queries.records import contacts_of, get_record, records_of
from alliance.directory.rules.documents import document, organisation_from
from alliance.directory.rules.fields import BadRecord
from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Precision,
    Visibility,
)
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_contact,
    make_organisation,
    make_organisations,
    organisation,
)

FULL = organisation(
    "Harbour Light",
    body_kind=None,
    language="en",
    city="Nairobi",
    postcode="00100",
    street="Moi Avenue 1",
    email="info@harbour-light.example",
    phone="+254201234567",
    website="https://harbour-light.example/about",
    description="Answers calls of children.\n\nDay and night.",
    notes="Prefers calls in the morning.",
    source="the list of 2020",
    names=(
        Name(NameKind.ACRONYM, "HL"),
        Name(NameKind.FORMER, "Beacon", "en", date(2001, 1, 1), date(2010, 12, 31)),
        Name(NameKind.TRANSLATION, "نور الميناء", "ar"),
    ),
    countries=("KE", "UG"),
    identifiers=(Identifier("wikidata", "Q42"),),
    domains=(Domain("harbour-light.example", True, date(2020, 5, 1), "Ada"),),
    memberships=(
        Membership(date(2015, 1, 1), Precision.YEAR, True, date(2018, 6, 1), "withdrew"),
        Membership(date(2020, 3, 1)),
    ),
    visibility=MappingProxyType({"city": Visibility.PORTAL}),
)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that are sent meanwhile, COPY aside."""
    statements: list[str] = []
    engine = session.get_bind().engine

    def note(conn, cursor, statement, parameters, context, executemany) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def entries(session: Session, id: int) -> list[Entry]:
    return list(history_of(session, "organisation", id))


def test_a_document_comes_back_as_it_was_stored(session):
    stored = make_organisations(session, [FULL])[0]
    assert replace(stored, id=None, slug=None) == FULL


def test_history_says_who_when_what_from_to_and_why(session):
    before = make_organisation(session, city="Nairobi")
    save_organisations(session, [replace(before, city="Mombasa")], actor=STAFF, reason="they moved")
    entry, first = entries(session, before.id)
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("person", 7, STAFF.name)
    assert entry.at.tzinfo is not None
    assert entry.at >= first.at
    assert (entry.action, entry.subject_kind, entry.subject_id) == (
        "changed",
        "organisation",
        before.id,
    )
    assert entry.changes == {"city": ["Nairobi", "Mombasa"]}
    assert entry.reason == "they moved"
    assert first.action == "created"
    assert first.changes["name"] == [None, "Harbour Light"]


def test_an_entry_reads_as_one_sentence(session):
    before = make_organisation(session, city="Nairobi")
    save_organisations(session, [replace(before, city="Mombasa")], actor=STAFF, reason="moved")
    entry = entries(session, before.id)[0]
    told = sentence(
        actor_name=entry.actor_name,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_name=entry.subject_name,
        changes=entry.changes,
        reason=entry.reason,
    )
    assert told == (
        "Ada of the secretariat changed city of organisation “Harbour Light” from “Nairobi” to"
        " “Mombasa”, because: moved"
    )


def test_a_cause_ties_the_entries_of_one_whole_together(session):
    records = [organisation("Harbour Light"), organisation("Safe Shore")]
    save_organisations(session, records, actor=STAFF, cause="import:12")
    told = [entry.subject_name for entry in entries_caused_by(session, "import:12")]
    assert told == ["Harbour Light", "Safe Shore"]


def test_nothing_is_written_when_nothing_differs(session):
    stored = make_organisations(session, [FULL])[0]
    with counted(session) as statements:
        save_organisations(session, [stored], actor=STAFF)
    assert [one for one in statements if not one.startswith("SELECT")] == []
    assert len(entries(session, stored.id)) == 1


def test_the_public_face_follows_every_change(session):
    stored = make_organisation(session, city="Nairobi", description="Answers calls.")
    change_organisation(session, stored.id, description="Answers letters.")
    listing = session.get(Listing, stored.id)
    session.refresh(listing)
    assert listing.document["description"] == "Answers letters."
    change_organisation(session, stored.id, is_listed=False)
    session.expire_all()
    assert session.get(Listing, stored.id) is None


def test_two_organisations_of_one_name_get_two_addresses(session):
    first, second, third = make_organisations(
        session, [organisation("Harbour Light")] * 2 + [organisation("Harbour Light", country="UG")]
    )
    assert (first.slug, second.slug, third.slug) == (
        "harbour-light",
        "harbour-light-ke",
        "harbour-light-ug",
    )


def test_a_rename_gives_a_new_address_and_keeps_the_old_one(session):
    before = make_organisation(session, "Harbour Light")
    after = change_organisation(session, before.id, name="Beacon")
    assert (after.slug, after.former_slugs) == ("beacon", ("harbour-light",))
    other = make_organisation(session, "Harbour Light")
    assert other.slug == "harbour-light-ke"
    back = change_organisation(session, before.id, name="Harbour Light")
    assert (back.slug, back.former_slugs) == ("harbour-light", ("beacon",))
    owners = session.scalars(select(FormerSlug.slug).order_by(FormerSlug.slug)).all()
    assert list(owners) == ["beacon"]


def test_an_id_that_is_not_there_is_not_found_and_nothing_is_stored(session):
    new = organisation("Safe Shore")
    with pytest.raises(NotFound):
        save_organisations(session, [new, replace(new, id=987654)], actor=STAFF)
    assert session.scalars(select(Entry)).all() == []


def test_one_bad_record_stores_none_and_is_named_with_its_field(session):
    records = [organisation("Harbour Light"), organisation("Safe Shore", country="ZZ")]
    with pytest.raises(BadRecord) as refused:
        save_organisations(session, records, actor=STAFF)
    assert (refused.value.position, refused.value.field) == (1, "country")
    assert refused.value.message == (
        "“Safe Shore”: Country: there is no “ZZ” in the list; choose an entry of it."
    )
    assert session.scalars(select(Entry)).all() == []


def test_a_record_whose_name_cannot_be_shown_is_named_by_its_position(session):
    with pytest.raises(BadRecord, match=r"^Record 2: Name: .*U\+202E"):
        save_organisations(
            session, [organisation("Safe Shore"), organisation("Evil\u202egnp")], actor=STAFF
        )


def test_a_register_entry_belongs_to_one_organisation(session):
    entry = (Identifier("wikidata", "Q42"),)
    first = make_organisation(session, "Harbour Light", identifiers=entry)
    with pytest.raises(BadRecord, match="Q42 belongs to “Harbour Light” already") as refused:
        make_organisation(session, "Safe Shore", identifiers=entry)
    assert refused.value.field == "identifiers"
    with pytest.raises(BadRecord, match="belongs to “Safe Shore” already"):
        make_organisations(
            session,
            [
                organisation("Safe Shore", identifiers=(Identifier("wikidata", "Q43"),)),
                organisation("Beacon", identifiers=(Identifier("wikidata", "q43"),)),
            ],
        )
    moved = [
        replace(first, identifiers=()),
        organisation("Safe Shore", identifiers=entry),
    ]
    assert make_organisations(session, moved)[1].identifiers == entry


def test_what_was_removed_is_gone_and_remembered(session):
    stored = make_organisations(session, [FULL])[0]
    remove_organisations(session, [stored.id], actor=STAFF, reason="entered twice")
    assert records_of(session, [stored.id]) == {}
    entry = entries(session, stored.id)[0]
    assert (entry.action, entry.reason) == ("removed", "entered twice")
    then = {field: pair[0] for field, pair in entry.changes.items()}
    assert organisation_from(then, id=stored.id) == stored


@pytest.mark.parametrize("doing", ["add", "change", "remove"])
def test_the_number_of_statements_does_not_grow_with_the_number_of_records(session, doing):
    sizes = {}
    for size in (3, 30):
        records = [organisation(f"{doing} {size} number {at}") for at in range(size)]
        with counted(session) as adding:
            ids = save_organisations(session, records, actor=STAFF)
        changed = [
            replace(one, city="Mombasa", names=(Name(NameKind.ACRONYM, "AB"),))
            for one in records_of(session, ids).values()
        ]
        with counted(session) as changing:
            save_organisations(session, changed, actor=STAFF)
        with counted(session) as removing:
            remove_organisations(session, ids, actor=STAFF)
        sizes[size] = len({"add": adding, "change": changing, "remove": removing}[doing])
    assert sizes[30] <= sizes[3] < 40


def test_contacts_keep_their_addresses_in_order_and_leave_history(session):
    record = ContactRecord(
        name="Wanjiru Maina",
        language="sw",
        time_zone="Africa/Nairobi",
        addresses=(Address("w@b.example", AddressState.VERIFIED), Address("a@b.example")),
        phones=("+254201234567", "+254201234568"),
    )
    (id,) = save_contacts(session, [record], actor=STAFF)
    stored = contacts_of(session, [id])[id]
    assert stored == replace(record, id=id)
    turned = replace(stored, addresses=stored.addresses[::-1])
    save_contacts(session, [turned], actor=STAFF, reason="left the ministry")
    assert contacts_of(session, [id])[id] == turned
    newest = history_of(session, "contact", id)[0]
    assert list(newest.changes) == ["addresses"]
    assert newest.reason == "left the ministry"


def test_an_affiliation_with_a_role_that_does_not_exist_is_refused(session):
    contact, works_for = make_contact(session), make_organisation(session)
    with pytest.raises(BadInput) as refused:
        save_affiliations(
            session, [AffiliationRecord(contact.id, works_for.id, "boss")], actor=STAFF
        )
    assert refused.value.field == "role"


DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))
TEXTS = st.text("abcÄé نور", min_size=1, max_size=20).filter(str.strip)
RECORDS = st.builds(
    OrganisationRecord,
    name=TEXTS,
    category=st.sampled_from(["company", "government"]),
    country=st.sampled_from([None, "KE", "AT"]),
    city=st.none() | TEXTS,
    dissolved_on=st.none() | DAYS,
    is_listed=st.booleans(),
    former_slugs=st.lists(st.sampled_from(["a", "b", "c"]), max_size=3).map(tuple),
    names=st.lists(
        st.builds(
            Name, st.sampled_from(NameKind), TEXTS, st.none() | st.just("ar"), st.none(), DAYS
        ),
        max_size=3,
        unique_by=lambda one: (one.kind, one.text),
    ).map(tuple),
    countries=st.lists(st.sampled_from(["KE", "UG", "AT"]), max_size=3).map(tuple),
    sectors=st.lists(st.integers(1, 9), max_size=3).map(tuple),
    identifiers=st.lists(st.builds(Identifier, TEXTS, TEXTS), max_size=2).map(tuple),
    domains=st.lists(st.builds(Domain, TEXTS), max_size=2, unique_by=lambda one: one.domain).map(
        tuple
    ),
    memberships=st.lists(
        st.builds(Membership, DAYS, st.sampled_from(Precision), st.booleans()),
        max_size=2,
        unique_by=lambda one: one.joined_on,
    ).map(tuple),
    visibility=st.dictionaries(
        st.sampled_from(["city", "website"]), st.sampled_from(Visibility)
    ).map(MappingProxyType),
)


@given(RECORDS)
def test_a_record_and_its_document_say_the_same(record):
    told = document(record)
    again = organisation_from(told)
    assert document(again) == told
    assert again == organisation_from(document(again))
    assert "id" not in told


def test_a_stored_record_is_found_by_its_id(session):
    stored = make_organisation(session)
    assert get_record(session, stored.id) == stored
    with pytest.raises(NotFound):
        get_record(session, stored.id + 1)

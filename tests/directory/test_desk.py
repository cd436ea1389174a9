"""Reading for the workspace: every organisation, found by any name, and never out of date."""

from dataclasses import replace
from datetime import date

import pytest

from alliance.core.errors import BadInput
from alliance.directory.operations.contacts import save_contacts
from alliance.directory.operations.saving import remove_organisations
from alliance.directory.operations.states import archive_organisation, delete_organisation
from alliance.directory.operations.wording import add_category, add_sector
from alliance.directory.queries.desk import state as states
from alliance.directory.queries.desk.everywhere import search_everywhere
from alliance.directory.queries.desk.lists import find_desk_page, find_ids
from alliance.directory.queries.desk.rows import desk_rows
from alliance.directory.queries.desk.state import desk_state
from alliance.directory.queries.records import get_record
from alliance.directory.rules.desk_facets import DeskCriteria
from alliance.directory.rules.records import (
    Address,
    AddressState,
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
)
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
    make_organisations,
    organisation,
)

TODAY = date(2026, 11, 22)


@pytest.fixture
def made(session):
    """Organisations by a short name for each."""
    records = make_organisations(
        session,
        [
            organisation("Harbour Light", website="https://harbour.example"),
            organisation("مؤسسة حماية الطفل", country="JO", language="ar"),
            organisation(
                "Müller Straßenhilfe",
                country="DE",
                names=(Name(NameKind.FORMER, "Kinderrettung Süd"),),
                identifiers=(Identifier("lei", "529900T8BM49AURSDO55"),),
                domains=(Domain("strassenhilfe.example"),),
            ),
            organisation("Never Joined", country=None, memberships=()),
            organisation("Hidden House", is_listed=False),
            organisation("Joins Later", memberships=(Membership(date(2150, 1, 1)),)),
            organisation(
                "Gone Before",
                memberships=(Membership(date(2013, 1, 1), ended_on=date(2015, 1, 1)),),
                notes="the unicorn note",
            ),
        ],
    )
    commit(session)
    keys = ("light", "arabic", "muller", "never", "hidden", "later", "gone")
    return {key: one.id for key, one in zip(keys, records, strict=True)}


def ids(session, q="", **values):
    return find_ids(session, DeskCriteria(TODAY, q=q, **values, sort="relevance"))


def test_everybody_is_in_the_list_listed_or_not(session, made):
    assert set(ids(session)) == set(made.values())


@pytest.mark.parametrize(
    ("q", "key"),
    [
        ("muller", "muller"),
        ("mueller strassen", "muller"),
        ("kinderrettung sud", "muller"),
        ("529900T8BM49", "muller"),
        ("strassenhilfe.example", "muller"),
        ("hidden", "hidden"),
        ("حماية", "arabic"),
        ("mwssa", "arabic"),
        ("joins lat", "later"),
        ("germany müller", "muller"),
    ],
)
def test_an_organisation_is_found_by_what_it_is_called_or_known_by(session, made, q, key):
    assert ids(session, q)[0] == made[key]


def test_a_misspelt_name_finds_who_is_listed(session, made):
    page = find_desk_page(session, DeskCriteria(TODAY, q="harbuor lihgt", sort="relevance"))
    assert page.found.is_approximate
    assert page.ids == [made["light"]]


def test_staff_notes_are_not_searched(session, made):
    assert ids(session, "unicorn") == []


def test_words_that_an_organisation_lost_find_it_no_more(session, made):
    change_organisation(session, made["hidden"], name="Open House")
    commit(session)
    assert ids(session, "hidden") == []
    assert ids(session, "open house") == [made["hidden"]]


def test_what_was_put_away_is_found_when_it_is_asked_for(session, made):
    archive_organisation(session, made["never"], on=TODAY, actor=STAFF)
    delete_organisation(session, made["gone"], on=TODAY, actor=STAFF)
    commit(session)
    assert not {made["never"], made["gone"]} & set(ids(session))
    assert ids(session, chosen={"state": ("archived",)}) == [made["never"]]
    assert ids(session, chosen={"state": ("deleted",)}) == []
    assert ids(session, chosen={"state": ("deleted",)}, with_deleted=True) == [made["gone"]]


def test_why_somebody_is_not_listed_is_told(session, made):
    facets = desk_state(session).facets(TODAY)
    told = {key: facets.of(id, "listed") for key, id in made.items()}
    assert told == {
        "light": "listed", "arabic": "listed", "muller": "listed", "never": "never",
        "hidden": "hidden", "later": "later", "gone": "former",
    }  # fmt: skip


def test_a_primary_contact_counts_on_the_days_of_his_duty_and_while_he_is_reached(session, made):
    def reached(day=TODAY):
        commit(session)
        return desk_state(session).facets(day).of(made["light"], "contact")

    assert reached() == "vacant"
    person = make_contact(session)
    light = make_affiliation(
        session,
        organisation=_record(session, made["light"]),
        contact=person,
        ended_on=date(2027, 1, 1),
    )
    assert light.role == "primary_contact"
    assert reached() == "reachable"
    assert reached(date(2027, 1, 1)) == "vacant"
    bounced = (Address("a@b.example", AddressState.BOUNCING),)
    save_contacts(session, [replace(person, addresses=bounced)], actor=STAFF)
    assert reached() == "unreachable"


def test_after_any_change_the_state_is_what_reading_anew_would_give(session, made):
    desk_state(session).facets(TODAY)
    sector = desk_state(session).lists.reference.sectors
    change_organisation(session, made["light"], country="FR", sectors=(next(iter(sector)),))
    change_organisation(session, made["gone"], name="Aardvark", memberships=())
    make_organisation(session, "Newcomer", country="AE")
    remove_organisations(session, [made["later"]], actor=STAFF)
    make_affiliation(session, organisation=_record(session, made["muller"]))
    commit(session)
    refreshed = desk_state(session)
    states.forget()
    anew = desk_state(session)
    assert refreshed.version == anew.version
    assert _told(refreshed) == _told(anew)


def test_a_list_that_staff_changed_holds_at_once(session, made):
    desk_state(session)
    category = add_category(
        session, names={"en": "Museum"}, plurals={"en": "Museums"}, shape="diamond", actor=STAFF
    )
    sector = add_sector(session, names={"en": "Sounding"}, parent_id=None, actor=STAFF)
    commit(session)
    lists = desk_state(session).lists.reference
    assert category in lists.categories
    assert sector in lists.sectors
    assert ids(session, chosen={"category": (category,)}) == []


def test_another_process_sees_a_change_as_soon_as_it_is_there(session, made):
    here = desk_state(session)
    states.forget()
    change_organisation(session, made["light"], name="Lighthouse")
    commit(session)
    other = desk_state(session)
    states._kept.clear()
    states._kept.update({_database(session): here})
    assert _told(desk_state(session)) == _told(other)


def test_people_are_found_by_name_and_by_address_only_by_who_may_see_addresses(session, made):
    person = make_contact(
        session, "Żaneta Gołębiewska", addresses=(Address("zg@nowhere-else.example"),),
        phones=("+48221234567",),
    )  # fmt: skip
    make_affiliation(session, organisation=_record(session, made["light"]), contact=person)
    commit(session)

    def people(q, *, with_addresses):
        found = search_everywhere(session, q, today=TODAY, with_addresses=with_addresses, limit=5)
        return [(one.id, one.works_for, one.email) for one in found.people]

    assert people("golebiewska", with_addresses=False) == [(person.id, "Harbour Light", None)]
    assert people("gole zan", with_addresses=False) == [(person.id, "Harbour Light", None)]
    for typed in ("zg@nowhere-else.example", "zg@nowh", "nowhere-else", "+48 22 123"):
        assert people(typed, with_addresses=False) == []
        assert people(typed, with_addresses=True) == [
            (person.id, "Harbour Light", "zg@nowhere-else.example")
        ], typed


def test_sorting_by_a_facet_and_by_days(session, made):
    def in_order(sort, **values):
        return find_ids(session, DeskCriteria(TODAY, sort=sort, **values))

    by_country = in_order("country")
    assert by_country[:2] == [made["muller"], made["arabic"]]
    assert by_country[-1] == made["never"], "who has none comes last"
    assert in_order("joined")[0] == made["later"]
    assert in_order("joined", is_backward=True)[0] == made["gone"]
    assert in_order("joined", is_backward=True)[-1] == made["never"]
    assert in_order("name", is_backward=True) == in_order("name")[::-1]


def test_values_that_do_not_exist_are_refused_by_name(session, made):
    for wrong in ({"chosen": {"country": ("XX",)}}, {"chosen": {"secret": ("a",)}},
                  {"sort": "notes"}, {"page": 0}):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            find_desk_page(session, DeskCriteria(TODAY, **wrong))
        assert refused.value.field in ("country", "secret", "sort", "page")


def test_a_page_beyond_the_last_is_the_last(session, made):
    page = find_desk_page(session, DeskCriteria(TODAY, page=900, per_page=3))
    assert page.criteria.page == page.pages == 3
    assert [row.id for row in desk_rows(session, page.ids, today=TODAY)] == list(page.ids)


def _record(session, id):
    return get_record(session, id)


def _database(session):
    url = session.get_bind().engine.url
    return (url.host, url.port, url.database)


def _told(state):
    facets = state.facets(TODAY)
    snapshot = state.snapshot
    return {
        facet: {
            value: sorted(snapshot.page(bits & snapshot.everything, "name", 0, 100))
            for value, bits in known.items()
            if bits & snapshot.everything
        }
        for facet, known in facets.bits.items()
    } | {order: snapshot.page(snapshot.everything, order, 0, 100) for order in ("name", "joined")}

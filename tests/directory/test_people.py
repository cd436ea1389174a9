"""Who works where, whom a role reaches, and the list of people kept in memory."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.errors import NotFound, Refused
from alliance.directory.operations.affiliations import (
    affiliate,
    leave,
    move_contact,
    remove_wrong,
)
from alliance.directory.operations.contacts import save_contacts
from alliance.directory.operations.states import archive_contact, delete_contact
from alliance.directory.operations.taking_back import take_back
from alliance.directory.queries import people_state
from alliance.directory.queries.people import people_at, person, vacancies_at
from alliance.directory.queries.people_finding import organisations_like, people_like
from alliance.directory.queries.people_list import (
    PeopleCriteria,
    open_people,
    people_counts,
    people_ids,
)
from alliance.directory.queries.records import contacts_of
from alliance.directory.queries.reference import reference
from alliance.directory.queries.relations import affiliations_by
from alliance.directory.rules.affiliations import (
    Gap,
    RoleFull,
    ended_by,
    has_ended,
    is_active,
    overlap,
    vacancy_of,
)
from alliance.directory.rules.records import Address, AddressState, AffiliationRecord
from alliance.directory.rules.reference import RoleTerm
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
)

ON = date(2026, 3, 1)
BOUNCING = (Address("gone@x.example", AddressState.BOUNCING),)
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))
maybe_days = st.none() | days


def work(started_on=None, ended_on=None, **values):
    return AffiliationRecord(
        contact_id=1, organisation_id=1, role="press", started_on=started_on, ended_on=ended_on,
        **values,
    )  # fmt: skip


@given(holders=st.integers(0, 5), data=st.data(), minimum=st.integers(0, 3))
def test_a_role_is_vacant_exactly_when_fewer_are_reached_than_needed(holders, data, minimum):
    addressed = data.draw(st.integers(0, holders))
    reachable = data.draw(st.integers(0, addressed))
    role = RoleTerm("press", {"en": "Press"}, (), minimum, None, None)
    found = vacancy_of(role, holders=holders, addressed=addressed, reachable=reachable)
    assert (found is None) == (reachable >= minimum)
    if found is not None:
        told = {
            Gap.NOBODY: holders == 0,
            Gap.NO_ADDRESS: holders > 0 and addressed == 0,
            Gap.BOUNCING: addressed > 0 and reachable == 0,
            Gap.TOO_FEW: reachable > 0,
        }
        assert [gap for gap, holds in told.items() if holds] == [found.gap]


@given(maybe_days, maybe_days, maybe_days, maybe_days, days)
def test_two_roles_overlap_exactly_when_both_are_held_on_some_day(a, b, c, d, on):
    one, other = work(a, b), work(c, d)
    assert overlap(one, other) == overlap(other, one)
    if is_active(one, on=on) and is_active(other, on=on):
        assert overlap(one, other)


@given(maybe_days, days)
def test_a_role_that_ends_is_over_from_then_on_and_never_ends_before_it_began(started_on, on):
    ended = ended_by(work(started_on), on=on)
    assert started_on is None or ended >= started_on
    assert has_ended(work(started_on, ended), on=max(on, ended))


def test_people_of_an_organisation_come_in_one_statement_with_whom_a_letter_reaches(session):
    place = make_organisation(session)
    reached = make_contact(session, "Wanjiru Maina")
    bounced = make_contact(session, "Bo Zhang", addresses=BOUNCING)
    gone = make_contact(session, "Gone")
    make_affiliation(session, organisation=place, contact=bounced, role="press")
    make_affiliation(session, organisation=place, contact=reached, job_title="Chair")
    make_affiliation(session, organisation=place, contact=gone, role="press")
    make_affiliation(
        session, organisation=place, contact=bounced, role="deputy", ended_on=date(2021, 1, 1)
    )
    delete_contact(session, gone.id, on=ON, actor=STAFF)
    found = people_at(session, place.id, ON)
    assert [(one.name, one.role, one.reachable, one.works(ON)) for one in found] == [
        ("Wanjiru Maina", "primary_contact", True, True),
        ("Bo Zhang", "press", False, True),
        ("Bo Zhang", "deputy", False, False),
    ]
    assert (found[0].job_title, found[0].since) == ("Chair", date(2020, 4, 1))
    assert found[1].addresses == BOUNCING


@pytest.mark.parametrize(
    ("addresses", "expected"),
    [((), Gap.NO_ADDRESS), (BOUNCING, Gap.BOUNCING), ((Address("a@x.example"),), None)],
)
def test_what_keeps_letters_from_a_primary_contact_is_told(session, addresses, expected):
    place = make_organisation(session)
    roles = reference(session).roles
    assert [one.gap for one in vacancies_at(session, place.id, roles, ON)] == [Gap.NOBODY]
    contact = make_contact(session, addresses=addresses)
    make_affiliation(session, organisation=place, contact=contact)
    found = vacancies_at(session, place.id, roles, ON)
    assert [one.gap for one in found] == ([expected] if expected else [])
    archive_contact(session, contact.id, on=ON, actor=STAFF)
    assert [one.gap for one in vacancies_at(session, place.id, roles, ON)] == [Gap.NOBODY]


def test_who_was_deleted_holds_no_place_in_a_role(session):
    place = make_organisation(session)
    first, second = make_contact(session), make_contact(session, "Thabo Nkosi")
    make_affiliation(session, organisation=place, contact=first)
    give = {"organisation_id": place.id, "role": "primary_contact", "on": ON, "actor": STAFF}
    with pytest.raises(RoleFull) as full:
        affiliate(session, contact_id=second.id, **give)
    assert full.value.holders == (first.id,)
    delete_contact(session, first.id, on=ON, actor=STAFF)
    affiliate(session, contact_id=second.id, **give)
    with pytest.raises(Refused, match="was deleted"):
        affiliate(session, contact_id=first.id, **give)


def test_one_leaves_everywhere_at_once_or_is_told_that_there_is_nothing_to_leave(session):
    contact = make_contact(session)
    for name in ("Harbour Light", "Safe Shore"):
        make_affiliation(session, organisation=make_organisation(session, name), contact=contact)
    leave(session, contact.id, None, on=ON, actor=STAFF)
    assert [one.ended_on for one in affiliations_by(session, contact.id)] == [ON, ON]
    with pytest.raises(Refused, match="any organisation"):
        leave(session, contact.id, None, on=ON, actor=STAFF)


def test_a_move_is_taken_back_by_who_made_it_once_and_only_while_it_stands(session):
    works = make_affiliation(session)
    to = make_organisation(session, "Safe Shore")
    before = affiliations_by(session, works.contact_id)
    move_contact(
        session, works.contact_id, from_id=works.organisation_id, to_id=to.id, role="press",
        on=ON, actor=STAFF, cause="people:1",
    )  # fmt: skip
    with pytest.raises(NotFound):
        take_back(session, "people:1", actor=replace(STAFF, id=99))
    with pytest.raises(NotFound):
        take_back(session, "people:2", actor=STAFF)
    take_back(session, "people:1", actor=STAFF)
    assert affiliations_by(session, works.contact_id) == before
    with pytest.raises(Refused, match="taken back already"):
        take_back(session, "people:1", actor=STAFF)


def test_nobody_gets_a_place_back_that_somebody_else_has_been_given(session):
    works = make_affiliation(session)
    leave(session, works.contact_id, works.organisation_id, on=ON, actor=STAFF, cause="people:1")
    affiliate(
        session, contact_id=make_contact(session, "Thabo").id, actor=STAFF, on=ON,
        organisation_id=works.organisation_id, role="primary_contact",
    )  # fmt: skip
    with pytest.raises(Refused, match="Somebody else has been given"):
        take_back(session, "people:1", actor=STAFF)


def test_a_person_comes_with_workplaces_and_those_who_share_an_address(session):
    shared = (Address("office@x.example"),)
    contact = make_contact(session, addresses=shared, phones=("+254202345678",))
    other = make_contact(session, "Thabo Nkosi", addresses=shared)
    works = make_affiliation(session, contact=contact)
    found = person(session, contact.id)
    assert found.contact == contact
    assert [one.affiliation for one in found.workplaces] == [works]
    assert [(one.contact_id, one.email) for one in found.shared] == [(other.id, "office@x.example")]
    with pytest.raises(NotFound):
        person(session, contact.id + 1000)


def test_people_and_places_are_found_by_beginnings_of_words(session):
    place = make_organisation(session, "Fundación Luz del Puerto")
    contact = make_contact(session, "Amina Diallo", addresses=(Address("secret@x.example"),))
    for typed in ("fundacion lu", "puerto", f"anything #{place.id}"):
        assert [one.id for one in organisations_like(session, typed)] == [place.id], typed
    for typed in ("ami", "diallo", "amina dia"):
        assert [one.id for one in people_like(session, typed, today=ON)] == [contact.id], typed
    for typed in ("", "%", "secret", "amina x", "\x00", "#", "'"):
        assert people_like(session, typed, today=ON) == [], typed


def listed(session, **values):
    criteria = PeopleCriteria(today=ON, **values)
    opened = open_people(session, criteria)
    return people_ids(opened, criteria, limit=100), people_counts(opened, criteria)


@pytest.mark.parametrize("most_moved", [50, 0])
def test_the_list_in_memory_follows_every_change_as_if_it_were_read_anew(
    session, monkeypatch, most_moved
):
    monkeypatch.setattr(people_state, "_MOST_MOVED", most_moved)
    light, shore = make_organisation(session), make_organisation(session, "Safe Shore")
    amina, bo = make_contact(session, "Amina"), make_contact(session, "Bo", addresses=BOUNCING)
    commit(session)
    listed(session)
    works = make_affiliation(session, organisation=light, contact=bo)
    acts = [
        lambda: None,
        lambda: make_contact(session, "Aaron"),
        lambda: save_contacts(session, [replace(amina, name="Zoe")], actor=STAFF),
        lambda: move_contact(session, bo.id, from_id=light.id, to_id=shore.id, role="press",
                             on=ON - timedelta(days=1), actor=STAFF),
        lambda: change_organisation(session, shore.id, country="TD", category="company"),
        lambda: archive_contact(session, amina.id, on=ON, actor=STAFF),
        lambda: delete_contact(session, bo.id, on=ON, actor=STAFF),
        lambda: remove_wrong(session, works.id, actor=STAFF),
        lambda: make_contact(session, "Basil", sort_name="Aa"),
    ]  # fmt: skip
    for act in acts:
        act()
        commit(session)
        followed = [listed(session, sort=sort, with_deleted=True) for sort in ("name", "added")]
        people_state.forget()
        anew = [listed(session, sort=sort, with_deleted=True) for sort in ("name", "added")]
        assert followed == anew
    names = [contacts_of(session, [id])[id].name for id in listed(session)[0]]
    assert names == ["Basil", "Aaron"]
    assert listed(session)[1]["state"] == {"current": 2, "archived": 1}

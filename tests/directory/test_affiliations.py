"""Who works where: roles have limits, people move, and nothing of it is forgotten."""

from datetime import date

import pytest

from alliance.audit.queries import history_of
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.operations.affiliations import affiliate, end_role, leave, move_contact
from alliance.directory.operations.contacts import remove_affiliations
from alliance.directory.operations.organisations import dissolve, end_membership
from alliance.directory.queries.desk.lists import find_ids
from alliance.directory.queries.records import affiliations_of, get_record
from alliance.directory.queries.relations import affiliations_at, affiliations_by
from alliance.directory.rules.affiliations import Gap, Vacancy, is_reachable, vacancies
from alliance.directory.rules.desk_facets import DeskCriteria
from alliance.directory.rules.records import Address, AddressState, AffiliationRecord, ContactRecord
from alliance.directory.rules.reference import RoleTerm
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    make_affiliation,
    make_contact,
    make_organisation,
)

ON = date(2021, 6, 1)
PRIMARY = RoleTerm("primary_contact", {"en": "Primary contact"}, (), 1, 1, None)
MINISTER = RoleTerm("minister", {"en": "Minister"}, (), 1, 1, "government")
STAFF_ROLE = RoleTerm("staff", {"en": "Staff"}, (), 0, None, None)
ROLES = {one.code: one for one in (PRIMARY, MINISTER, STAFF_ROLE)}


def give(session, contact, works_for, role="primary_contact", on=ON, **values):
    return affiliate(
        session,
        contact_id=contact.id,
        organisation_id=works_for.id,
        role=role,
        on=on,
        actor=STAFF,
        **values,
    )


def test_a_contact_takes_a_role_from_a_day_on(session):
    contact, works_for = make_contact(session), make_organisation(session)
    id = give(session, contact, works_for, job_title="Director", reason="new post")
    assert affiliations_of(session, [id])[id] == AffiliationRecord(
        contact.id, works_for.id, "primary_contact", id, "Director", ON
    )
    assert history_of(session, "affiliation", id)[0].reason == "new post"


def test_a_role_that_is_fully_held_is_refused_until_one_ends(session):
    works_for = make_organisation(session)
    first, second = make_contact(session), make_contact(session, "Thabo Nkosi")
    give(session, first, works_for)
    with pytest.raises(Refused, match="at most one “Primary contact”, and this one has 1"):
        give(session, second, works_for)
    end_role(session, first.id, works_for.id, "primary_contact", on=ON, actor=STAFF)
    give(session, second, works_for)


def test_a_role_may_be_held_in_two_organisations_but_not_twice_in_one(session):
    contact, works_for = make_contact(session), make_organisation(session)
    give(session, contact, works_for)
    give(session, contact, make_organisation(session, "Safe Shore"))
    with pytest.raises(Refused, match="there already"):
        give(session, contact, works_for)


@pytest.mark.parametrize(
    ("role", "category", "words"),
    [
        ("responsible_minister", "company", "role in a government only"),
        ("boss", "company", "no role “boss”"),
    ],
)
def test_a_role_that_the_organisation_does_not_have_is_refused(session, role, category, words):
    works_for = make_organisation(session, category=category)
    with pytest.raises(BadInput, match=words) as refused:
        give(session, make_contact(session), works_for, role)
    assert refused.value.field == "role"


def test_nobody_takes_a_role_where_there_is_nobody_or_nothing_any_more(session):
    contact, works_for = make_contact(session), make_organisation(session)
    dissolve(session, works_for.id, on=date(2021, 1, 1), reason="closed", actor=STAFF)
    with pytest.raises(Refused, match="dissolved or merged"):
        give(session, contact, works_for)
    for person, place in ((contact.id + 1, works_for.id), (contact.id, works_for.id + 1)):
        with pytest.raises(NotFound):
            affiliate(
                session,
                contact_id=person,
                organisation_id=place,
                role="deputy",
                on=ON,
                actor=STAFF,
            )


def test_who_leaves_gives_up_all_roles_there_and_none_elsewhere(session):
    contact, works_for = make_contact(session), make_organisation(session)
    other = make_organisation(session, "Safe Shore")
    roles = [give(session, contact, works_for, role) for role in ("primary_contact", "press")]
    later = give(session, contact, works_for, "finance", on=date(2022, 1, 1))
    elsewhere = give(session, contact, other)
    assert list(leave(session, contact.id, works_for.id, on=date(2021, 9, 1), actor=STAFF)) == [
        *roles,
        later,
    ]
    ends = {one.id: one.ended_on for one in affiliations_by(session, contact.id)}
    left = date(2021, 9, 1)
    assert ends == {**dict.fromkeys(roles, left), later: date(2022, 1, 1), elsewhere: None}
    with pytest.raises(Refused, match="does not work for"):
        leave(session, contact.id, works_for.id, on=date(2022, 9, 1), actor=STAFF)
    with pytest.raises(Refused, match="does not have this role"):
        end_role(session, contact.id, works_for.id, "press", on=date(2022, 9, 1), actor=STAFF)


def test_who_moves_is_in_both_places_in_history_and_in_one_on_any_day(session):
    contact, before = make_contact(session), make_organisation(session)
    after = make_organisation(session, "Safe Shore")
    old = give(session, contact, before)
    new = move_contact(
        session,
        contact.id,
        from_id=before.id,
        to_id=after.id,
        role="deputy",
        on=date(2022, 1, 1),
        actor=STAFF,
        reason="new post",
    )
    told = {one.id: (one.started_on, one.ended_on) for one in affiliations_by(session, contact.id)}
    assert told == {old: (ON, date(2022, 1, 1)), new: (date(2022, 1, 1), None)}
    assert [entry.action for entry in history_of(session, "affiliation", old)] == [
        "changed",
        "created",
    ]
    assert [one.id for one in affiliations_at(session, [before.id])] == [old]


def test_a_move_that_cannot_be_made_whole_is_refused(session):
    contact, works_for = make_contact(session), make_organisation(session)
    other = make_organisation(session, "Safe Shore")
    values = {"role": "deputy", "on": ON, "actor": STAFF}
    with pytest.raises(Refused, match="same organisation"):
        move_contact(session, contact.id, from_id=other.id, to_id=other.id, **values)
    with pytest.raises(Refused, match="does not work for"), session.begin_nested():
        move_contact(session, contact.id, from_id=works_for.id, to_id=other.id, **values)
    assert affiliations_by(session, contact.id) == []


def held(contact: int, role: str, first: date | None = None, end: date | None = None):
    return AffiliationRecord(contact, 1, role, started_on=first, ended_on=end)


@pytest.mark.parametrize(
    ("people", "reachable", "category", "expected"),
    [
        ([], [], "company", [Vacancy("primary_contact", 1, 0, 0)]),
        ([held(5, "primary_contact")], [5], "company", []),
        ([held(5, "primary_contact")], [], "company",
         [Vacancy("primary_contact", 1, 1, 0, Gap.NO_ADDRESS)]),
        ([held(5, "primary_contact", None, ON)], [5], "company",
         [Vacancy("primary_contact", 1, 0, 0)]),
        ([held(5, "primary_contact", date(2021, 6, 2))], [5], "company",
         [Vacancy("primary_contact", 1, 0, 0)]),
        ([held(5, "primary_contact")], [5], "government", [Vacancy("minister", 1, 0, 0)]),
        ([held(5, "primary_contact"), held(5, "minister")], [5], "government", []),
    ],
)  # fmt: skip
def test_a_needed_role_without_anybody_reachable_is_vacant(people, reachable, category, expected):
    assert list(vacancies(people, reachable, ROLES, category=category, today=ON)) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], False),
        ([AddressState.BOUNCING], False),
        ([AddressState.BOUNCING, AddressState.UNVERIFIED], True),
        ([AddressState.VERIFIED], True),
    ],
)
def test_a_contact_is_reachable_by_any_address_that_does_not_bounce(states, expected):
    addresses = tuple(Address(f"a{at}@b.example", state) for at, state in enumerate(states))
    assert is_reachable(ContactRecord("A", addresses=addresses)) is expected
    put_away = ContactRecord("A", addresses=addresses, archived_on=ON)
    assert not is_reachable(put_away)


def vacant(session) -> list[str]:
    commit(session)
    asked = {"status": ("member",), "contact": ("unreachable", "vacant")}
    found = find_ids(session, DeskCriteria(ON, chosen=asked))
    return [get_record(session, one).name for one in found]


def test_members_whose_primary_contact_cannot_be_reached_are_listed(session):
    bouncing = (Address("x@b.example", AddressState.BOUNCING),)
    reached = make_organisation(session, "Reached")
    make_affiliation(session, organisation=reached)
    make_organisation(session, "Nobody")
    for name, values, contact in (
        ("Bouncing", {}, {"addresses": bouncing}),
        ("Addressless", {}, {"addresses": ()}),
        ("Ended", {"ended_on": ON}, {}),
        ("Later", {"started_on": date(2021, 6, 2)}, {}),
        ("Other role", {"role": "press"}, {}),
        ("Put away", {}, {"archived_on": ON}),
    ):
        works_for = make_organisation(session, name)
        person = make_contact(session, **contact)
        make_affiliation(session, organisation=works_for, contact=person, **values)
    left = make_organisation(session, "No member any more")
    end_membership(session, left.id, on=date(2021, 1, 1), reason="withdrew", actor=STAFF)
    gone = make_organisation(session, "Gone")
    dissolve(session, gone.id, on=date(2021, 1, 1), reason="closed", actor=STAFF)
    make_organisation(session, "Not yet", memberships=())
    assert vacant(session) == [
        "Addressless", "Bouncing", "Ended", "Later", "Nobody", "Other role", "Put away",
    ]  # fmt: skip


def test_history_calls_an_affiliation_by_the_names_of_both(session):
    one = make_affiliation(
        session,
        organisation=make_organisation(session, "Harbour Light"),
        contact=make_contact(session, "Wanjiru Maina"),
    )
    remove_affiliations(session, [one.id], actor=STAFF)
    told = history_of(session, "affiliation", one.id)
    assert [entry.subject_name for entry in told] == ["Wanjiru Maina – Harbour Light"] * 2

"""The ledger of memberships: stretches never overlap, whoever writes them."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from alliance.core.errors import BadInput, Refused
from alliance.directory.operations.organisations import end_membership, open_membership
from alliance.directory.queries.records import get_record
from alliance.directory.rules.memberships import check_memberships, joined
from alliance.directory.rules.records import Membership, Precision
from tests.factories.directory import MEMBER, STAFF, make_organisation

D = date


def stretch(first: date, end: date | None = None) -> Membership:
    return Membership(first, ended_on=end)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([stretch(D(2020, 1, 1)), stretch(D(2021, 1, 1))], "end the first membership before"),
        (
            [stretch(D(2020, 1, 1), D(2021, 1, 2)), stretch(D(2021, 1, 1))],
            "cannot join again on 2021-01-01",
        ),
        ([stretch(D(2020, 1, 1), D(2020, 1, 1))], "give a later end"),
        ([stretch(D(2020, 1, 2), D(2020, 1, 1))], "give a later end"),
        ([Membership(D(2020, 1, 1), end_reason="withdrew")], "needs the day of the end"),
        ([stretch(D(1066, 10, 14))], "cannot be meant"),
    ],
)
def test_impossible_ledgers_are_refused_in_words(given, words):
    with pytest.raises(BadInput, match=words) as refused:
        check_memberships(given)
    assert refused.value.field == "memberships"


def test_a_ledger_is_put_in_order_and_may_have_gaps_or_none():
    later, earlier = stretch(D(2022, 1, 1)), stretch(D(2020, 1, 1), D(2022, 1, 1))
    assert check_memberships([later, earlier]) == (earlier, later)
    assert check_memberships([]) == ()


def test_nobody_joins_after_having_been_dissolved():
    with pytest.raises(BadInput, match="dissolved on 2020-01-01"):
        check_memberships([stretch(D(2020, 1, 1))], dissolved_on=D(2020, 1, 1))


@pytest.mark.parametrize(
    ("first", "end"),
    [(D(2020, 3, 1), None), (D(2021, 1, 1), D(2021, 2, 1)), (D(2019, 1, 1), D(2020, 3, 2))],
)
def test_the_database_itself_refuses_an_overlap(session, first, end):
    stored = make_organisation(session, memberships=(stretch(D(2020, 3, 1), D(2022, 1, 1)),))
    insert = text(
        "INSERT INTO memberships (organisation_id, joined_on, precision, is_at_latest, ended_on)"
        " VALUES (:id, :first, 'day', false, :end)"
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert, {"id": stored.id, "first": first, "end": end})
    session.execute(insert, {"id": stored.id, "first": D(2022, 1, 1), "end": None})


def test_the_database_lets_two_organisations_be_members_at_once(session):
    both = [make_organisation(session, name) for name in ("Harbour Light", "Safe Shore")]
    assert [one.memberships for one in both] == [MEMBER, MEMBER]


def test_a_membership_opens_ends_and_opens_again(session):
    stored = make_organisation(session, memberships=())
    open_membership(session, stored.id, on=D(2020, 1, 1), precision=Precision.YEAR, actor=STAFF)
    end_membership(session, stored.id, on=D(2021, 5, 1), reason="withdrew", actor=STAFF)
    open_membership(session, stored.id, on=D(2023, 1, 1), actor=STAFF)
    assert get_record(session, stored.id).memberships == (
        Membership(D(2020, 1, 1), Precision.YEAR, False, D(2021, 5, 1), "withdrew"),
        Membership(D(2023, 1, 1)),
    )


def test_a_membership_that_does_not_run_cannot_end_and_one_that_runs_cannot_open(session):
    stored = make_organisation(session, memberships=())
    with pytest.raises(Refused, match="no member now"):
        end_membership(session, stored.id, on=D(2021, 5, 1), reason="withdrew", actor=STAFF)
    open_membership(session, stored.id, on=D(2020, 1, 1), actor=STAFF)
    with pytest.raises(Refused, match="cannot join again"):
        open_membership(session, stored.id, on=D(2021, 1, 1), actor=STAFF)
    with pytest.raises(BadInput, match="Say why"):
        end_membership(session, stored.id, on=D(2021, 5, 1), reason=" ", actor=STAFF)
    with pytest.raises(BadInput, match="give a later end"):
        end_membership(session, stored.id, on=D(2019, 5, 1), reason="withdrew", actor=STAFF)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], []),
        (
            [(D(2020, 1, 1), D(2021, 1, 1)), (D(2021, 1, 1), None)],
            [(D(2020, 1, 1), D(2021, 1, 1)), (D(2021, 1, 1), None)],
        ),
        ([(D(2020, 1, 1), D(2022, 1, 1)), (D(2021, 1, 1), None)], [(D(2020, 1, 1), None)]),
        ([(D(2021, 1, 1), D(2022, 1, 1)), (D(2020, 1, 1), None)], [(D(2020, 1, 1), None)]),
        (
            [(D(2020, 1, 1), D(2023, 1, 1)), (D(2021, 1, 1), D(2022, 1, 1))],
            [(D(2020, 1, 1), D(2023, 1, 1))],
        ),
    ],
)
def test_ledgers_of_one_organisation_entered_twice_become_one(given, expected):
    found = joined(stretch(first, end) for first, end in given)
    assert [(one.joined_on, one.ended_on) for one in found] == expected

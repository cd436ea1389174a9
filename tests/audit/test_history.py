"""What was done is written once: nobody can change, delete or empty the history."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from alliance.audit.models import Entry
from alliance.audit.operations import Note, diff, record
from alliance.audit.queries import entries_caused_by, history_of
from alliance.audit.sentences import sentence
from alliance.cli.roles import APPEND_ONLY_TABLES
from alliance.core import clock
from alliance.core.actor import SYSTEM, command_actor
from tests.databases import Databases

NOTE = Note("changed", "organisation", 12, "Harbour Light", {"city": ("Nairobi", "Mombasa")})
REWRITING = [
    "UPDATE history_entries SET reason = 'none'",
    "UPDATE history_entries SET at = at",
    "DELETE FROM history_entries",
    "TRUNCATE history_entries",
    "TRUNCATE history_entries CASCADE",
]


@pytest.mark.parametrize("statement", REWRITING)
def test_rewriting_the_history_is_refused_whatever_the_role(session, statement):
    record(session, SYSTEM, [NOTE], at=clock.now())
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(text(statement))
    assert refused.value.orig.sqlstate == "42501"
    assert session.scalar(select(func.count()).select_from(Entry)) == 1


@pytest.mark.parametrize("privilege", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_role_of_the_service_has_no_right_to_rewrite_it(
    databases: Databases, session, privilege
):
    if not databases.is_embedded:
        pytest.skip("with a DATABASE_URL one role may do everything; the trigger still refuses")
    for table in APPEND_ONLY_TABLES:
        allowed = session.scalar(
            text("SELECT has_table_privilege(current_user, :table, :privilege)"),
            {"table": table, "privilege": privilege},
        )
        assert allowed is False
    assert session.scalar(text("SELECT has_table_privilege('history_entries', 'INSERT')"))


def test_the_role_of_the_service_cannot_take_the_guard_away(databases: Databases, session):
    if not databases.is_embedded:
        pytest.skip("with a DATABASE_URL one role may do everything")
    for statement in (
        "ALTER TABLE history_entries DISABLE TRIGGER ALL",
        "DROP TRIGGER append_only_row ON history_entries",
        "DROP TABLE history_entries",
        "ALTER FUNCTION refuse_rewriting_history() RENAME TO other",
    ):
        with pytest.raises(DBAPIError) as refused, session.begin_nested():
            session.execute(text(statement))
        assert refused.value.orig.sqlstate == "42501"


def test_an_entry_holds_who_when_what_from_to_and_why(session):
    at = clock.now()
    record(session, command_actor("root"), [NOTE], at=at, reason="they moved", cause="import:3")
    (entry,) = history_of(session, "organisation", 12)
    assert (entry.at, entry.actor_kind, entry.actor_name) == (at, "command", "root")
    assert entry.changes == {"city": ["Nairobi", "Mombasa"]}
    assert (entry.reason, entry.cause) == ("they moved", "import:3")
    assert list(entries_caused_by(session, "import:3")) == [entry]


def test_the_newest_entry_comes_first_and_others_are_not_shown(session):
    for number in range(3):
        record(session, SYSTEM, [Note(f"step {number}", "contact", 5, "A")], at=clock.now())
    record(session, SYSTEM, [Note("other", "contact", 6, "B")], at=clock.now())
    told = [entry.action for entry in history_of(session, "contact", 5, limit=2)]
    assert told == ["step 2", "step 1"]


def test_nothing_to_note_writes_nothing(session):
    record(session, SYSTEM, [], at=clock.now())
    assert session.scalars(select(Entry)).all() == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({}, {}, {}),
        ({"a": 1}, {"a": 1}, {}),
        ({"a": 1}, {"a": 2}, {"a": (1, 2)}),
        ({"a": 1}, {}, {"a": (1, None)}),
        ({}, {"b": [1]}, {"b": (None, [1])}),
    ],
)
def test_a_difference_tells_each_field_from_to(before, after, expected):
    assert diff(before, after) == expected


@pytest.mark.parametrize(
    ("action", "changes", "reason", "told"),
    [
        ("created", {"name": [None, "X"]}, None, "root added organisation “X”."),
        ("removed", {}, "twice", "root removed organisation “X”, because: twice"),
        (
            "changed",
            {"city": [None, "Mombasa"]},
            None,
            "root changed city of organisation “X” from nothing to “Mombasa”.",
        ),
        (
            "changed",
            {
                "memberships": [
                    [],
                    [{"joined_on": "2020-03-01", "is_at_latest": False, "ended_on": None}],
                ]
            },
            None,
            "root changed memberships of organisation “X” from nothing to joined on “2020-03-01”.",
        ),
        (
            "changed",
            {"is_listed": [True, False]},
            None,
            "root changed is listed of organisation “X” from yes to no.",
        ),
        (
            "changed",
            {"sectors": [[1, 2], [2]]},
            None,
            "root changed sectors of organisation “X” from 1; 2 to 2.",
        ),
        (
            "changed",
            {"city": [1, 2], "body_kind": [1, 2], "street": [1, 2]},
            None,
            "root changed city, body kind and street of organisation “X”.",
        ),
    ],
)
def test_an_entry_is_one_readable_sentence(action, changes, reason, told):
    assert told == sentence(
        actor_name="root",
        action=action,
        subject_kind="organisation",
        subject_name="X",
        changes=changes,
        reason=reason,
    )

"""What an attacker who holds a token tries: each try ends soon, in a refusal that says so."""

import time
from dataclasses import replace

import pytest

from alliance.accounts.permissions import Scope
from alliance.directory.operations.contacts import save_contacts
from alliance.directory.queries.records import contacts_of
from alliance.reactions import commit
from tests.factories.directory import STAFF, make_contact

_SECONDS = 5


@pytest.mark.parametrize(
    "body",
    [b'{"name":"' + b'\\"' * 400_000, b'"' * 900_000, b'{"name":"' + b"x" * 900_000, b'{"\\'],
    ids=["quotes that are none", "quotes", "one text", "half a sign"],
)
def test_a_text_that_does_not_end_takes_no_longer_than_one_that_does(program, body):
    began = time.monotonic()
    answer = program().ask(
        "POST", "contacts", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert time.monotonic() - began < _SECONDS


def test_brackets_within_texts_do_not_count_as_depth(program):
    answer = program().post("contacts", {"name": '\\"[[[[[' * 8 + "]" * 40})
    assert answer.status_code == 201


@pytest.mark.parametrize("slug", ["a%00b", "%00", "%ED%A0%80", "a" * 100])
@pytest.mark.parametrize("scope", [Scope.CONTACTS_READ, Scope.ORGANISATIONS_WRITE])
def test_a_sector_by_a_name_that_none_can_have_is_no_failure(program, slug, scope):
    asking = program(scope.value)
    for method, address in (("GET", "record"), ("PATCH", "record"), ("POST", "record/retire")):
        answer = asking.ask(method, f"sectors/{slug}/{address}", {} if method != "GET" else None)
        assert answer.status_code < 500, (method, address)


@pytest.mark.parametrize(
    "name", ["actor_name", "action", "cause", "subject_kind", "after", "since"]
)
def test_a_filter_that_nothing_can_hold_is_told(program, name):
    for value in ("a\x00", "²", "9" * 30, "-1"):
        assert program().get("history", **{name: value}).status_code < 500


def test_a_change_of_hidden_fields_alone_is_no_entry_of_the_history(program, session):
    made = make_contact(session, notes="first")
    known = contacts_of(session, [made.id])[made.id]
    save_contacts(session, [replace(known, notes="second")], actor=STAFF, reason="canary")
    commit(session)
    answer = program("history:read").get("history", subject_kind="contact")
    assert "canary" not in answer.text
    assert [item["action"] for item in answer.json["items"]] == ["created"]

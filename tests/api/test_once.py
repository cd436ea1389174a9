"""A request that is sent again is worked off once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Scope
from alliance.app import create_app
from alliance.core.db import db
from tests.api.conftest import Program, make_token

NEW = {"name": "Aqua Fund", "category": "civil_society"}


def count(session, table="organisations"):
    return session.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()


def test_a_copy_is_answered_as_the_first_and_adds_nothing(program, session):
    writer = program("organisations:write")
    first = writer.post("organisations", NEW, key="a key")
    assert first.status_code == 400
    first = writer.post("organisations", NEW, key="key-1")
    writer.patch(
        f"organisations/{first.json['id']}/record", {"city": "X"}, seen=first.headers["ETag"]
    )
    again = writer.post("organisations", dict(reversed(NEW.items())), key="key-1")
    assert (again.status_code, again.json) == (201, first.json)
    for name in ("Location", "ETag"):
        assert again.headers[name] == first.headers[name]
    assert count(session) == 1


def test_another_request_under_the_same_key_is_refused(program, session, stored):
    writer = program("organisations:write", "contacts:write")
    writer.post("organisations", NEW, key="key-1")
    before = stored()
    other = writer.post("organisations", {**NEW, "name": "Other"}, key="key-1")
    assert (other.status_code, other.json["field"]) == (422, "Idempotency-Key")
    elsewhere = writer.post("contacts", {"name": "Li"}, key="key-1")
    assert elsewhere.status_code == 422
    assert stored() == before


def test_keys_of_two_tokens_have_nothing_to_do_with_each_other(program, session):
    made = [program("organisations:write").post("organisations", NEW, key="k") for _ in range(2)]
    assert [one.status_code for one in made] == [201, 201]
    assert made[0].json["id"] != made[1].json["id"]


def test_what_was_refused_may_be_sent_again_under_its_key(program, session):
    writer = program("organisations:write")
    assert writer.post("organisations", {**NEW, "country": "XX"}, key="k").status_code == 422
    assert writer.post("organisations", NEW, key="k").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "\u00fc"])
def test_a_key_that_cannot_be_used_is_refused(program, session, stored, key):
    writer = program("organisations:write")
    before = stored()
    response = writer.post("organisations", NEW, key=key)
    assert (response.status_code, response.json["field"]) == (400, "Idempotency-Key")
    assert stored() == before


def test_a_key_is_no_way_around_the_version(program, session):
    writer = program("organisations:write")
    made = writer.post("organisations", NEW)
    address = f"organisations/{made.json['id']}/record/archive"
    first = writer.post(address, seen=made.headers["ETag"], key="k")
    again = writer.post(address, seen=made.headers["ETag"], key="k")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json == first.json
    assert writer.post(address, seen=made.headers["ETag"], key="other").status_code == 412


@pytest.fixture
def wide_app(databases):
    """An application with room for twenty requests at once, on a database of its own."""
    config = replace(databases.clone(), threads=20)
    yield create_app(config)
    databases.drop(config)


def test_twenty_copies_at_once_make_one_record_and_one_entry(wide_app):
    with wide_app.app_context():
        engine = db.engine
    with Session(engine) as session:
        twenty_copies(wide_app, session)


def twenty_copies(app, session):
    token = make_token(session, *(one.value for one in Scope))
    before = count(session, "history_entries")
    session.rollback()
    start = Barrier(20)

    def send(_):
        program = Program(app.test_client(), token)
        start.wait()
        return program.post("contacts", {"name": "Li Wei"}, key="same")

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(send, range(20)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.data for one in answers}) == 1
    assert count(session, "contacts") == 1
    assert count(session, "history_entries") == before + 1


@pytest.mark.database
def test_of_two_writers_at_once_one_is_told_of_the_other(app, session):
    token = make_token(session, "organisations:write")
    made = Program(app.test_client(), token).post("organisations", NEW)
    start = Barrier(2)

    def send(city):
        program = Program(app.test_client(), token)
        start.wait()
        return program.patch(
            f"organisations/{made.json['id']}/record", {"city": city}, seen=made.headers["ETag"]
        )

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(send, ["Nairobi", "Mombasa"]))
    assert sorted(one.status_code for one in answers) == [200, 412]

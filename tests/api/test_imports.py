"""Files sent by programs: checked first, stored as a whole, taken back."""

import io

import pytest

from alliance.imports.operations.running import MOVED_ON
from alliance.reactions import commit
from tests.factories.directory import make_contact, make_organisation

TABLE = (
    "Name,Category,Country,Member since\n"
    "Aqua Fund,Civil society,Kenya,2024-02-01\n"
    "Blue Fund,Civil society,Nowhere,2024-02-01\n"
)


@pytest.fixture
def importer(program):
    return program("imports:write")


def send(asking, content=TABLE, name="members.csv", **more):
    data = {"file": (io.BytesIO(content.encode()), name), **more.pop("data", {})}
    return asking.ask("POST", "imports", data=data, content_type="multipart/form-data", **more)


def count(session, what):
    return len(session.connection().exec_driver_sql(f"SELECT 1 FROM {what}").all())


def test_a_file_is_checked_and_nothing_is_stored(importer, session):
    sent = send(importer)
    assert sent.status_code == 201, sent.text
    assert sent.json["state"] == "open"
    assert sent.json["counts"]["rows"] == 2
    assert sent.json["counts"]["error"] == 1
    address = sent.headers["Location"].removeprefix("http://localhost")
    assert importer.get(address).json == sent.json
    rows = importer.get(f"{address}/rows").json
    assert [one["verdict"] for one in rows["items"]] == ["new", "error"]
    assert rows["items"][1]["faults"][0]["column"] == "Country"
    only = importer.get(f"{address}/rows", verdict="error").json
    assert (only["total"], len(only["items"])) == (1, 1)
    assert count(session, "organisations") == 0


def test_a_table_that_cannot_be_read_says_why(importer):
    sent = send(importer, "Name,Category\n")
    assert sent.status_code == 201
    assert "no rows" in sent.json["parts"][0]["problem"]
    assert sent.json["counts"] == {}
    refused = importer.post(f"imports/staged/{sent.json['id']}/apply")
    assert refused.status_code == 422


def test_an_import_is_applied_reported_and_undone(importer, session):
    id = send(importer).json["id"]
    done = importer.post(f"imports/staged/{id}/apply")
    assert done.status_code == 200, done.text
    assert done.json["state"] == "done"
    assert count(session, "organisations") == 1
    twice = importer.post(f"imports/staged/{id}/apply")
    assert twice.json["import_id"] == done.json["import_id"]
    assert count(session, "organisations") == 1
    shown = importer.get(f"imports/{done.json['import_id']}").json
    assert shown["actor_name"] == "token “robot”"
    assert importer.get("imports").json["items"] == [shown]
    undone = importer.post(f"imports/{shown['id']}/undo")
    assert undone.json["removed"] == 1
    assert importer.post(f"imports/{shown['id']}/undo").status_code == 422
    assert importer.get(f"imports/{shown['id']}").json["state"] == "undone"
    assert count(session, "organisations") == 0


def test_a_file_that_is_sent_twice_under_one_key_is_kept_once(importer, session):
    first, again = (
        send(importer, headers={"Idempotency-Key": "k"}),
        send(importer, headers={"Idempotency-Key": "k"}),
    )
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    other = send(importer, TABLE + "x", headers={"Idempotency-Key": "k"})
    assert other.status_code == 422
    assert count(session, "staged_imports") == 1


def test_an_import_is_there_for_the_token_that_began_it_alone(importer, program, session):
    id = send(importer).json["id"]
    stranger = program("imports:write")
    for method, place in (("GET", ""), ("GET", "/rows"), ("POST", "/apply"), ("DELETE", "")):
        assert stranger.ask(method, f"imports/staged/{id}{place}").status_code == 404
    assert importer.ask("DELETE", f"imports/staged/{id}").json["id"] == id
    assert importer.get(f"imports/staged/{id}").status_code == 404


def test_what_is_no_file_that_can_be_read_is_refused(importer, stored):
    before = stored()
    for data, kind, status, field in (
        ({}, "multipart/form-data", 400, "file"),
        ({"file": "text"}, "multipart/form-data", 400, "file"),
        ({"file": (io.BytesIO(b""), "a.csv")}, "multipart/form-data", 422, "file"),
        ({"file": (io.BytesIO(b"a"), "a.csv"), "holds": "cats"}, "multipart/form-data", 400,
         "holds"),
        ({"file": (io.BytesIO(b"a"), "a.csv"), "x": "1"}, "multipart/form-data", 400, "x"),
        ({"file": "a"}, "application/x-www-form-urlencoded", 415, None),
    ):  # fmt: skip
        refused = importer.ask("POST", "imports", data=data, content_type=kind)
        assert (refused.status_code, refused.json.get("field")) == (status, field), refused.text
    assert stored() == before


def test_a_file_that_is_too_large_is_refused(importer, monkeypatch, stored):
    monkeypatch.setattr("alliance.api.bodies.LARGEST_FILE", 100)
    monkeypatch.setattr("alliance.api.bodies.MOST_BYTES", 100)
    before = stored()
    assert send(importer, "x" * 1000).status_code == 413
    assert stored() == before


def test_a_directory_that_moved_on_is_shown_again_before_anything_is_stored(importer, session):
    id = send(importer).json["id"]
    make_organisation(session, "Aqua Fund", country="KE")
    commit(session)
    held = importer.post(f"imports/staged/{id}/apply")
    assert held.json["state"] == "open"
    assert held.json["problem"] == MOVED_ON
    assert "import_id" not in held.json
    assert count(session, "organisations") == 1


def test_rows_tell_nothing_of_the_people_they_match(importer, session):
    works_for = make_organisation(session, "Aqua Fund", notes="CANARY-NOTE")
    make_contact(session, "Wanjiru Maina", notes="CANARY-NOTE", phones=("+254201234567",))
    commit(session)
    sent = send(
        importer,
        "Name,Category,Country,Contact name,Contact email\n"
        "Aqua Fund,Civil society,Kenya,Wanjiru Maina,other@harbour.example\n",
    )
    rows = importer.get(f"imports/staged/{sent.json['id']}/rows")
    assert works_for.id in rows.json["items"][0]["matches"]
    for answer in (sent, rows):
        assert b"CANARY" not in answer.data
        assert b"wanjirumaina@" not in answer.data
        assert b"+254201234567" not in answer.data


def test_without_the_scope_nothing_is_read(program, session):
    refused = send(program("organisations:write"))
    assert refused.status_code == 403
    assert count(session, "staged_imports") == 0

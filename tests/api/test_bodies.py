"""What cannot be understood in one way only, or is too much, is refused and changes nothing."""

import json

import pytest

from alliance.reactions import commit
from tests.factories.directory import make_organisation

ADDRESS = "/api/v1/organisations"
GOOD = {"name": "Aqua Fund", "category": "civil_society"}


@pytest.fixture
def writer(program):
    return program()


def send(writer, data, kind="application/json", **more):
    return writer.ask("POST", ADDRESS, data=data, content_type=kind, **more)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b'{"name": "A", "name": "B", "category": "company"}', "name"),
        (b'{"name": "A", "category": "company", "names": [{"kind": "short", "kind": "latin"}]}',
         "kind"),
        (b'{"name": "A\\u0000", "category": "company"}', "name"),
        (b'{"name": "A", "category": "company", "names": [{"kind": "short", "text": "\\ud800"}]}',
         "names.0.text"),
        (b'{"na\\u0000me": "A"}', "na?me"),
        (b'{"name": NaN}', None),
        (b'{"name": -Infinity}', None),
        (b'{"parent_id": 1e999}', None),
        (b'{"parent_id": 99999999999999999999}', None),
        (b'{"parent_id": 9223372036854775808, "name": "A", "category": "company"}', "parent_id"),
        (b'{"name": "A", "category": "company", "source": "\xff"}', None),
        ("{}".encode("utf-16"), None),
        (b"\xef\xbb\xbf{}", None),
        (b"[" * 33 + b"]" * 33, None),
        (b'{"a":' * 40 + b"1" + b"}" * 40, None),
        (b"[" * 100_000, None),
        (b"[]", None),
        (b'"name"', None),
        (b"null", None),
        (b"", None),
        (b"{", None),
        (b'{"name": "A",}', None),
        (b"{'name': 'A'}", None),
        (b'{"name": "A"} {}', None),
    ],
)  # fmt: skip
def test_json_that_is_none_or_has_two_meanings_is_refused(writer, stored, data, field):
    before = stored()
    response = send(writer, data)
    assert response.status_code == 400, response.text
    assert response.mimetype == "application/problem+json"
    assert response.json.get("field") == field
    assert stored() == before


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"notes": "x"}, "notes", "no field"),
        ({"id": 1}, "id", "no field"),
        ({"version": "x"}, "version", "no field"),
        ({"archived_on": "2024-01-01"}, "archived_on", "no field"),
        ({"__proto__": {}}, "__proto__", "no field"),
        ({"names": [{"kind": "short", "text": "A", "note": "x"}]}, "names.0.note", "no field"),
        ({"name": None}, "name", "null"),
        ({"name": 7}, "name", "text"),
        ({"name": ["A"]}, "name", "text"),
        ({"name": {"a": 1}}, "name", "text"),
        ({"name": "x" * 301}, "name", "300"),
        ({"name": "A\u0007"}, "name", "visible"),
        ({"is_listed": 1}, "is_listed", "true or false"),
        ({"is_listed": "true"}, "is_listed", "true or false"),
        ({"parent_id": "17"}, "parent_id", "whole number"),
        ({"parent_id": 1.5}, "parent_id", "whole number"),
        ({"parent_id": True}, "parent_id", "whole number"),
        ({"parent_id": 0}, "parent_id", "from 1"),
        ({"countries": "KE"}, "countries", "list"),
        ({"countries": [1]}, "countries.0", "text"),
        ({"countries": ["KE"] * 201}, "countries", "200"),
        ({"names": [{"kind": "short"}]}, "names.0.text", "must be given"),
        ({"names": [{"kind": "king", "text": "A"}]}, "names.0.kind", "one of short"),
        ({"names": ["A"]}, "names.0", "object"),
        ({"memberships": [{"joined_on": 20240101}]}, "memberships.0.joined_on", "YYYY-MM-DD"),
        ({"memberships": [{"joined_on": "20240101"}]}, "memberships.0.joined_on", "YYYY-MM-DD"),
        ({"visibility": {"email": "everybody"}}, "visibility.email", "one of public"),
        ({"visibility": []}, "visibility", "object"),
    ],
)
def test_a_field_of_another_kind_is_named_with_what_it_takes(writer, stored, change, field, words):
    before = stored()
    response = writer.post("organisations", {**GOOD, **change})
    assert response.status_code == 400, response.text
    assert response.json["field"] == field
    assert words in response.json["detail"]
    assert stored() == before


def test_a_field_that_is_missing_is_named(writer):
    response = writer.post("organisations", {"category": "company"})
    assert (response.status_code, response.json["field"]) == (400, "name")


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "",
     "application/json; charset=utf-16", "application/xml", "text/json"],
)  # fmt: skip
def test_a_body_of_another_kind_is_refused(writer, stored, kind):
    before = stored()
    response = send(writer, json.dumps(GOOD), kind)
    assert response.status_code == 415
    assert "application/json" in response.json["detail"]
    assert stored() == before


def test_a_body_that_is_too_large_is_refused_before_it_is_read(writer, stored):
    before = stored()
    response = send(writer, json.dumps({**GOOD, "description": "x" * 1024 * 1024}))
    assert response.status_code == 413
    assert response.mimetype == "application/problem+json"
    assert stored() == before


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_an_unknown_parameter_is_refused_where_something_is_changed_too(
    writer, session, stored, method
):
    one = make_organisation(session, memberships=())
    commit(session)
    address = ADDRESS if method == "POST" else f"{ADDRESS}/{one.id}/record"
    before = stored()
    body = GOOD if method == "POST" else {"city": "X"} if method == "PATCH" else None
    response = writer.ask(method, f"{address}?dry_run=1", body, seen="*")
    assert (response.status_code, response.json["field"]) == (400, "dry_run")
    assert stored() == before


def test_text_is_kept_as_it_was_sent(writer):
    name = "<script>alert(1)</script> {{7*7}} ' OR 1=1 -- =2+2 \u05d0\u0628 👩‍👩‍👧"
    made = writer.post("organisations", {**GOOD, "name": name})
    assert made.status_code == 201
    assert made.json["name"] == name
    assert made.mimetype == "application/json"


def test_patches_that_change_nothing_write_nothing(writer, session, stored):
    one = make_organisation(session)
    commit(session)
    tag = writer.get(f"organisations/{one.id}/record").headers["ETag"]
    before = stored()
    for body in ({}, {"name": one.name}, {"countries": []}, {"email": None}):
        same = writer.patch(f"organisations/{one.id}/record", body, seen=tag)
        assert (same.status_code, same.headers["ETag"]) == (200, tag)
    assert stored() == before

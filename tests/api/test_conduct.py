"""How all of the API behaves: tags, methods, errors in words, open to programs everywhere."""

import re

import pytest

LIST = "/api/v1/organisations"
EVERY_LIST = ("organisations", "countries", "regions", "sectors", "categories", "openapi.json")
PROBLEM = "application/problem+json"


def problem(response):
    """The problem document of a response, its shape checked."""
    assert response.mimetype == PROBLEM
    told = response.json
    assert {"type", "title", "status", "detail", "instance"} <= set(told) <= {
        "type", "title", "status", "detail", "instance", "field"
    }  # fmt: skip
    assert told["type"] == "about:blank"
    assert told["status"] == response.status_code
    assert told["instance"] == response.headers["X-Request-ID"]
    return told


@pytest.mark.parametrize("resource", EVERY_LIST)
def test_an_answer_that_is_known_already_is_not_sent_again(client, members, resource):
    first = client.get(f"/api/v1/{resource}")
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    for known in (tag, f'"other", {tag}', "*"):
        again = client.get(f"/api/v1/{resource}", headers={"If-None-Match": known})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Content-Type" not in again.headers
    assert client.get(f"/api/v1/{resource}", headers={"If-None-Match": '"x"'}).status_code == 200


@pytest.mark.parametrize("resource", EVERY_LIST)
def test_head_tells_what_get_would(client, members, resource):
    got, head = client.get(f"/api/v1/{resource}"), client.head(f"/api/v1/{resource}")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert head.headers[name] == got.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_method_that_changes_things_is_refused_with_those_that_are_there(client, method, session):
    response = client.open("/api/v1/countries", method=method)
    assert problem(response)["status"] == 405
    assert {"GET", "HEAD", "OPTIONS"} == set(response.headers["Allow"].split(", "))
    assert method in response.json["detail"]


@pytest.mark.parametrize("accept", ["text/html", "image/png", "application/xml;q=0.1"])
def test_whatever_kind_is_asked_for_json_is_sent(client, session, accept):
    assert client.get(LIST, headers={"Accept": accept}).mimetype == "application/json"


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("limit=0", "limit", "from 1 to 500"),
        ("limit=501", "limit", "from 1 to 500"),
        ("limit=ten", "limit", "whole number"),
        ("limit=1_0", "limit", "whole number"),
        ("limit=%D9%A3", "limit", "whole number"),
        ("limit=1.0", "limit", "whole number"),
        ("limit=1&limit=2", "limit", "more than once"),
        ("after=-1", "after", "whole number"),
        ("after=9223372036854775808", "after", "whole number"),
        ("as_of=2024-02-30", "as_of", "YYYY-MM-DD"),
        ("as_of=20240229", "as_of", "YYYY-MM-DD"),
        ("as_of=2024-W01-1", "as_of", "YYYY-MM-DD"),
        ("as_of=today", "as_of", "YYYY-MM-DD"),
        ("as_of=2024-01-01&as_of=2024-01-01", "as_of", "more than once"),
        ("category=charity", "category", "charity"),
        ("country=Ethiopia", "country", "/api/v1/countries"),
        ("country=et", "country", "et"),
        ("region=mars", "region", "/api/v1/regions"),
        ("sector=x", "sector", "x"),
        ("q=%00", "q", "delete it"),
        ("q=a%0Bb%07", "q", "delete it"),
        ("q=" + "long" * 100, "q", "100"),
        ("colour=red", "colour", "as_of, q, category"),
        ("email=a%40b.example", "email", "known"),
        ("notes=x", "notes", "known"),
        ("sort=name", "sort", "known"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named_with_the_remedy(
    client, members, query, field, words
):
    response = client.get(f"{LIST}?{query}")
    told = problem(response)
    assert (told["status"], told["title"]) == (400, "Bad Request")
    assert told["field"] == field
    assert words in told["detail"]


@pytest.mark.parametrize("resource", ["countries", "regions", "sectors", "categories"])
def test_closed_lists_know_the_day_and_no_other_parameter(client, members, resource):
    assert client.get(f"/api/v1/{resource}?as_of=2020-01-01").status_code == 200
    assert problem(client.get(f"/api/v1/{resource}?limit=1"))["field"] == "limit"


def test_fields_that_a_form_sends_empty_count_as_left_out(client, members):
    empty = client.get(f"{LIST}?q=&category=&region=&country=&sector=&as_of=&limit=&after=")
    assert empty.status_code == 200
    assert empty.json == client.get(LIST).json


def test_an_address_that_leads_nowhere_is_told_of_as_a_problem(client, session):
    for address in ("/api/v1/nothing", "/api/v2/organisations", f"{LIST}/x", f"{LIST}/0"):
        assert problem(client.get(address))["status"] == 404


def test_a_bug_is_told_of_without_its_insides(client, session, monkeypatch):
    def broken(*_, **__):
        raise ValueError("/secret/path and SELECT insides")

    monkeypatch.setattr("alliance.api.organisations.documents_after", broken)
    client.application.testing = False
    try:
        response = client.get(LIST)
    finally:
        client.application.testing = True
    assert problem(response)["status"] == 500
    assert "secret" not in response.text
    assert "ValueError" not in response.text


def test_programs_on_other_pages_may_read_and_nothing_personal_goes_along(client, session):
    for response in (client.get(LIST), client.get(f"{LIST}?x=1"), client.get("/api/v1/nothing")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "ETag" in response.headers["Access-Control-Expose-Headers"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert "Set-Cookie" not in response.headers
    asked = client.options(LIST, headers={"Origin": "https://other.example"})
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert asked.headers["Access-Control-Allow-Headers"] == "If-None-Match"

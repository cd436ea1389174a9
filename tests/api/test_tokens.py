"""Who may ask what: every address with every kind of token, and with none."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from alliance.accounts.models import ApiToken
from alliance.accounts.permissions import SCOPES, Role, Scope
from alliance.api.auth import needs_of
from alliance.audit.queries import HistoryCriteria, entries_after
from alliance.reactions import commit
from tests.api.conftest import Program
from tests.factories.accounts import make_account
from tests.factories.directory import make_affiliation

PRIVATE = "/api/v1/organisations/records"


def private_routes(app):
    """Each address that needs a token, as (method, address, what it needs)."""
    for rule in app.url_map.iter_rules():
        needs = needs_of(app.view_functions[rule.endpoint])
        if needs:
            for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
                address = rule.rule.replace("<string(maxlength=100):slug>", "child-protection")
                yield method, re.sub(r"<int[^>]*>", "1", address), needs


def send(client, method, address, token):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.open(address, method=method, headers=headers)


def test_every_private_address_asks_for_a_token(app, client, session):
    routes = list(private_routes(app))
    assert len(routes) > 25
    for method, address, _ in routes:
        refused = send(client, method, address, None)
        assert refused.status_code == 401, (method, address)
        assert refused.headers["WWW-Authenticate"].startswith("Bearer")
        assert refused.headers["Cache-Control"] == "no-store"
        assert "Authorization" in refused.headers["Vary"]
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("scopes", [*([one] for one in Scope), list(Scope)], ids=str)
def test_a_token_opens_what_its_scopes_stand_for_and_nothing_else(
    app, client, session, program, scopes
):
    token = program(*(one.value for one in scopes)).token
    permissions = frozenset().union(*(SCOPES[one] for one in scopes))
    for method, address, needs in private_routes(app):
        allowed = any(permissions >= set(group) for group in needs)
        answer = send(client, method, address, token)
        assert (answer.status_code != 403) == allowed, (method, address, answer.text)
        assert answer.status_code != 401
        if not allowed:
            assert re.search(r"`[a-z]+:(read|write)`", answer.json["detail"])


def test_tokens_that_are_not_good_any_more_are_answered_alike(app, client, session, program):
    expired, revoked = program(name="old").token, program(name="lost").token
    for name, change in (
        ("old", "expires_at = created_at - interval '1 hour'"),
        ("lost", "revoked_at = created_at"),
    ):
        session.execute(text(f"UPDATE api_tokens SET {change} WHERE name = '{name}'"))
    commit(session)
    for method, address, _ in private_routes(app):
        answers = [
            send(client, method, address, token)
            for token in (expired, revoked, "alliance_" + "x" * 43, "x", "ü")
        ]
        told = [{**answer.json, "instance": ""} for answer in answers]
        assert [answer.status_code for answer in answers] == [401] * 5, (method, address)
        assert all(one == told[0] for one in told)
        assert all('error="invalid_token"' in one.headers["WWW-Authenticate"] for one in answers)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Basic dTpw", "token x", "Bearer a b", "Bearer \u00fc"]
)
def test_a_header_that_holds_no_token_is_refused(client, session, header):
    answer = client.get(PRIVATE, headers={"Authorization": header})
    assert answer.status_code == 401


@pytest.mark.parametrize("name", ["access_token", "token", "api_key", "Token"])
def test_a_token_in_an_address_is_refused(client, session, program, name):
    token = program("organisations:read").token
    answer = client.get(f"{PRIVATE}?{name}={token}")
    assert (answer.status_code, answer.json["field"]) == (400, name)
    assert token not in answer.text
    with_header = client.get(
        f"{PRIVATE}?{name}={token}", headers={"Authorization": f"Bearer {token}"}
    )
    assert with_header.status_code == 400


def test_a_session_of_the_workspace_opens_nothing_here(staff, session):
    client = staff(Role.ADMINISTRATOR)
    assert client.get(PRIVATE).status_code == 401
    assert client.post("/api/v1/contacts", json={"name": "X"}).status_code == 401


def test_a_token_rests_while_its_account_may_not_use_it(client, session, program):
    asking = program("organisations:read", "contacts:write")
    account = make_account(session, Role.ADMINISTRATOR)
    session.execute(text(f"UPDATE api_tokens SET account_id = {account.id}"))
    commit(session)
    assert asking.get("contacts").status_code == 200
    account.disabled_at = account.created_at
    session.flush()
    assert asking.get("contacts").status_code == 401
    account.disabled_at = None
    account.role = Role.EDITOR
    session.flush()
    assert asking.get("contacts").status_code in (401, 403)


def test_use_is_noted_once_a_minute(program, session):
    asking = program("organisations:read")

    def last_used():
        session.expire_all()
        return session.query(ApiToken).one().last_used_at

    assert last_used() is None
    asking.get("organisations/records")
    first = last_used()
    asking.get("organisations/records")
    assert last_used() == first
    session.execute(text("UPDATE api_tokens SET last_used_at = :at"),
                    {"at": first - timedelta(minutes=2)})  # fmt: skip
    asking.get("organisations/records")
    assert last_used() >= first


def test_the_history_keeps_the_first_refusal_of_a_minute(program, session):
    asking = program("organisations:read")
    for _ in range(3):
        assert asking.get("contacts").status_code == 403
    (entry,) = entries_after(session, HistoryCriteria(action="refused"))
    assert entry.actor_name == "token “robot”"
    assert entry.changes["path"] == [None, "/api/v1/contacts"]


def test_a_token_asks_so_often_a_minute_and_no_more(client, program, session, monkeypatch):
    monkeypatch.setattr("alliance.api.auth.A_MINUTE", 3)
    asking, other = program("organisations:read"), program("organisations:read")
    answers = [asking.get("organisations/records") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["X-RateLimit-Remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert {one.headers["X-RateLimit-Limit"] for one in answers} == {"3"}
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 60
    assert answers[3].mimetype == "application/problem+json"
    assert other.get("organisations/records").status_code == 200
    assert client.get("/api/v1/organisations").status_code == 200


def test_head_tells_what_get_would(program, session):
    asking = program("organisations:read")
    got, head = (asking.ask(method, "organisations/records") for method in ("GET", "HEAD"))
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_private_answers_stay_private(program, session):
    asking = program()
    make_affiliation(session)
    commit(session)
    for address in ("organisations/records", "contacts", "affiliations", "history", "changes"):
        answer = asking.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Authorization" in answer.headers["Vary"]
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Set-Cookie" not in answer.headers
        assert "ETag" not in answer.headers


def test_the_public_part_is_the_same_with_a_token_and_without(client, program, members):
    token = program().token
    plain = client.get("/api/v1/organisations")
    for header in (f"Bearer {token}", "Bearer nonsense-nonsense"):
        answer = client.get("/api/v1/organisations", headers={"Authorization": header})
        assert answer.data == plain.data
        assert answer.headers["Cache-Control"] == plain.headers["Cache-Control"]
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_no_page_of_another_site_is_told_that_it_may_write(client, session):
    asked = client.options(
        "/api/v1/organisations",
        headers={"Origin": "https://other.example", "Access-Control-Request-Method": "POST"},
    )
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "Authorization" not in asked.headers["Access-Control-Allow-Headers"]
    hidden = client.options("/api/v1/contacts", headers={"Origin": "https://other.example"})
    assert "Access-Control-Allow-Origin" not in hidden.headers


def test_hidden_values_reach_no_byte(client, session, program, app):
    from tests.factories.directory import make_contact, make_organisation

    works_for = make_organisation(session, "Harbour", notes="CANARY-NOTE")
    person = make_contact(session, "W. Maina", notes="CANARY-NOTE", phones=("+254201234567",))
    make_affiliation(session, organisation=works_for, contact=person)
    commit(session)
    for scopes in (*((one,) for one in Scope), tuple(Scope)):
        asking = program(*(one.value for one in scopes))
        sees_people = any(one.value.startswith("contacts") for one in scopes)
        for method, address, _ in private_routes(app):
            address = address.replace("/1", f"/{person.id}" if "contacts" in address
                                      else f"/{works_for.id}")  # fmt: skip
            answer = asking.ask(method, address, {} if method != "GET" else None, seen='"x"')
            assert b"CANARY" not in answer.data, (method, address)
            if not sees_people:
                assert b"wmaina@" not in answer.data, (method, address)
                assert b"+254201234567" not in answer.data, (method, address)
    assert isinstance(asking, Program)

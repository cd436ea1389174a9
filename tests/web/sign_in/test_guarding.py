"""What holds for every request: redirects, forgery, caches, cookies, refusals in the history."""

import re
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import text, update

from alliance.accounts.models import AccountSession
from alliance.accounts.permissions import Role
from alliance.app import create_app
from alliance.core import clock
from alliance.web.targets import own_path
from tests.clients import CheckingClient
from tests.factories.accounts import (
    PASSWORD,
    code_now,
    make_account,
)
from tests.statements import statements_sent
from tests.web.sign_in.test_signing_in import sign_in

TRICKS = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", " //evil.example", "https://evil.example",
    "https:evil.example", "/.//evil.example/..//", "%2f%2fevil.example",
    "http:/\\evil.example", "javascript:alert(1)", "data:text/html,x", "/%09/evil.example",
    "/%5cevil.example", "/%2f/evil.example", "/%2f%2fevil.example", "//evil.example/%2f..",
    "evil.example", "@evil.example", "/\u2028/evil.example", "/\x00/evil.example",
    "//[::1", "/staff/\r\nSet-Cookie: a=b", "", "?next=//evil.example", "\u3000//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_leads_elsewhere_after_the_sign_in(client, session, trick):
    account = make_account(session, Role.EDITOR)
    response = sign_in(client, account.email, next=trick)
    assert response.status_code == 303
    location = response.headers["Location"]
    assert re.fullmatch(r"/(?![/\\])[!-~]*", location)
    assert "evil" not in location


@given(
    st.text(max_size=80) | st.from_regex(r"[/\\%2f.:@\t\n a-z]{1,20}evil\.example", fullmatch=True)
)
@example("//evil.example")
@example("/\\evil.example")
def test_a_target_is_always_a_path_of_ours(asked):
    found = own_path(asked, "/staff/")
    assert found.startswith("/")
    assert not found.startswith(("//", "/\\"))
    assert found.isascii()
    assert found.isprintable()
    assert " " not in found
    assert "\\" not in found


def test_a_target_keeps_its_query():
    assert own_path("/staff/organisations?q=a+b&page=2", "/") == "/staff/organisations?q=a+b&page=2"


def test_without_the_permission_a_page_says_so_and_names_the_role(staff, session):
    client = staff(Role.EDITOR)
    page = client.get("/staff/accounts")
    assert page.status_code == 403
    assert "Your role is Editor" in page.text
    entry = session.execute(
        text(
            "SELECT changes FROM history_entries WHERE action = 'refused' ORDER BY id DESC LIMIT 1"
        )
    ).scalar_one()
    assert entry == {"permission": [None, "manage_accounts"], "path": [None, "/staff/accounts"]}


def test_every_personal_page_forbids_caches_to_keep_it(staff, client):
    admin = staff(Role.ADMINISTRATOR)
    for path in ("/staff/", "/staff/account", "/staff/accounts", "/staff/tokens", "/staff/nothing"):
        response = admin.get(path)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Cookie" in response.headers["Vary"]
    for path in ("/sign-in", "/staff/", "/sign-in/password?token=x"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


def test_a_form_without_its_token_changes_nothing(staff, session):
    client = staff(Role.EDITOR)
    name = client.account.name
    for token in ("", "x", "IjEi.Zx.x"):
        response = client.post(
            "/staff/account", data={"name": "Forged", "language": "", "csrf_token": token}
        )
        assert response.status_code == 400
    session.refresh(client.account)
    assert client.account.name == name


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(staff, headers):
    client = staff(Role.EDITOR)
    sent = {"name": "Forged", "language": ""}
    assert client.send("/staff/account", sent, headers=headers).status_code == 400
    own = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    assert client.send("/staff/account", sent, headers=own).status_code == 303


def test_forms_of_one_cannot_be_sent_by_another(staff):
    one, other = staff(Role.EDITOR), staff(Role.EDITOR)
    sent = {"name": "Forged", "language": "", "csrf_token": one.csrf_token}
    assert other.send("/staff/account", sent).status_code == 400


def test_the_token_changes_with_the_sign_in_and_the_old_one_is_good_no_more(client, app, session):
    account = make_account(session, Role.EDITOR)
    sign_in(client, account.email)
    first = client.get_cookie("session").value
    other = app.test_client()
    sign_in(other, account.email)
    assert other.get_cookie("session").value != first
    # A cookie that was planted before the sign-in is not the one that is signed in.
    planted = app.test_client()
    planted.get("/sign-in")
    before = planted.get_cookie("session").value
    sign_in(planted, account.email)
    thief = app.test_client()
    thief.set_cookie("session", before)
    assert thief.get("/staff/").status_code == 303


@pytest.mark.parametrize(("column", "hours"), [("last_seen_at", 1), ("expires_at", 24)])
def test_a_session_ends_when_idle_and_in_any_case(staff, session, column, hours):
    client = staff(Role.EDITOR)
    assert client.get("/staff/").status_code == 200
    back = timedelta(hours=hours, seconds=1)
    session.execute(update(AccountSession).values({column: clock.now() - back}))
    assert client.get("/staff/").status_code == 303


def test_a_session_is_marked_as_seen_at_most_once_a_minute(staff, session):
    client = staff(Role.EDITOR)
    seen = clock.now() - timedelta(minutes=5)
    session.execute(update(AccountSession).values(last_seen_at=seen))
    client.get("/staff/")
    first = session.query(AccountSession.last_seen_at).scalar()
    assert first > seen + timedelta(minutes=4)
    client.get("/staff/")
    assert session.query(AccountSession.last_seen_at).scalar() == first


def test_nothing_of_the_person_is_in_the_cookie_and_no_token_in_the_database(staff, session):
    client = staff(Role.EDITOR)
    with client.session_transaction() as held:
        token = held["_user_id"]
        assert set(held) == {"_user_id", "_fresh", "csrf_token"}
    assert len(token) >= 43
    stored = session.execute(
        text("SELECT account_sessions::text FROM account_sessions")
    ).scalar_one()
    assert token not in stored


def test_under_https_cookies_belong_to_this_host_alone(databases, config):
    from dataclasses import replace

    app = create_app(replace(config, base_url="https://members.example.org"))
    app.test_client_class = CheckingClient
    response = app.test_client().get("/sign-in", base_url="https://members.example.org")
    (cookie,) = response.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_a_token_is_no_way_into_pages_and_a_cookie_none_into_the_api(staff, client):
    signed_in = staff(Role.ADMINISTRATOR)
    assert signed_in.get("/api/v1/contacts").status_code in (401, 404)
    assert client.get("/staff/", headers={"Authorization": "Bearer x"}).status_code == 303


def test_a_step_up_asks_and_then_goes_on_with_a_new_token(staff, session):
    client = staff(Role.ADMINISTRATOR, minutes_ago=16)
    response = client.get("/staff/accounts/new?a=1")
    assert response.headers["Location"] == "/sign-in/confirm?next=/staff/accounts/new?a%3D1"
    assert "your" not in client.get("/staff/accounts/new").headers["Location"]
    before = held(client)
    wrong = client.send(
        "/sign-in/confirm", {"next": "/staff/accounts/new", "confirm_password": PASSWORD}
    )
    assert wrong.status_code == 400
    right = {"confirm_password": PASSWORD, "confirm_code": code_now()}
    done = client.send("/sign-in/confirm", {"next": "/staff/accounts/new", **right})
    assert done.headers["Location"] == "/staff/accounts/new"
    assert held(client) != before
    assert client.get("/staff/accounts/new").status_code == 200


def held(client):
    with client.session_transaction() as kept:
        return kept["_user_id"]


def test_a_form_is_carried_through_the_step_up_but_no_password(staff, session):
    client = staff(Role.ADMINISTRATOR, minutes_ago=16)
    sent = {"email": "a@example.org", "name": 'A "quoted" <name>', "role": "editor"}
    asked = client.send("/staff/accounts/new", sent)
    assert asked.status_code == 403
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    assert fields["email"] == "a@example.org"
    assert fields["name"] == "A &#34;quoted&#34; &lt;name&gt;"
    assert session.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 1
    proof = {"confirm_password": PASSWORD, "confirm_code": code_now()}
    done = client.send("/staff/accounts/new", {**sent, **proof})
    assert done.status_code == 303
    assert session.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 2
    late = staff(Role.EDITOR, minutes_ago=16)
    asked = late.send("/staff/account/password", {"password": "four grey herons wait at noon"})
    assert "herons" not in asked.text


def test_a_wrong_proof_changes_nothing_and_five_of_them_have_to_wait(staff, session):
    client = staff(Role.ADMINISTRATOR, minutes_ago=16)
    sent = {"email": "a@example.org", "role": "editor", "confirm_password": "wrong"}
    statuses = [client.send("/staff/accounts/new", sent).status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    assert session.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 1


def test_fields_that_a_form_does_not_have_are_refused(staff, session):
    client = staff(Role.EDITOR)
    for extra in ("role", "email", "disabled_at", "is_admin", "password_hash"):
        page = client.send("/staff/account", {"name": "N", "language": "", extra: "administrator"})
        assert page.status_code == 422
    session.refresh(client.account)
    assert (client.account.role, client.account.name != "N") == (Role.EDITOR, True)


def test_twenty_copies_of_a_form_make_one_account(staff, session):
    client = staff(Role.ADMINISTRATOR)
    sent = {"email": "twin@example.org", "role": "editor", "submission": "k" * 32}
    answers = {client.send("/staff/accounts/new", sent).headers["Location"] for _ in range(20)}
    assert len(answers) == 1
    count = (
        "SELECT count(*) FROM history_entries WHERE action = 'created' AND subject_kind = 'account'"
    )
    assert session.execute(text(count)).scalar_one() == 1
    other = client.send("/staff/accounts/new", {**sent, "email": "other@example.org"})
    assert other.status_code == 422


@pytest.mark.database
def test_a_refused_look_is_kept_in_the_history_for_good(staff, session):
    client = staff(Role.EDITOR)
    assert client.get("/staff/accounts").status_code == 403
    session.rollback()
    told = "SELECT count(*) FROM history_entries WHERE action = 'refused'"
    assert session.execute(text(told)).scalar_one() == 1


def test_numbers_and_keys_that_no_database_holds_are_told_in_words(staff, client):
    admin = staff(Role.ADMINISTRATOR)
    assert admin.get(f"/staff/accounts/{10**30}").status_code == 404
    assert admin.send(f"/staff/tokens/{10**30}/revoke").status_code == 404
    sent = {"name": "N", "language": "", "submission": "a\x00b"}
    assert admin.send("/staff/account", sent).status_code == 422
    assert admin.send("/staff/account", {"name": "a\x00b", "language": ""}).status_code == 422
    assert sign_in(client, "a\x00@example.org", "\x00" * 20).status_code == 400
    assert client.get("/sign-in/password?token=%00%ff").status_code == 410


@pytest.mark.database
def test_public_answers_are_made_without_a_look_at_who_asks(app, staff):
    client = staff(Role.EDITOR)
    client.get("/privacy")
    with statements_sent(app) as statements:
        page = client.get("/privacy")
    assert page.status_code == 200
    assert [each for each in statements if "account" in each] == []
    assert "Cookie" not in client.get("/health/live").headers.get("Vary", "")


@pytest.mark.database
def test_a_page_of_the_workspace_asks_once_who_it_is(app, staff):
    client = staff(Role.EDITOR)
    client.get("/staff/account")
    with statements_sent(app) as statements:
        client.get("/staff/account")
    assert len([each for each in statements if "account_sessions AS held" in each]) == 1
    assert len(statements) <= 5

"""One's own account: second factors, password, sessions."""

import re

import pyotp
import pytest

from alliance.accounts.permissions import Role
from tests.factories.accounts import (
    PASSWORD,
)
from tests.web.sign_in.test_signing_in import sign_in, token_of

NEW = "four grey herons wait at noon"


def test_everybody_sees_his_own_account(staff):
    for role in Role:
        if role is not Role.ANYONE:
            page = staff(role).get("/staff/account")
            assert page.status_code == 200
            assert "What happened to your account" in page.text


def test_an_administrator_without_factor_is_led_to_one_and_can_do_nothing_else(staff):
    client = staff(Role.ADMINISTRATOR, with_factor=False)
    for path in ("/staff/", "/staff/account", "/staff/accounts"):
        response = client.get(path)
        assert (response.status_code, response.headers["Location"]) == (
            303, "/staff/account/factors/new",
        )  # fmt: skip
    assert client.send("/staff/account", {"name": "Other", "language": ""}).status_code == 303
    assert client.account.name != "Other"


def set_up(client):
    """Go through the set-up of an app; returns its secret and the last page."""
    assert client.get("/staff/account/factors/new").status_code == 200
    assert client.send("/staff/account/factors/new").status_code == 303
    page = client.get("/staff/account/factors/new/app")
    secret = re.search(r"<code>([A-Z2-7 ]{32,})</code>", page.text)[1].replace(" ", "")
    done = client.send("/staff/account/factors/new/app", {"code": pyotp.TOTP(secret).now()})
    return secret, done


def test_setting_up_an_app_shows_ten_recovery_codes_once_and_opens_the_workspace(staff):
    client = staff(Role.ADMINISTRATOR, with_factor=False)
    _, page = set_up(client)
    codes = re.findall(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", page.text)
    assert len(set(codes)) == 10
    assert client.get("/staff/").status_code == 200
    assert codes[0] not in client.get("/staff/account").text


def test_a_wrong_code_at_the_set_up_counts_nothing(staff, session):
    client = staff(Role.EDITOR)
    client.send("/staff/account/factors/new")
    page = client.send("/staff/account/factors/new/app", {"code": "000000"})
    assert page.status_code == 422
    assert "does not fit" in page.text
    assert "None yet." in client.get("/staff/account").text


def test_a_recovery_code_signs_in_once(staff, client):
    setter = staff(Role.ADMINISTRATOR, with_factor=False)
    _, page = set_up(setter)
    code = re.search(r"<code>([a-z2-7]{4}(?:-[a-z2-7]{4}){3})</code>", page.text)[1]
    for expected in (303, 400):
        assert sign_in(client, setter.account.email).status_code == 303
        asked = client.get("/sign-in/factor")
        spelt = code.upper().replace("-", " ")
        answer = client.post("/sign-in/factor", data={"csrf_token": token_of(asked), "code": spelt})
        assert answer.status_code == expected
        client.delete_cookie("session")


def test_changing_the_password_ends_all_other_sessions(staff, app, session):
    client = staff(Role.EDITOR)
    other = staff(account=client.account)
    assert other.get("/staff/").status_code == 200
    done = client.send("/staff/account/password", {"password": NEW})
    assert done.status_code == 303
    assert client.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 303
    visitor = app.test_client()
    assert sign_in(visitor, client.account.email, PASSWORD).status_code == 400
    assert sign_in(visitor, client.account.email, NEW).status_code == 303


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "use 15 or more"),
        ("passwordpassword1", "tried first"),
        ("aaaaaaaaaaaaaaaaaaaa", "tried first"),
        ("editor alliance editor", "others know"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(staff, password, reason):
    client = staff(Role.EDITOR)
    client.account.name = "Editor"
    page = client.send("/staff/account/password", {"password": password})
    assert page.status_code == 422
    assert reason in page.text


def test_one_ends_another_session_and_nobody_elses(staff, session):
    client = staff(Role.EDITOR)
    other = staff(account=client.account)
    stranger = staff(Role.EDITOR)
    ids = re.findall(r"/staff/account/sessions/(\d+)/end", client.get("/staff/account").text)
    assert len(ids) == 1
    assert stranger.send(f"/staff/account/sessions/{ids[0]}/end").status_code == 404
    assert other.get("/staff/").status_code == 200
    assert client.send(f"/staff/account/sessions/{ids[0]}/end").status_code == 303
    assert other.get("/staff/").status_code == 303


def test_an_administrator_keeps_the_last_factor(staff):
    client = staff(Role.ADMINISTRATOR)
    id = re.search(r"/account/factors/(\d+)/remove", client.get("/staff/account").text)[1]
    client.send(f"/staff/account/factors/{id}/remove")
    page = client.get("/staff/account")
    assert "add another one first" in page.text
    assert f"/account/factors/{id}/remove" in page.text


def test_taking_the_factor_away_ends_other_sessions(staff, session, config):
    client = staff(Role.EDITOR, with_factor=True)
    other = staff(account=client.account)
    id = re.search(r"/account/factors/(\d+)/remove", client.get("/staff/account").text)[1]
    assert client.send(f"/staff/account/factors/{id}/remove").status_code == 303
    assert client.get("/staff/").status_code == 200
    assert other.get("/staff/").status_code == 303


def test_the_language_of_the_account_counts_where_the_browser_has_no_choice(staff):
    client = staff(Role.EDITOR)
    client.send("/staff/account", {"name": "Ada", "language": "ar"})
    assert 'lang="ar"' in client.get("/staff/account").text
    client.set_cookie("lang", "en")
    assert 'lang="en"' in client.get("/staff/account").text


def test_a_name_is_shown_and_never_run(staff):
    client = staff(Role.EDITOR)
    client.send("/staff/account", {"name": "<script>alert(1)</script>", "language": ""})
    page = client.get("/staff/account")
    assert "<script>alert(1)" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text

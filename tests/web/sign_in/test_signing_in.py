"""Signing in by password and second factor, and out again."""

import re

from alliance.accounts.permissions import Role
from tests.factories.accounts import PASSWORD, code_now, give_totp, make_account


def token_of(page):
    """The token against forgery in a page."""
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def sign_in(client, email, password=PASSWORD, **more):
    token = token_of(client.get("/sign-in"))
    return client.post(
        "/sign-in", data={"csrf_token": token, "email": email, "password": password, **more}
    )


def test_the_workspace_leads_to_the_sign_in_and_back(client):
    response = client.get("/staff/?tab=2")
    assert response.status_code == 303
    assert response.headers["Location"] == "/sign-in?next=/staff/?tab%3D2"


def test_a_right_password_opens_the_workspace(client, session):
    account = make_account(session, Role.EDITOR)
    response = sign_in(client, account.email)
    assert (response.status_code, response.headers["Location"]) == (303, "/staff/")
    assert client.get("/staff/").status_code == 200


def test_a_wrong_password_is_told_and_opens_nothing(client, session):
    account = make_account(session, Role.EDITOR)
    response = sign_in(client, account.email, "wrong horse battery staple")
    assert response.status_code == 400
    assert "do not belong together" in response.text
    assert account.email in response.text
    assert client.get("/staff/").status_code == 303


def test_with_a_second_factor_the_password_alone_opens_nothing(client, session, config):
    account = make_account(session, Role.ADMINISTRATOR)
    give_totp(session, account, config)
    response = sign_in(client, account.email)
    assert response.headers["Location"] == "/sign-in/factor?next=/staff/"
    assert client.get("/staff/").status_code == 303
    page = client.get("/sign-in/factor")
    response = client.post(
        "/sign-in/factor", data={"csrf_token": token_of(page), "code": code_now()}
    )
    assert response.headers["Location"] == "/staff/"
    assert client.get("/staff/").status_code == 200


def test_signing_out_ends_the_session_for_good(staff, app):
    client = staff(Role.EDITOR)
    cookie = client.get_cookie("session").value
    response = client.send("/sign-out")
    assert response.status_code == 303
    assert "cache" in response.headers["Clear-Site-Data"]
    other = app.test_client()
    other.set_cookie("session", cookie)
    assert other.get("/staff/").status_code == 303


def test_the_fixture_signs_every_role_in(staff):
    for role in Role:
        if role is not Role.ANYONE:
            assert staff(role).get("/staff/").status_code == 200

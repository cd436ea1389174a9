"""Every route, asked by everybody: who may come in and who may not, by the table of roles.

The walk knows no page by name; a new route is walked from the day it is there. For routes with
numbers in them a record that is not there does: "not found" says that one was let in.
"""

import re

import pytest

from alliance.accounts.permissions import (
    ROLES,
    STAFF_ROLES,
    Permission,
    Role,
    asks_to_confirm,
    permission_of,
)

DUMMIES = {"int": "999999", "path": "none", "float": "1.5", "uuid": "0" * 32}
PERSONAL = ("/staff", "/sign-in", "/sign-out")
API = "/api/"


def path_of(rule):
    """An address of the route, with stand-ins for what differs."""

    def stand_in(match):
        kind, _, options = (match[1] or "").partition("(")
        if kind == "any":
            return re.split(r"[,)]", options)[0].strip(" '\"")
        return DUMMIES.get(kind, "none")

    return re.sub(r"<(?:([^>]+):)?[^:>]+>", stand_in, rule.rule)


def walked(app):
    """Each route outside the API with each of its methods: rule, method, permission, view."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.rule.startswith(API):
            continue
        view = app.view_functions[rule.endpoint]
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, method, permission_of(view), view


def refusal(response, path):
    """How a request was refused: sign-in, forbidden, hidden, or None when it was let in."""
    location = response.headers.get("Location", "")
    if response.status_code == 303 and location.startswith("/sign-in?next="):
        return "sign-in"
    if response.status_code == 403 and "which does not include this" in response.text:
        return "forbidden"
    return None


def test_nobody_sees_the_public_and_nothing_else(app, client):
    wrong = []
    for rule, method, permission, _ in walked(app):
        path = path_of(rule)
        response = client.open(path, method=method)
        refused = refusal(response, path)
        if permission is Permission.SEE_PUBLIC:
            is_right = refused != "forbidden" and response.status_code < 500
        elif path.startswith(PERSONAL):
            is_right = refused == "sign-in"
        else:
            is_right = response.status_code == 404
        if not is_right:
            wrong.append((method, path, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_comes_in_where_the_table_lets_it_and_nowhere_else(app, staff, role):
    client, wrong = staff(role), []
    for rule, method, permission, _ in walked(app):
        path = path_of(rule)
        # Without a token against forgery nothing is changed, whoever asks.
        response = client.open(path, method=method)
        refused = refusal(response, path)
        may = permission in ROLES[role]
        if may and method == "POST":
            is_right = response.status_code == 400
        elif may:
            is_right = refused != "forbidden" and response.status_code < 500
            is_right &= refused is None or permission is Permission.SEE_PUBLIC
        else:
            is_right = refused == "forbidden"
        if not is_right:
            wrong.append((method, path, response.status_code))
    assert wrong == []


def test_a_role_without_any_permission_comes_in_nowhere(app, staff):
    client = staff(Role.ANYONE)
    for rule, method, permission, _ in walked(app):
        if permission not in ROLES[Role.ANYONE]:
            response = client.open(path_of(rule), method=method)
            assert refusal(response, path_of(rule)) == "forbidden"


def test_sensitive_acts_ask_for_a_fresh_proof(app, staff):
    client, found = staff(Role.ADMINISTRATOR, minutes_ago=16), 0
    for rule, method, _, view in walked(app):
        if not asks_to_confirm(view):
            continue
        found += 1
        path = path_of(rule)
        if method == "GET":
            response = client.get(path)
            assert response.headers["Location"].startswith("/sign-in/confirm?next="), path
        else:
            response = client.send(path)
            assert response.status_code == 403, path
            assert 'name="confirm_password"' in response.text
    assert found > 10


def test_what_raises_or_takes_out_much_is_a_sensitive_act(app):
    """Whoever adds a route for one of these rights says so, unless it only looks."""
    sensitive = {Permission.MANAGE_ACCOUNTS, Permission.MANAGE_TOKENS}
    bare = [
        (method, rule.rule)
        for rule, method, permission, view in walked(app)
        if permission in sensitive and method != "GET" and not asks_to_confirm(view)
    ]
    assert bare == []

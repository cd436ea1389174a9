"""Guessing passwords and codes: limits that all workers share, answers that tell nothing."""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from alliance.accounts.operations import signing_in
from alliance.accounts.permissions import Role
from alliance.app import create_app
from alliance.web.identity import client_address
from tests.clients import CheckingClient
from tests.factories.accounts import PASSWORD, code_now, give_totp, make_account
from tests.web.sign_in.test_signing_in import sign_in, token_of

WRONG = "wrong horse battery staple"


def entries(session, action):
    statement = "SELECT count(*) FROM history_entries WHERE action = :action"
    return session.execute(text(statement), {"action": action}).scalar_one()


def as_sent(response, email):
    """An answer without what differs between any two: token, reference, the address typed."""
    body = re.sub(r'name="csrf_token" value="[^"]+"', "", response.text).replace(email, "")
    headers = {
        name: value
        for name, value in response.headers
        if name not in ("Set-Cookie", "X-Request-ID", "Content-Length")
    }
    return response.status_code, headers, body


def test_the_eleventh_wrong_password_within_five_minutes_has_to_wait(client, session):
    account = make_account(session, Role.EDITOR)
    statuses = [sign_in(client, account.email, WRONG).status_code for _ in range(10)]
    assert statuses == [400] * 10
    limited = sign_in(client, account.email)
    assert limited.status_code == 429
    assert 1 <= int(limited.headers["Retry-After"]) <= 300
    assert entries(session, "sign_in_refused") == 10
    sign_in(client, account.email)
    assert entries(session, "sign_in_limited") == 1


def test_one_address_tries_ten_accounts_and_then_waits(client, session):
    for number in range(10):
        assert sign_in(client, f"nobody{number}@example.org", WRONG).status_code == 400
    assert sign_in(client, "nobody@example.org", WRONG).status_code == 429


def test_right_passwords_do_not_use_the_limit_up(app, session):
    account = make_account(session, Role.EDITOR)
    for _ in range(12):
        assert sign_in(app.test_client(), account.email).status_code == 303


def test_another_spelling_of_the_address_is_the_same_account(client, session):
    account = make_account(session, Role.EDITOR, email="ada@example.org")
    for number in range(10):
        spelt = account.email.upper() if number % 2 else f" {account.email} "
        sign_in(client, spelt, WRONG)
    assert sign_in(client, account.email).status_code == 429


@pytest.mark.database
def test_all_workers_count_together(app, config, session):
    other = create_app(config)
    other.test_client_class = CheckingClient
    account = make_account(session, Role.EDITOR)
    session.commit()
    for worker in (app, other) * 5:
        assert sign_in(worker.test_client(), account.email, WRONG).status_code == 400
    for worker in (app, other):
        assert sign_in(worker.test_client(), account.email).status_code == 429


@pytest.mark.database
def test_a_try_counts_even_if_its_request_fails(app, session, monkeypatch):
    account = make_account(session, Role.EDITOR)
    session.commit()

    def fail(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr(signing_in, "is_password", fail)
    for _ in range(10):
        assert sign_in(app.test_client(), account.email, WRONG).status_code == 500
    assert sign_in(app.test_client(), account.email, WRONG).status_code == 429


def test_the_answer_is_the_same_whether_or_not_there_is_an_account(app, session, config):
    known = make_account(session, Role.EDITOR)
    with_factor = make_account(session, Role.EDITOR)
    give_totp(session, with_factor, config)
    without_password = make_account(session, password=None)
    disabled = make_account(session, Role.EDITOR)
    disabled.disabled_at = disabled.created_at
    session.flush()
    sent = [
        as_sent(sign_in(app.test_client(), email, WRONG), email)
        for email in (
            "nobody@example.org", "no address", known.email, with_factor.email,
            without_password.email, disabled.email,
        )
    ]  # fmt: skip
    assert sent.count(sent[0]) == len(sent)
    email = disabled.email
    assert as_sent(sign_in(app.test_client(), email), email) == sent[0]


def test_as_much_work_is_done_without_an_account(client, session, monkeypatch):
    account = make_account(session, Role.EDITOR)
    hashed = []
    real = signing_in.is_password

    def counting(password, stored, cost):
        hashed.append(stored is not None)
        return real(password, stored, cost)

    monkeypatch.setattr(signing_in, "is_password", counting)
    sign_in(client, account.email, WRONG)
    sign_in(client, "nobody@example.org", WRONG)
    assert hashed == [True, False]


@contextmanager
def second_step(app, account):
    client = app.test_client()
    assert sign_in(client, account.email).status_code == 303
    token = token_of(client.get("/sign-in/factor"))

    def send(code):
        return client.post("/sign-in/factor", data={"csrf_token": token, "code": code}).status_code

    yield send


@pytest.mark.parametrize(
    "respelt",
    [
        lambda code: code,
        lambda code: f" {code[:3]} {code[3:]} ",
        lambda code: f"{code[:3]}-{code[3:]}",
        lambda code: "".join(chr(0x0660 + int(digit)) for digit in code),
        lambda code: "".join(chr(0xFF10 + int(digit)) for digit in code),
        lambda code: "\u200f" + "\u00a0".join(code),
    ],
)
def test_a_code_is_good_once_in_whatever_spelling(app, session, config, respelt):
    account = make_account(session, Role.EDITOR)
    give_totp(session, account, config)
    code = code_now()
    with second_step(app, account) as send:
        assert send(respelt(code)) == 303
    for again in (code, respelt(code)):
        with second_step(app, account) as send:
            assert send(again) == 400


def test_the_code_before_the_one_that_was_used_is_good_no_more(app, session, config):
    account = make_account(session, Role.EDITOR)
    give_totp(session, account, config)
    with second_step(app, account) as send:
        assert send(code_now()) == 303
    with second_step(app, account) as send:
        assert send(code_now(steps=-1)) == 400
    with second_step(app, account) as send:
        assert send(code_now(steps=1)) == 303


def test_the_sixth_code_within_five_minutes_has_to_wait(app, session, config):
    account = make_account(session, Role.EDITOR)
    give_totp(session, account, config)
    with second_step(app, account) as send:
        assert [send("000000") for _ in range(5)] == [400] * 5
        assert send(code_now()) == 429
    assert entries(session, "code_refused") == 5
    # A new first step does not begin the count anew.
    with second_step(app, account) as send:
        assert send(code_now()) == 429


def test_no_secret_is_in_the_history(app, session, config, capfd):
    account = make_account(session, Role.EDITOR)
    give_totp(session, account, config)
    code = code_now()
    sign_in(app.test_client(), account.email, "canary battery staple horse")
    with second_step(app, account) as send:
        send("987654")
        send(code)
    told = session.execute(
        text("SELECT string_agg(history_entries::text, ' ') FROM history_entries")
    ).scalar_one()
    logged = "".join(capfd.readouterr())
    for secret in ("canary", PASSWORD, "987654", code):
        assert secret not in told
        assert secret not in logged
    assert account.email not in logged


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::9", "2001:db8::/64"),
        ("nonsense", ""),
    ],
)
def test_an_ipv6_network_counts_as_one_address(app, address, counted):
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert client_address() == counted

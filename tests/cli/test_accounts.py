"""Accounts and tokens at the console, and the sign-ins of the example."""

import json
import re
import stat
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import text

from alliance.accounts.queries.accounts import account_of
from alliance.cli.example.sign_ins import FILE, make_sign_ins, tell_sign_ins
from config import ROOT
from tests.clients import flask_command
from tests.factories.accounts import make_account
from tests.web.sign_in.test_signing_in import sign_in, token_of

PASSWORD = "four grey herons wait at noon"


@pytest.fixture
def run(app):
    """Runs a command inside the test's transaction; `input` is its standard input."""
    runner = app.test_cli_runner()

    def run(*arguments, input=""):
        return runner.invoke(args=list(arguments), input=input)

    return run


def test_the_first_administrator_comes_from_the_console(run, client):
    done = run(
        "accounts", "add", "Ada@Example.org", "--role", "administrator", "--name", "Ada",
        input=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "ada@example.org may sign in as administrator" in done.output
    assert PASSWORD not in done.output
    assert sign_in(client, "ada@example.org", PASSWORD).headers["Location"] == "/staff/"
    assert client.get("/staff/").headers["Location"] == "/staff/account/factors/new"


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (["new@example.org", "--role", "editor"], "", "on standard input"),
        (["new@example.org", "--role", "editor"], "short", "use 15 or more"),
        (["new@example.org", "--role", "editor"], "passwordpassword", "tried first"),
        (["no address", "--role", "editor"], PASSWORD, "no e-mail address"),
        (["new@example.org", "--role", "anyone"], PASSWORD, "is not one of"),
        (["taken@example.org", "--role", "editor"], PASSWORD, "has an account already"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_stored(run, session, arguments, password, said):
    make_account(session, email="taken@example.org")
    session.commit()
    done = run("accounts", "add", *arguments, input=f"{password}\n")
    assert done.exit_code != 0
    assert said in done.output
    assert session.execute(text("SELECT count(*) FROM accounts")).scalar_one() == 1


def test_an_account_is_disabled_and_enabled(run, session, client):
    account = make_account(session, email="ada@example.org")
    session.commit()
    assert run("accounts", "disable", "ada@example.org", "--reason", "left").exit_code == 0
    assert sign_in(client, account.email).status_code == 400
    assert run("accounts", "enable", "ada@example.org").exit_code == 0
    assert sign_in(client, account.email).status_code == 303


def test_sessions_passwords_and_factors_are_reset(run, staff, client):
    from alliance.accounts.permissions import Role

    person = staff(Role.ADMINISTRATOR)
    email = person.account.email
    assert "1 sessions have ended" in run("accounts", "end-sessions", email).output
    assert person.get("/staff/").status_code == 303
    assert run("accounts", "set-password", email, input=PASSWORD).exit_code == 0
    assert run("accounts", "reset-factor", email).exit_code == 0
    assert sign_in(client, email, PASSWORD).headers["Location"] == "/staff/"
    assert "password only" in run("accounts", "list").output
    assert run("accounts", "disable", "nobody@example.org").exit_code == 1


def test_a_token_is_printed_once_and_listed_without_its_secret(run):
    made = run("tokens", "add", "Feed", "--scope", "contacts:read", "--scope", "history:read")
    token = made.output.strip()
    assert re.fullmatch(r"alliance_[\w-]{43}", token)
    listed = run("tokens", "list").output
    assert token not in listed
    assert "contacts:read,history:read" in listed
    number = listed.split()[0]
    assert run("tokens", "revoke", number).exit_code == 0
    assert "revoked" in run("tokens", "list").output
    assert run("tokens", "revoke", number).exit_code == 1
    assert run("tokens", "add", "Feed", "--scope", "everything").exit_code == 2


def test_housekeeping_says_what_it_threw_away(run):
    assert "submissions" in run("housekeeping").output


@pytest.mark.database
def test_a_password_is_read_from_standard_input_of_a_real_process(config):
    environment = {"DATABASE_URL": config.database_url, "INSTANCE_PATH": str(config.instance_path)}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "accounts", "add", "a@example.org", "--role", "editor"],
        cwd=ROOT, env={"PATH": "", **environment}, input=f"{PASSWORD}\n",
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "a@example.org" in flask_command(config, "accounts", "list").stdout


def test_with_the_example_sign_ins_a_newcomer_is_in_within_three_forms(
    app, session, config, folder
):
    own = replace(config, instance_path=folder)
    make_sign_ins(session, own)
    told = "\n".join(tell_sign_ins(session, own))
    admin, manager = json.loads((folder / FILE).read_text())
    for secret in (admin["password"], admin["codes"][0], admin["key"], manager["password"]):
        assert secret in told
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    client = app.test_client()
    assert sign_in(client, manager["email"], manager["password"]).status_code == 303
    assert client.get("/staff/").status_code == 200
    client = app.test_client()
    sign_in(client, admin["email"], admin["password"])
    page = client.get("/sign-in/factor")
    client.post("/sign-in/factor", data={"csrf_token": token_of(page), "code": admin["codes"][0]})
    assert client.get("/staff/accounts").status_code == 200


def test_example_sign_ins_are_made_on_ones_own_machine_alone(session, config, folder):
    own = replace(config, instance_path=folder)
    make_sign_ins(session, replace(own, base_url="https://members.example.org"))
    make_sign_ins(session, replace(own, host="0.0.0.0"))
    assert account_of(session, "admin@alliance.example") is None
    make_account(session)
    make_sign_ins(session, own)
    assert account_of(session, "admin@alliance.example") is None
    assert list(tell_sign_ins(session, own)) == []


def test_example_sign_ins_are_not_told_once_others_can_reach_the_service(session, config, folder):
    own = replace(config, instance_path=folder, base_url="http://localhost:8000", host="127.0.0.1")
    make_sign_ins(session, own)
    assert list(tell_sign_ins(session, own))
    assert not list(tell_sign_ins(session, replace(own, base_url="https://members.example.org")))
    assert not list(tell_sign_ins(session, replace(own, host="0.0.0.0")))


def test_a_changed_password_of_the_example_is_told_no_more(session, config, folder):
    own = replace(config, instance_path=folder)
    make_sign_ins(session, own)
    account_of(session, "manager@alliance.example").password_hash = "x"
    session.flush()
    told = "\n".join(tell_sign_ins(session, own))
    assert "manager@alliance.example" not in told
    assert "admin@alliance.example" in told

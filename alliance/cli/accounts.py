"""`flask accounts`: who may sign in; the way to the first administrator, and out of a lock-out."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from alliance.accounts.operations import accounts as operations
from alliance.accounts.operations.factors import reset_factors
from alliance.accounts.operations.notes import note
from alliance.accounts.operations.proposals import change_role
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.operations.sessions import end_sessions
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR, STAFF_ROLES, Role
from alliance.accounts.queries.accounts import account_called, listed_accounts
from alliance.cli.console import actor, changing
from alliance.core import clock
from alliance.core.db import db
from config import Config

accounts = AppGroup("accounts", help="Who may sign in to the workspace.")

_role = click.Choice([role.value for role in STAFF_ROLES])
_why = click.option("--reason", help="Why; kept in the history.")
_LONGEST_LINE = 2000


@accounts.command("add")
@click.argument("email")
@click.option("--role", required=True, type=_role, help="What the person is to the service.")
@click.option("--name", default="", help="The person's name.")
def add(email: str, role: str, name: str) -> None:
    """Add an account for EMAIL; its password is the first line of standard input."""
    password = _password()
    with changing() as session:
        who, now = actor(), clock.now()
        account = operations.add_account(session, email, Role(role), name=name, now=now, actor=who)
        operations.set_password(
            session, account, password, safeguards=_safeguards(), now=now, actor=who
        )
        address = account.email
    click.echo(f"{address} may sign in as {role}")
    if Role(role) in NEEDS_SECOND_FACTOR:
        click.echo("The first sign-in leads to the set-up of a second factor.")


@accounts.command("list")
def list_accounts() -> None:
    """Show all accounts."""
    for account in listed_accounts(db.session(), clock.now()):
        state = (
            "disabled"
            if account.disabled_at
            else "active"
            if account.has_password
            else "no password"
        )
        factor = "second factor" if account.has_factor else "password only"
        click.echo(
            f"{account.id:>5}  {account.email:<40} {account.role:<20} {state:<12} {factor:<14}"
            f" {account.name}"
        )


@accounts.command("set-password")
@click.argument("email")
def set_password(email: str) -> None:
    """Give the account of EMAIL the password on standard input; its sessions end."""
    password = _password()
    with changing() as session:
        account = account_called(session, email)
        operations.set_password(
            session, account, password, safeguards=_safeguards(), now=clock.now(), actor=actor()
        )
    click.echo("The password is set; all sessions have ended")


@accounts.command("set-role")
@click.argument("email")
@click.argument("role", type=_role)
def set_role(email: str, role: str) -> None:
    """Give the account of EMAIL another ROLE."""
    with changing() as session:
        account = account_called(session, email)
        change_role(session, account, Role(role), now=clock.now(), actor=actor())
    click.echo(f"The role is {role} now")


@accounts.command("disable")
@click.argument("email")
@_why
def disable(email: str, reason: str | None) -> None:
    """Let the account of EMAIL in no more, from the next request on."""
    with changing() as session:
        account = account_called(session, email)
        operations.disable(session, account, now=clock.now(), actor=actor(), reason=reason)
    click.echo("The account is disabled; all sessions have ended")


@accounts.command("enable")
@click.argument("email")
@_why
def enable(email: str, reason: str | None) -> None:
    """Let the account of EMAIL in again."""
    with changing() as session:
        account = account_called(session, email)
        operations.enable(session, account, actor=actor(), reason=reason)
    click.echo("The account is enabled")


@accounts.command("end-sessions")
@click.argument("email")
def end_all_sessions(email: str) -> None:
    """Sign EMAIL out everywhere."""
    with changing() as session:
        account = account_called(session, email)
        count = end_sessions(session, account.id)
        note(session, actor(), "sessions_ended", account)
    click.echo(f"{count} sessions have ended")


@accounts.command("reset-factor")
@click.argument("email")
@_why
def reset_factor(email: str, reason: str | None) -> None:
    """Take the second factors and recovery codes of EMAIL away, for somebody who lost them."""
    with changing() as session:
        account = account_called(session, email)
        reset_factors(session, account, actor=actor(), reason=reason)
    click.echo("The second factors are gone; all sessions have ended")


def _password() -> str:
    """The first line of standard input, exactly, or what is typed unseen at a terminal."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))
    line = sys.stdin.readline(_LONGEST_LINE)
    password = line.rstrip("\r\n")
    if not password:
        raise click.ClickException(
            "Give the password on standard input, for example:"
            " flask accounts add ada@example.org --role administrator < password.txt"
        )
    return password


def _safeguards() -> Safeguards:
    config: Config = current_app.config["ALLIANCE"]
    return Safeguards.derived(
        config.secret_key, memory_kib=config.password_memory_kib, rounds=config.password_rounds
    )

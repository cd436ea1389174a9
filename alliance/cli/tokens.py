"""`flask tokens`: keys for programs that use the API."""

from datetime import datetime

import click
from flask.cli import AppGroup

from alliance.accounts.operations.tokens import (
    MOST_DAYS,
    ListedToken,
    issue_token,
    listed_tokens,
    revoke_token,
)
from alliance.accounts.permissions import Scope
from alliance.cli.console import actor, changing
from alliance.core import clock
from alliance.core.db import db

tokens = AppGroup("tokens", help="Keys for programs that use the API.")


@tokens.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it may be used for; may be given several times.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MOST_DAYS),
    default=365,
    show_default=True,
    help="For how long it is good.",
)
def add(name: str, scopes: tuple[str, ...], days: int) -> None:
    """Make a token called NAME and print it; it cannot be shown again."""
    with changing() as session:
        token = issue_token(session, name, scopes, days=days, now=clock.now(), actor=actor())
    click.echo(token)


@tokens.command("list")
def list_tokens() -> None:
    """Show the tokens there are, without what must stay secret."""
    now = clock.now()
    for token in listed_tokens(db.session()):
        click.echo(
            f"{token.id:>5}  {token.prefix}…  {_state(token, now):<22}  "
            f"{','.join(token.scopes)}  {token.name} ({token.made_by})"
        )


@tokens.command("revoke")
@click.argument("id", type=click.IntRange(min=1))
def revoke(id: int) -> None:
    """End the token with the number ID; programs that use it are refused at once."""
    with changing() as session:
        name = revoke_token(session, id, now=clock.now(), actor=actor())
    click.echo(f"The token “{name}” is revoked")


def _state(token: ListedToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return f"revoked {token.revoked_at:%Y-%m-%d}"
    if token.expires_at is None:
        return "good"
    expired = token.expires_at <= now
    return f"{'expired' if expired else 'good until'} {token.expires_at:%Y-%m-%d}"

"""`flask housekeeping`: what is over is thrown away; meant to run every night."""

import click
from flask.cli import with_appcontext

from alliance.accounts.operations.housekeeping import tidy_accounts
from alliance.cli.console import changing
from alliance.core import clock


@click.command("housekeeping")
@with_appcontext
def housekeeping() -> None:
    """Throw away ended sessions, old submissions and counts that are over."""
    with changing() as session:
        removed = dict(tidy_accounts(session, clock.now()))
    for name, count in removed.items():
        click.echo(f"{count:>7}  {name}")

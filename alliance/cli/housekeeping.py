"""`flask housekeeping`: what is over is thrown away; meant to run every night."""

import click
from flask.cli import with_appcontext

from alliance.accounts.operations.housekeeping import tidy_accounts
from alliance.cli.console import changing, day_or_today
from alliance.core import clock
from alliance.core.actor import SYSTEM
from alliance.directory.operations.states import remove_what_is_due
from alliance.imports.operations.staged import forget_expired


@click.command("housekeeping")
@with_appcontext
def housekeeping() -> None:
    """Throw away what is over: sessions, submissions, counts, records deleted long enough ago."""
    with changing() as session:
        removed = dict(tidy_accounts(session, clock.now()))
        removed["imports in preparation"] = forget_expired(session)
        today = day_or_today(session, None)
        removed["deleted records"] = remove_what_is_due(session, today=today, actor=SYSTEM)
    for name, count in removed.items():
        click.echo(f"{count:>7}  {name}")

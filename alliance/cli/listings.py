"""`flask listings`: the public projection."""

import click
from flask.cli import AppGroup

from alliance.cli.console import changing
from alliance.directory.operations.listings import rebuild_listings

listings = AppGroup("listings", help="What the public sees of organisations.")


@listings.command("rebuild")
def rebuild() -> None:
    """Make the public projection anew; needed only when its rules have changed."""
    with changing() as session:
        number = rebuild_listings(session)
    click.echo(f"{number} organisations looked at")

"""`flask export members`: the open data of the website, to standard output."""

from collections.abc import Iterable
from datetime import date, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from alliance.cli.console import DAY
from alliance.core import clock
from alliance.core.db import db
from alliance.directory.queries.directory import ids_for
from alliance.directory.queries.listings import documents_of
from alliance.directory.queries.snapshots import DirectoryState, present
from alliance.directory.rules.open_data import as_csv, as_json, open_head, open_row
from alliance.directory.rules.searching import DirectoryCriteria


@click.group()
def export() -> None:
    """Write what the public may know to standard output."""


@export.command("members")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
@click.option(
    "--as-of",
    type=DAY,
    help="The members of this day, written YYYY-MM-DD; today when left out.",
)
@with_appcontext
def members(form: str, as_of: datetime | None) -> None:
    """Write the members as open data, with the same columns as the website's downloads."""
    session = db.session()
    state = present(session)
    day = as_of.date() if as_of else clock.today(state.settings.zone)
    for piece in _pieces(session, state, form, day):
        click.echo(piece.encode(), nl=False)


def _pieces(session: Session, state: DirectoryState, form: str, day: date) -> Iterable[str]:
    base_url: str = current_app.config["ALLIANCE"].base_url
    ids = ids_for(session, DirectoryCriteria(as_of=day))
    rows = (
        open_row(document, state.reference, day=day, base_url=base_url)
        for document in documents_of(session, ids)
    )
    if form == "csv":
        return as_csv(rows)
    settings = state.settings
    head = open_head(
        source=settings.name("en"),
        licence=settings.licence,
        licence_url=settings.licence_url,
        day=day,
        base_url=base_url,
    )
    return as_json(rows, head)

"""`flask organisations`: look at one and change it by the operations that pages use."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from alliance.audit.queries import history_of
from alliance.audit.sentences import sentence
from alliance.cli.console import DAY, actor, changing, day_or_today
from alliance.directory.operations import logos, merging
from alliance.directory.operations import organisations as operations
from alliance.directory.queries.flags import flags_of
from alliance.directory.queries.records import get_record
from alliance.directory.queries.relations import organisation_called
from alliance.directory.rules.documents import document
from alliance.directory.rules.logos import LARGEST_BYTES

organisations = AppGroup("organisations", help="Look at an organisation and change it.")

_dry_run = click.option("--dry-run", is_flag=True, help="Try it and change nothing.")
_why = click.option("--reason", help="Why; kept in the history.")
_must_say_why = click.option("--reason", required=True, help="Why; kept in the history.")


@organisations.command("show")
@click.argument("organisation")
@click.option("--history", is_flag=True, help="Tell also what was done to it, newest first.")
def show(organisation: str, history: bool) -> None:
    """Show all that is kept of ORGANISATION (its number or address), hidden fields included."""
    with changing(dry_run=True) as session:
        id = organisation_called(session, organisation)
        record = get_record(session, id)
        shown = {"id": id, **document(record)}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        for flag in flags_of(session, record):
            click.echo(f"Look at this: {flag}", err=True)
        for entry in history_of(session, "organisation", id) if history else ():
            told = sentence(
                actor_name=entry.actor_name,
                action=entry.action,
                subject_kind=entry.subject_kind,
                subject_name=entry.subject_name,
                changes=entry.changes,
                reason=entry.reason,
            )
            click.echo(f"{entry.at:%Y-%m-%d %H:%M} {told}")


@organisations.command("rename")
@click.argument("organisation")
@click.argument("name")
@click.option("--on", type=DAY, help="First day of the new name; today when not given.")
@click.option("--correction", is_flag=True, help="It was misspelt: keep no former name.")
@_why
@_dry_run
def rename(
    organisation: str,
    name: str,
    on: datetime | None,
    correction: bool,
    reason: str | None,
    dry_run: bool,
) -> None:
    """Give ORGANISATION the new NAME; the old one and its address keep leading to it."""
    with changing(dry_run=dry_run) as session:
        id = organisation_called(session, organisation)
        operations.rename_organisation(
            session,
            id,
            name,
            on=day_or_today(session, on),
            actor=actor(),
            is_correction=correction,
            reason=reason,
        )
        after = get_record(session, id)
        would = "would be" if dry_run else "is"
        click.echo(f"Organisation {id} {would} called “{after.name}”, at /members/{after.slug}")


@organisations.command("end")
@click.argument("organisation")
@click.option("--on", type=DAY, required=True, help="First day without membership.")
@_must_say_why
@_dry_run
def end(organisation: str, on: datetime, reason: str, dry_run: bool) -> None:
    """End the membership of ORGANISATION."""
    with changing(dry_run=dry_run) as session:
        id = organisation_called(session, organisation)
        operations.end_membership(session, id, on=on.date(), reason=reason, actor=actor())
        would = "would end" if dry_run else "ends"
        click.echo(f"The membership of organisation {id} {would} on {on.date()}")


@organisations.command("dissolve")
@click.argument("organisation")
@click.option("--on", type=DAY, required=True, help="The day on which it ceased to be.")
@click.option("--into", help="The organisation that it became part of.")
@_must_say_why
@_dry_run
def dissolve(organisation: str, on: datetime, into: str | None, reason: str, dry_run: bool) -> None:
    """Record that ORGANISATION has ceased to be; a running membership ends with it."""
    with changing(dry_run=dry_run) as session:
        id = organisation_called(session, organisation)
        operations.dissolve(
            session,
            id,
            on=on.date(),
            reason=reason,
            actor=actor(),
            into_id=organisation_called(session, into) if into else None,
        )
        would = "would be" if dry_run else "is"
        click.echo(f"Organisation {id} {would} dissolved as of {on.date()}")


@organisations.command("merge")
@click.argument("duplicate")
@click.argument("survivor")
@_why
@_dry_run
def merge(duplicate: str, survivor: str, reason: str | None, dry_run: bool) -> None:
    """Make one record of DUPLICATE and SURVIVOR, which mean the same organisation."""
    with changing(dry_run=dry_run) as session:
        double = organisation_called(session, duplicate)
        kept = organisation_called(session, survivor)
        merging.merge_into(session, double, kept, actor=actor(), reason=reason)
        would = "would lead" if dry_run else "leads"
        click.echo(f"Organisation {double} {would} to organisation {kept}, which took over:")
        shown = document(get_record(session, kept))
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


@organisations.command("logo")
@click.argument("organisation")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_why
def logo(organisation: str, file: Path, reason: str | None) -> None:
    """Give ORGANISATION the picture in FILE (PNG, JPEG, WebP or GIF) as its logo."""
    folder = current_app.config["ALLIANCE"].instance_path / "logos"
    with changing() as session:
        id = organisation_called(session, organisation)
        name = logos.store_logo(
            session, id, _read(file), folder=folder, actor=actor(), reason=reason
        )
        click.echo(f"Organisation {id} has the logo {name}")


def _read(file: Path) -> bytes:
    """The file, of which no more is read than a logo may have and one byte."""
    with file.open("rb") as opened:
        return opened.read(LARGEST_BYTES + 1)

"""`flask history`: see whether the history still holds, and write it out."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import click
from flask.cli import AppGroup

from alliance.audit.operations import Note, record
from alliance.audit.queries import Head, HistoryCriteria, Verdict, entries_after, verify
from alliance.cli.console import DAY, actor, changing
from alliance.core import clock
from alliance.core.db import db
from alliance.core.settings import alliance_settings

history = AppGroup("history", help="What was done, by whom and why; nobody can rewrite it.")


def _head(_: click.Context, __: click.Parameter, value: str | None) -> Head | None:
    if value is None:
        return None
    found = re.fullmatch("([1-9][0-9]{0,17}):([0-9a-f]{64})", value.strip())
    if found is None:
        raise click.BadParameter("this is no end of a chain; give what an earlier run has printed")
    return Head(int(found[1]), found[2])


@history.command("verify")
@click.option(
    "--expect",
    metavar="NUMBER:DIGEST",
    callback=_head,
    help="The end of the chain as an earlier run has printed it; the chain must lead through it.",
)
@click.option("--only-look", is_flag=True, help="Do not note in the history that it was verified.")
def verify_history(expect: Head | None, only_look: bool) -> None:
    """Compute the chain of seals anew and say what is wrong; exit code 1 when anything is.

    Keep the last line elsewhere, out of reach of whoever could change the database.
    """
    session = db.session()
    # One state of the database for all of it: then an entry that is seen has its seal.
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    verdict = verify(session, expected=expect)
    session.rollback()
    click.echo(f"{verdict.seals} seals over {verdict.entries} entries looked at")
    if verdict.findings:
        for finding in verdict.findings:
            click.echo(f"WRONG: {finding}", err=True)
        raise click.ClickException("The history does not hold. Keep the database as it is.")
    if verdict.head is None:
        click.echo("There is no history yet.")
        return
    if not only_look:
        _remember(verdict)
    click.echo("The history holds. The chain ends with")
    click.echo(str(verdict.head))


def _remember(verdict: Verdict) -> None:
    assert verdict.head is not None
    told = {"head": (None, str(verdict.head)), "count": (None, verdict.entries)}
    note = Note("verified", "history", verdict.head.number, f"seal {verdict.head.number}", told)
    with changing() as session:
        record(session, actor(), [note], at=clock.now())


@history.command("export")
@click.option("--who", help="Only what this person or command did, by its name.")
@click.option("--kind", help="Only this kind of record, e.g. organisation.")
@click.option("--id", "subject_id", type=int, help="Only the record with this number.")
@click.option("--action", help="Only this action, e.g. changed.")
@click.option("--cause", help="Only what has this cause, e.g. import:12.")
@click.option("--field", "fields", multiple=True, help="Only changes of this field; repeatable.")
@click.option("--from", "first", type=DAY, help="Not before this day (YYYY-MM-DD).")
@click.option("--to", "last", type=DAY, help="Not after this day.")
def export(
    who: str | None,
    kind: str | None,
    subject_id: int | None,
    action: str | None,
    cause: str | None,
    fields: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
) -> None:
    """Write entries to standard output, oldest first, one JSON object a line.

    Days are those of the alliance's time zone. All fields are written, staff notes too.
    """
    session = db.session()
    zone = alliance_settings(session).zone
    criteria = HistoryCriteria(
        actor_name=who,
        subject_kind=kind,
        subject_id=subject_id,
        action=action,
        cause=cause,
        fields=fields,
        since=first.replace(tzinfo=zone) if first else None,
        until=(last + timedelta(days=1)).replace(tzinfo=zone) if last else None,
    )
    for entry in entries_after(session, criteria):
        click.echo(json.dumps(_told(entry._mapping), ensure_ascii=False))


def _told(entry: Mapping[str, Any]) -> dict[str, Any]:
    told = dict(entry)
    told["at"] = told["at"].isoformat()
    return told

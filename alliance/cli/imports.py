"""`flask import`: take files of members in, and take a whole import back."""

import csv
import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup
from rich.console import Console
from sqlalchemy.orm import Session

from alliance.cli.console import actor, changing
from alliance.core.db import db
from alliance.core.errors import Refused
from alliance.directory.rules.open_data import harmless
from alliance.imports.decisions import read_decisions
from alliance.imports.mapping import read_mapping
from alliance.imports.operations.applying import apply, counts_of, one_at_a_time
from alliance.imports.operations.staging import Source, stage
from alliance.imports.operations.undoing import Undone, told, undo
from alliance.imports.verdicts import Duplicates, Report
from alliance.reactions import abandon, commit

imports = AppGroup("import", help="Import members from files, and undo an import.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN_ERRORS = 40


@dataclass(frozen=True, slots=True)
class _Asked:
    """The arguments of `flask import members`."""

    file: Path
    contacts: Path | None
    dry_run: bool
    only_good: bool
    as_json: bool
    verdicts: Path | None
    mapping: Path | None
    duplicates: str
    decisions: Path | None
    sheet: str | None
    contacts_sheet: str | None
    encoding: str | None


@imports.command("members")
@click.argument("file", type=_FILE)
@click.option("--contacts", type=_FILE, help="A file of contacts that refer to FILE.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; store nothing.")
@click.option("--only-good", is_flag=True, help="Leave out rows with errors; store the others.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--verdicts", type=click.Path(dir_okay=False, path_type=Path),
              help="Write the verdict on each row to this CSV file.")  # fmt: skip
@click.option("--mapping", type=_FILE, help="A JSON file that says what columns mean.")
@click.option(
    "--duplicates",
    type=click.Choice([one.value for one in Duplicates]),
    default=Duplicates.SKIP.value,
    show_default=True,
    help="Probable duplicates: leave out, fill blanks of the match, or create.",
)
@click.option(
    "--decisions", type=_FILE, help="An edited file of verdicts that decides single rows."
)
@click.option("--sheet", help="The sheet of FILE, if not the first.")
@click.option("--contacts-sheet", help="The sheet of the file of contacts, if not the first.")
@click.option("--encoding", help="The encoding of a CSV file, where it is not recognised.")
def members(**given: Any) -> None:
    """Import organisations and contacts from FILE (CSV, XLSX or ODS).

    Ends with 0 when all was stored (or would be), with 1 when rows or the file have errors.
    """
    asked = _Asked(**given)
    # Looking for cycles again and again among a million rows would only cost time.
    gc.set_threshold(200_000, 50, 100)
    session = db.session()
    try:
        report, is_stored = _run(session, asked)
    except (Refused, UnicodeDecodeError) as error:
        abandon(session)
        _refuse(error, asked.as_json)
    except BaseException:
        abandon(session)
        raise
    if asked.verdicts:
        _write_verdicts(asked.verdicts, report)
    click.echo(_as_json(report) if asked.as_json else _as_words(report, dry_run=asked.dry_run))
    if report.faults and not (asked.only_good and is_stored):
        sys.exit(1)


def _run(session: Session, asked: _Asked) -> tuple[Report, bool]:
    """The report, and whether something was stored."""
    mapping = read_mapping(asked.mapping.read_text("utf-8-sig")) if asked.mapping else None
    decisions = read_decisions(asked.decisions) if asked.decisions else {}
    main = Source(asked.file, asked.sheet, asked.encoding, mapping)
    other = None
    if asked.contacts or asked.contacts_sheet:
        path = asked.contacts or asked.file
        other = Source(path, asked.contacts_sheet, asked.encoding, mapping)
    with _progress(hidden=asked.as_json) as progress:
        if not asked.dry_run:
            one_at_a_time(session, progress=progress)
        staged = stage(session, main, other, progress=progress)
        if asked.dry_run or (staged.report.faults and not asked.only_good):
            abandon(session)
            return staged.report, False
        report = apply(
            session,
            staged,
            actor=actor(),
            duplicates=Duplicates(asked.duplicates),
            decisions=decisions,
            only_good=asked.only_good,
            progress=progress,
        )
        commit(session)
    return report, True


@imports.command("undo")
@click.argument("import_id", type=int, metavar="IMPORT")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def undo_command(import_id: int, as_json: bool) -> None:
    """Take the whole import with this number back; list what was edited since and is kept."""
    with changing() as session:
        result = undo(session, import_id, actor=actor())
    shown = json.dumps(told(result), ensure_ascii=False) if as_json else _undone_words(result)
    click.echo(shown)


@contextmanager
def _progress(*, hidden: bool) -> Iterator[Callable[[str], None]]:
    """A bar that tells what is being done, on a terminal only."""
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Beginning", total=6)

        def tell(words: str) -> None:
            bar.update(task, description=words, advance=1)

        yield tell


def _refuse(error: Refused | UnicodeDecodeError, as_json: bool) -> NoReturn:
    """Tell why a whole file was refused, and end with 1."""
    if isinstance(error, Refused):
        message, column = error.message, getattr(error, "field", None)
    else:
        message, column = "A mapping or decisions file is not UTF-8. Save it as UTF-8.", None
    if as_json:
        errors = [{"file": None, "row": None, "column": column, "message": message}]
        empty = counts_of(Report())
        click.echo(json.dumps({**empty, "errors": errors, "import": None}, ensure_ascii=False))
    else:
        click.echo(f"Error: {message}", err=True)
    sys.exit(1)


def _as_json(report: Report) -> str:
    found: dict[str, Any] = counts_of(report)
    found["held"] = sum(one.is_held for one in report.verdicts)
    found["never_joined"] = report.never_joined
    found["errors"] = [
        {
            "file": one.file,
            "row": one.fault.row,
            "column": one.fault.column,
            "message": one.fault.message,
        }
        for one in report.faults
    ]
    found["import"] = report.import_id
    found["columns"] = report.mappings
    return json.dumps(found, ensure_ascii=False)


def _as_words(report: Report, *, dry_run: bool) -> str:
    counts = counts_of(report)
    lines = []
    lines.append(
        f"{counts['rows']} rows: {counts['new']} new, {counts['changed']} changed,"
        f" {counts['same']} the same, {counts['duplicate']} probable duplicates,"
        f" {counts['error']} with errors."
    )
    for file, columns in report.mappings.items():
        unused = [f"“{header}”" for header, field in columns.items() if field is None]
        if unused:
            lines.append(
                f"{file}: these columns mean nothing and are left out: {', '.join(unused)}."
            )
    for one in report.faults[:_SHOWN_ERRORS]:
        column = f", column “{one.fault.column}”" if one.fault.column else ""
        lines.append(f"{one.file}, row {one.fault.row}{column}: {one.fault.message}")
    if len(report.faults) > _SHOWN_ERRORS:
        lines.append(
            f"... and {len(report.faults) - _SHOWN_ERRORS} more errors; --verdicts FILE writes all."
        )
    if counts["duplicate"]:
        lines.append(
            "Probable duplicates are decided by --duplicates, or singly in the file that --verdicts"
            " writes and --decisions reads."
        )
    if report.never_joined:
        lines.append(
            f"{report.never_joined} new organisations have no day of joining: they are kept, but"
            " not shown as members until a column “Member since” says when they joined."
        )
    held = sum(one.is_held for one in report.verdicts)
    if held:
        lines.append(f"{held} contacts are held back with organisations that are not stored.")
    lines.append(_outcome(report, dry_run))
    return "\n".join(lines)


def _outcome(report: Report, dry_run: bool) -> str:
    if report.import_id is not None:
        number = report.import_id
        return f"Stored as import {number}. To take it back: flask import undo {number}"
    if dry_run:
        return "Nothing was stored: this was a dry run."
    return "Nothing was stored. Correct the errors, or use --only-good to leave those rows out."


def _write_verdicts(path: Path, report: Report) -> None:
    rows = sorted(report.by_row().values(), key=lambda one: one.row)
    reasons = report.reasons()
    files = list(dict.fromkeys(one.file for one in report.verdicts))
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["file", "row", "verdict", "match", "score", "reason"])
        for file in files:
            writer.writerows(
                [
                    harmless(file),
                    one.row,
                    one.verdict.value,
                    one.match,
                    one.score,
                    harmless(" | ".join(reasons.get((one.file, one.row), ()))),
                ]
                for one in rows
                if one.file == file
            )


def _undone_words(result: Undone) -> str:
    removed, restored = result.removed, result.restored
    done = f"Import {result.import_id} is undone: {removed} records removed, {restored} restored."
    lines = [done]
    titles = ((result.conflicts, "conflicts, kept as they are"), (result.kept, "records kept too"))
    for found, title in titles:
        if found:
            lines.append(f"{len(found)} {title}:")
        shown = found[:_SHOWN_ERRORS]
        lines += [f"  {one.kind} {one.id} {one.name}: {one.reason}" for one in shown]
        if len(found) > len(shown):
            lines.append(f"  ... and {len(found) - len(shown)} more; --json lists all.")
    return "\n".join(lines)

"""The third step of an import: what would become of each row, corrected and decided in place."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.directory.rules.exporting import neutral
from alliance.imports.fields import FIELDS
from alliance.imports.operations.running import CHECK, claim
from alliance.imports.operations.staged import fix
from alliance.imports.operations.working import Job
from alliance.imports.queries.staged import (
    PreviewRow,
    bad_rows,
    get_staged,
    preview,
    progress,
)
from alliance.imports.verdicts import Verdict
from alliance.web.forms import Form, submit
from alliance.web.languages import gettext, ngettext
from alliance.web.staff import staff
from alliance.web.staff.imports.columns import steps_of
from alliance.web.staff.imports.files import owner
from alliance.web.staff.imports.words import option_label
from alliance.web.staff.imports.working import do

_SHOWN = ("error", "duplicate", "changed", "new", "same")
# Digits of a row or a column.
_LONGEST_PLACE = 7


class RowsForm(Form):
    """Corrections and decisions of one page of rows.

    fix-<part>-<row>-<position of the column>, more-<part>-<row>-<field without a column>,
    choice-<part>-<row>-<organisation or contact>.
    """

    fix = HiddenField()
    more = HiddenField()
    choice = HiddenField()


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of the grid. `name` is that of its input where it can be corrected, else ""."""

    text: str
    before: str | None
    reasons: tuple[str, ...]
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of the grid: cells by column, what fits in no column, and what is said of it."""

    row: PreviewRow
    cells: list[GridCell]
    missing: list[GridCell]
    others: list[tuple[str, str, str]]
    reasons: list[str]


@staff.route("/imports/staged/<int:staged_id>/rows", methods=["GET", "POST"])
@allow(Permission.IMPORT)
def import_rows(staged_id: int) -> ResponseReturnValue:
    """The verdict on each row, by pages and by verdict; errors are corrected in their cells."""
    session, now = db.session(), clock.now()
    found = get_staged(session, staged_id, owner(), now)
    how = progress(found, now)
    if found.counts is None or how.state.value != "open":
        return redirect(url_for("staff.import_staged", staged_id=staged_id), code=303)
    verdict, page = _asked()
    form = RowsForm()
    jobs: list[Job] = []
    answer = submit(form, lambda session, actor: _corrected(session, actor, staged_id, jobs))
    if answer is not None:
        for job in jobs:
            do(job)
        return answer
    found = get_staged(session, staged_id, owner(), now)
    shown = preview(session, found, page=page, verdict=verdict)
    grids = {part["part"]: part.get("grid", []) for part in found.parts}
    body = render_template(
        "staff/imports/rows.html",
        form=form,
        found=found,
        shown=shown,
        parts=[(part, [_grid_row(row, grids[part["part"]]) for row in shown.rows
                       if row.part == part["part"]]) for part in found.parts],
        verdict=verdict.value if verdict else "",
        page=shown.page,
        verdicts=_tabs(staged_id, shown.counts, verdict),
        pages=_pages(staged_id, shown.page, shown.pages, verdict),
        stages=steps_of(staged_id, 2),
        undecided=_undecided(found),
        stored=_stored(found),
    )  # fmt: skip
    return body, 422 if form.has_errors else 200


@staff.get("/imports/staged/<int:staged_id>/errors.csv")
@allow(Permission.IMPORT)
def import_errors(staged_id: int) -> ResponseReturnValue:
    """The rows with errors as a file, to be corrected and imported by itself."""
    session = db.session()
    found = get_staged(session, staged_id, owner(), clock.now())
    parts = {part["part"]: part for part in found.parts}
    wanted = request.args.get("part", "main")
    if wanted not in parts or found.counts is None:
        wanted = next(iter(parts), "main")
    grid = parts[wanted].get("grid", []) if parts else []
    text = "".join(_file(grid, (row for row in bad_rows(session, found) if row.part == wanted)))
    response = Response(text.encode("utf-8-sig"), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="rows-with-errors.csv"'
    return response


def _file(grid: list[str], rows: Iterator[PreviewRow]) -> Iterator[str]:
    """What is wrong stands under a heading that an import leaves out."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*map(neutral, grid), "Row in the file", "What is wrong"])
    for row in rows:
        words = " | ".join(f"{column}: {text}" if column else text for column, text in row.faults)
        writer.writerow([*map(neutral, row.cells), row.number, neutral(words)])
    yield out.getvalue()


def _asked() -> tuple[Verdict | None, int]:
    """The verdict and the page that the address asks for."""
    name = request.args.get("verdict", "")
    page = request.args.get("page", "1")
    verdict = Verdict(name) if name in {one.value for one in Verdict} else None
    return verdict, int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1


def _corrected(session: Session, actor: Actor, staged_id: int, jobs: list[Job]) -> str:
    """Keep the corrections and decisions; what was corrected is checked again."""
    found = get_staged(session, staged_id, owner(), clock.now())
    grids = {part["part"]: part.get("grid", []) for part in found.parts}
    fixes: dict[tuple[str, int, str], str] = {}
    decisions: dict[tuple[str, int, str], str] = {}
    for name, text in request.form.items():
        kind, *place = name.split("-", 3)
        if kind not in ("fix", "more", "choice") or not place:
            continue
        part, row, rest = _place(place)
        if kind == "fix":
            grid = grids.get(part, [])
            if not rest.isdecimal() or len(rest) > _LONGEST_PLACE or int(rest) >= len(grid):
                raise BadInput(gettext("There is no such cell. Load the page again."))
            fixes[part, row, grid[int(rest)]] = text
        elif kind == "more" and rest in FIELDS:
            fixes[part, row, FIELDS[rest].label] = text
        elif kind == "choice" and rest in ("organisation", "contact"):
            decisions[part, row, rest] = text
        else:
            raise BadInput(gettext("There is no such cell. Load the page again."))
    found = fix(session, staged_id, owner(), fixes=fixes, decisions=decisions)
    verdict, page = _asked()
    if found.counts is None:
        key = claim(session, staged_id, owner(), CHECK)
        if key is not None:
            rows = sum(part.get("rows", 0) for part in found.parts)
            jobs.append(Job(staged_id, owner(), key, actor, is_run=False, rows=rows))
    values: dict[str, Any] = {"page": page if page > 1 else None, "verdict": verdict}
    return url_for("staff.import_rows", staged_id=staged_id, **values)


def _place(place: list[str]) -> tuple[str, int, str]:
    if len(place) != 3 or not (place[1].isdecimal() and len(place[1]) <= _LONGEST_PLACE):
        raise BadInput(gettext("There is no such cell. Load the page again."))
    return place[0], int(place[1]), place[2]


def _grid_row(row: PreviewRow, grid: list[str]) -> GridRow:
    reasons: dict[str | None, list[str]] = {}
    for column, message in row.faults:
        reasons.setdefault(column if column in grid else _missing(column), []).append(message)
    changes = {heading.casefold(): (before, after) for each in row.said
               for heading, before, after in each["changes"]}  # fmt: skip
    cells = []
    for at, (heading, text) in enumerate(zip(grid, row.cells, strict=True)):
        found = tuple(reasons.pop(heading, ()))
        before, after = changes.get(heading.casefold(), (None, ""))
        if before is not None:
            del changes[heading.casefold()]
            text = after
        name = f"fix-{row.part}-{row.number}-{at}" if found else ""
        cells.append(GridCell(text, before, found, name, heading))
    missing = [
        GridCell("", None, tuple(words), f"more-{row.part}-{row.number}-{name[1:]}",
                 option_label(name[1:]))
        for name, words in reasons.items() if name is not None
    ]  # fmt: skip
    others = [(heading, before, after) for each in row.said
              for heading, before, after in each["changes"]
              if heading.casefold() in changes]  # fmt: skip
    return GridRow(row, cells, missing, others, reasons.get(None, []))


def _missing(column: str | None) -> str | None:
    """A column that the file lacks, as a plus sign and the field; None where it is no field."""
    found = next((name for name, spec in FIELDS.items() if spec.label == column), None)
    return f"+{found}" if found else None


def _tabs(
    staged_id: int, counts: Mapping[str, int], present: Verdict | None
) -> list[tuple[str, int, str, bool]]:
    return [
        (
            name,
            counts.get(name, 0),
            url_for("staff.import_rows", staged_id=staged_id, verdict=name),
            present is not None and present.value == name,
        )
        for name in _SHOWN
    ]


def _pages(
    staged_id: int, page: int, pages: int, verdict: Verdict | None
) -> tuple[list[Any], str, str]:
    """Page numbers as the pager shows them, and the addresses of the previous and next page."""

    def url(number: int) -> str:
        values: dict[str, Any] = {"verdict": verdict.value if verdict else None, "page": number}
        return url_for("staff.import_rows", staged_id=staged_id, **values)

    return page_numbers(page, pages, url)


def page_numbers(page: int, pages: int, url: Any) -> tuple[list[Any], str, str]:
    """The first, the last and those around the present one, with None for gaps."""
    wanted = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    shown: list[Any] = []
    for number in wanted:
        if shown and shown[-1] is not None and number - int(shown[-1][0]) > 1:
            shown.append(None)
        shown.append((str(number), url(number), number == page))
    return shown, url(page - 1) if page > 1 else "", url(page + 1) if page < pages else ""


def _stored(found: Any) -> int:
    """How many rows a run would store: new and changed ones, and duplicates decided to be taken."""
    counts = found.counts or {}
    sure = counts.get("new", 0) + counts.get("changed", 0)
    return int(sure + min(_taken(found), counts.get("duplicate", 0)))


def _undecided(found: Any) -> str:
    """How many probable duplicates are left out unless somebody takes them in."""
    decided = {
        key.rpartition(":")[0] for key, choice in found.decisions.items() if choice != "skip"
    }
    number = max(0, (found.counts or {}).get("duplicate", 0) - len(decided))
    if not number:
        return ""
    return ngettext(
        "%(num)s probable duplicate is left out unless you decide otherwise.",
        "%(num)s probable duplicates are left out unless you decide otherwise.",
        number,
    )


def _taken(found: Any) -> int:
    """How many rows somebody decided to take in, in whichever way."""
    return len({key.rpartition(":")[0] for key, how in found.decisions.items() if how != "skip"})

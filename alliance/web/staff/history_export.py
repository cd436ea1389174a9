"""Taking the history along as a file; that it was taken is itself in the history."""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.rules.visible import visible
from alliance.audit.operations import Note, record
from alliance.audit.queries import HistoryCriteria, entries_after
from alliance.core import clock
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.directory.rules.open_data import harmless
from alliance.reactions import commit
from alliance.web.guards import current_actor, present_permissions
from alliance.web.public.context import directory_state, today
from alliance.web.staff import staff
from alliance.web.staff.exports import count_export
from alliance.web.staff.history import ExportForm
from alliance.web.staff.history_filters import Filters, asked_for

COLUMNS = (
    "id", "at", "actor_kind", "actor_id", "actor_name", "action", "subject_kind", "subject_id",
    "subject_name", "changes", "reason", "cause",
)  # fmt: skip
_PIECES_A_BLOCK = 200
Rows = Iterable[dict[str, Any]]


@staff.post("/history/export.<form>")
@allow(Permission.SEE_HISTORY, confirm=True)
def export_history(form: str) -> ResponseReturnValue:
    """The entries that fit the filters of the address, oldest first, as CSV or JSON Lines."""
    permissions = present_permissions()
    if form not in _WRITERS or Permission.EXPORT not in permissions:
        abort(404)
    filters = asked_for(request.args, directory_state().settings.zone, permissions)
    if filters.errors or not ExportForm().validate_on_submit():
        raise BadInput(next(iter(filters.errors.values()), "Open the page again and export anew."))
    count_export()
    session = db.session()
    _remember(session, form, filters)
    write, content_type = _WRITERS[form]
    criteria = None if filters.is_impossible else filters.criteria
    rows = _rows(session.get_bind(), criteria, permissions)
    response = Response(_blocks(write(rows)), content_type=content_type)
    name = f"history-{today().isoformat()}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _remember(session: Session, form: str, filters: Filters) -> None:
    told = {"format": (None, form), "filters": (None, filters.active)}
    note = Note("exported", "history", 0, "", told)
    record(session, current_actor(), [note], at=clock.now())
    commit(session)


def _rows(
    bind: Engine | Connection,
    criteria: HistoryCriteria | None,
    permissions: Collection[Permission],
) -> Iterator[dict[str, Any]]:
    """The rows, read while they are sent: after the request, so in a session of their own."""
    if criteria is None:
        return
    with Session(bind) as session:
        for entry in entries_after(session, criteria):
            shown = visible(entry.subject_kind, entry.changes, permissions)
            if entry.changes and not shown:
                continue
            told = {**entry._mapping, "changes": shown, "at": entry.at.isoformat()}
            yield {name: told[name] for name in COLUMNS}


def _as_csv(rows: Rows) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in rows:
        row["changes"] = json.dumps(row["changes"], ensure_ascii=False)
        writer.writerow([_cell(row[name]) for name in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


def _as_lines(rows: Rows) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _blocks(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces joined to some hundred lines each: a server sends every piece by itself."""
    while block := "".join(islice(pieces, _PIECES_A_BLOCK)):
        yield block


_WRITERS: dict[str, tuple[Callable[[Rows], Iterator[str]], str]] = {
    "csv": (_as_csv, "text/csv; charset=utf-8; header=present"),
    "jsonl": (_as_lines, "application/jsonl; charset=utf-8"),
}

"""Two have changed the same record of a person: both answers, field by field, and a choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import request
from sqlalchemy.orm import Session

from alliance.audit.queries import history_of
from alliance.core.errors import Stale
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import AffiliationRecord, ContactRecord
from alliance.web.staff.labels import field_label
from alliance.web.staff.values import moment, value_text

R = TypeVar("R", ContactRecord, AffiliationRecord)
_NOT_TYPED = ("csrf_token", "submission", "version")
_ENTRIES_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One field as it was, as it is by others, and as it was typed; for components/conflict.html.

    keep: "yours" or "theirs", which is chosen at first. clashes: both have changed it.
    """

    key: str
    label: str
    base: str
    theirs: str
    yours: str
    keep: str
    clashes: bool
    who: str = ""
    when: str = ""
    day: str = ""


def decided(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes without the fields in which the answers of others are kept."""
    return {
        field: value
        for field, value in changes.items()
        if request.form.get(f"keep-{field}") != "theirs"
    }


def typed_again() -> list[tuple[str, str]]:
    """What was typed, as hidden fields of the page on which one decides."""
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_TYPED and not name.startswith(("keep-", "confirm_"))
    ]


def rows_of(
    session: Session, kind: str, record: R, changes: Mapping[str, Any], error: Stale
) -> tuple[list[ConflictRow], list[str]]:
    """The rows of the table, and the fields that stay as others have left them."""
    current = document(record)
    wanted = document(replace(record, **changes))
    last = _last_changes(session, kind, record.id or 0)
    rows = []
    for field in changes:
        clash = error.conflicts.get(field)
        if clash is None and field not in error.changed:
            continue
        entry = last.get(field) if clash else None
        rows.append(
            ConflictRow(
                key=field,
                label=field_label(kind, field),
                base=value_text(kind, field, clash.base if clash else current.get(field)),
                theirs=value_text(kind, field, current.get(field)),
                yours=value_text(kind, field, wanted.get(field)),
                keep="theirs" if clash else "yours",
                clashes=clash is not None,
                who=entry.actor_name if entry else "",
                when=moment(entry.at) if entry else "",
                day=entry.at.isoformat() if entry else "",
            )
        )
    shown = {row.key for row in rows}
    return rows, [field for field in changes if field not in shown]


def _last_changes(session: Session, kind: str, id: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    entries: Iterable[Any] = history_of(session, kind, id, limit=_ENTRIES_LOOKED_AT)
    for entry in entries:
        for field in entry.changes:
            found.setdefault(field, entry)
    return found

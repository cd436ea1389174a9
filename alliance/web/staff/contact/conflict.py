"""What the page of a contact or affiliation shows on which two answers clash."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from flask import request
from sqlalchemy.orm import Session

from alliance.core.errors import Stale
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import AffiliationRecord, ContactRecord
from alliance.web.staff.conflict import ConflictRow, authors_of
from alliance.web.staff.labels import field_label
from alliance.web.staff.values import value_text

R = TypeVar("R", ContactRecord, AffiliationRecord)
_NOT_TYPED = ("csrf_token", "submission", "version")


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
    authors = authors_of(session, kind, record.id or 0, error.conflicts)
    rows = []
    for field in changes:
        clash = error.conflicts.get(field)
        if clash is None and field not in error.changed:
            continue
        rows.append(
            ConflictRow(
                key=field,
                label=field_label(kind, field),
                base=value_text(kind, field, clash.base if clash else current.get(field)),
                theirs=value_text(kind, field, current.get(field)),
                yours=value_text(kind, field, wanted.get(field)),
                keep="theirs" if clash else "yours",
                clashes=clash is not None,
                **authors.get(field, {}),
            )
        )
    shown = {row.key for row in rows}
    return rows, [field for field in changes if field not in shown]

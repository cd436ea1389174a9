"""Versions of records: what a writer saw, so that two who write at once notice each other."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from alliance.core.errors import Conflict
from alliance.directory.rules.documents import Record, document

_LENGTH = 20


def version_of(record: Record) -> str:
    """The version of a record: equal exactly when its documents are. 20 hexadecimal digits."""
    return version_of_document(document(record))


def version_of_document(values: Mapping[str, Any]) -> str:
    """The version of a record by its document (see `documents.document`)."""
    told = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(told.encode()).hexdigest()[:_LENGTH]


def as_it_was(
    present: Mapping[str, Any], changes: Sequence[Mapping[str, Sequence[Any]]], version: str
) -> dict[str, Any] | None:
    """The document that had this version, found by undoing `changes`, the newest first.

    changes: of history entries, each field -> [from, to]. None when none of them led to it.
    """
    values = dict(present)
    if version_of_document(values) == version:
        return values
    for entry in changes:
        for field, (before, _) in entry.items():
            if before is None:
                values.pop(field, None)
            else:
                values[field] = before
        if version_of_document(values) == version:
            return values
    return None


def clashes(
    base: Mapping[str, Any], current: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Conflict]:
    """The fields of `wanted` that were changed since `base` to something else than is wanted.

    All three are (parts of) documents; a field that `wanted` leaves as in `base` never clashes.
    """
    found = {}
    for field, value in wanted.items():
        was, now, value = base.get(field), current.get(field), value if value != [] else None
        if value != was and now not in (was, value):
            found[field] = Conflict(was, now, value)
    return found

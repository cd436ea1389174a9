"""What storing organisations, contacts and affiliations has in common: ids, notes, and the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Table, bindparam, func, select, update
from sqlalchemy.orm import Session

from alliance.audit.operations import Note, diff
from alliance.core.db import copy_in
from alliance.directory.rules.documents import R, Record, document


def numbered(session: Session, table: Table, records: Sequence[R]) -> list[R]:
    """The records in their order, those without an id with one that nothing else has or gets."""
    new = sum(one.id is None for one in records)
    ids = iter(_fresh_ids(session, table, new))
    return [replace(one, id=next(ids)) if one.id is None else one for one in records]


def notes_of(
    subject: str, wanted: Iterable[R], known: Mapping[int, R], name_of: Callable[[R], str]
) -> list[Note]:
    """What history is to remember of storing these; nothing of one that is `known` as it is."""
    notes = []
    for one in wanted:
        before = known.get(stored_id(one))
        changes = diff(document(before) if before else {}, document(one))
        if changes:
            action = "changed" if before else "created"
            notes.append(Note(action, subject, stored_id(one), name_of(one), changes))
    return notes


def write_rows(
    session: Session,
    table: Table,
    new: Iterable[Mapping[str, Any]],
    old: Sequence[Mapping[str, Any]],
) -> None:
    """Insert the new rows and overwrite the old ones, which are found by their `id`.

    Every row has all columns of the table.
    """
    copy_in(session, table, new)
    if not old:
        return
    columns = [column.name for column in table.columns if column.name != "id"]
    session.connection().execute(
        update(table)
        .where(table.c.id == bindparam("key"))
        .values({name: bindparam(f"new_{name}") for name in columns}),
        [{"key": row["id"], **{f"new_{name}": row[name] for name in columns}} for row in old],
    )


def stored_id(one: Record) -> int:
    """The id of a record that has one."""
    assert one.id is not None
    return one.id


def _fresh_ids(session: Session, table: Table, number: int) -> list[int]:
    if not number:
        return []
    sequence = func.pg_get_serial_sequence(table.name, "id")
    return list(
        session.scalars(select(func.nextval(sequence)).select_from(func.generate_series(1, number)))
    )

"""Reading what imports have done."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alliance.directory.models import Contact, Organisation
from alliance.directory.queries.records import among
from alliance.imports.fields import Subject
from alliance.imports.models import Import, ImportChange, ImportRow

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ReportedRow:
    """What became of one row: `subject_id` is the record that it ended in, None if left out.

    `name` is that record's present name, "" where it is gone.
    """

    file: str
    row: int
    subject: Subject
    verdict: str
    reason: str
    subject_id: int | None
    name: str


def imports_page(session: Session, page: int, *, size: int = PER_PAGE) -> tuple[list[Any], int]:
    """A page of imports, the newest first, and how many there are."""
    total = session.scalar(select(func.count()).select_from(Import)) or 0
    rows = session.execute(
        select(
            Import.id, Import.at, Import.actor_name, Import.file_name, Import.contacts_file_name,
            Import.counts, Import.state, Import.undone_at, Import.undone_by,
        )
        .order_by(Import.id.desc())
        .limit(size)
        .offset((max(1, page) - 1) * size)
    ).all()  # fmt: skip
    return list(rows), total


def reported_rows(
    session: Session,
    import_id: int,
    *,
    page: int = 1,
    verdict: str | None = None,
    left_out: bool = False,
    size: int = PER_PAGE,
) -> tuple[Sequence[ReportedRow], int]:
    """A page of what was said of the rows, in their order, and how many there are."""
    which = [ImportRow.import_id == import_id]
    if verdict is not None:
        which.append(ImportRow.verdict == verdict)
    if left_out:
        which.append(ImportRow.subject_id.is_(None))
    total = session.scalar(select(func.count()).select_from(ImportRow).where(*which)) or 0
    rows = session.execute(
        select(ImportRow)
        .where(*which)
        .order_by(ImportRow.file, ImportRow.row, ImportRow.subject.desc())
        .limit(size)
        .offset((max(1, page) - 1) * size)
    ).scalars()
    found = list(rows)
    names = names_of(
        session,
        {one.subject_id for one in found if one.subject is Subject.ORGANISATION} - {None},
        {one.subject_id for one in found if one.subject is Subject.CONTACT} - {None},
    )
    return [
        ReportedRow(
            one.file,
            one.row,
            one.subject,
            one.verdict.value,
            one.reason,
            one.subject_id,
            names.get((one.subject, one.subject_id or 0), ""),
        )
        for one in found
    ], total


def names_of(
    session: Session, organisations: Collection[Any], contacts: Collection[Any]
) -> Mapping[tuple[Subject, int], str]:
    """The names of these organisations and contacts."""
    found: dict[tuple[Subject, int], str] = {}
    for subject, table, ids in (
        (Subject.ORGANISATION, Organisation, organisations),
        (Subject.CONTACT, Contact, contacts),
    ):
        if ids:
            rows = session.execute(select(table.id, table.name).where(among(table.id, list(ids))))
            found.update({(subject, row[0]): row[1] for row in rows})
    return found


def stored_records(session: Session, import_id: int) -> Mapping[tuple[str, bool], int]:
    """How many records an import created (True) and changed (False), by kind."""
    is_created = ImportChange.before.is_(None)
    rows = session.execute(
        select(ImportChange.subject_kind, is_created, func.count())
        .where(ImportChange.import_id == import_id)
        .group_by(ImportChange.subject_kind, is_created)
    )
    return {(row[0], row[1]): row[2] for row in rows}

"""A file as a table whose columns are understood and whose rows are checked one by one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from alliance.imports.fields import FIELDS, Subject, folded_heading
from alliance.imports.headings import known_contact_headings, known_organisation_headings
from alliance.imports.mapping import ColumnMapping, ColumnRule, choose_mapping, header_key
from alliance.imports.queries import remembered_mapping
from alliance.imports.reading import Fault, Table, corrected, read_bytes, read_table
from alliance.imports.reading.workbooks import sheet_names
from alliance.imports.rows.checking import check_rows
from alliance.imports.rows.closed_lists import ReferenceLists
from alliance.imports.rows.values import CheckedRows

Fixes = Mapping[int, Mapping[str, str]]
"""Cells as a person has corrected them: by the number of the row and the heading."""

_CONTACT_SHEETS = frozenset(
    folded_heading(name)
    for name in (
        "contacts", "contact", "people", "persons", "person", "kontakte", "personen", "personas",
        "contactos", "personnes", "الأشخاص", "جهات الاتصال",
    )
)  # fmt: skip
_ONLY_CONTACTS = ({"contact id", "organisation id"}, {"category", "type"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, with what a person says about it.

    `mapping` is a mapping file's document; `data` the file itself where it is no file on disk, when
    `path` is only its name. Without `subject` the headings tell what the rows describe.
    """

    path: str | PathLike[str]
    sheet: str | None = None
    encoding: str | None = None
    mapping: Mapping[str, Any] | None = None
    data: bytes | None = None
    fixes: Fixes = field(default_factory=dict)
    subject: Subject | None = None


@dataclass(slots=True)
class ReadFile:
    """A file that was read: its table, what its columns mean, and its good rows."""

    table: Table
    mapping: ColumnMapping
    key: str
    rows: CheckedRows
    faults: list[Fault]
    subject: Subject


def read_file(
    session: Session,
    source: Source,
    lists: ReferenceLists,
    subject: Subject | None = None,
    *,
    with_text: bool = False,
) -> ReadFile:
    """Read a file, choose what its columns mean and check its rows. Raises BadInput.

    subject: what the rows describe, where the caller knows it. with_text: keep the rows as they
    stand in the file, which only a preview needs.
    """
    table = table_of(source, subject)
    subject = subject or subject_of(source, table.headers)
    key = header_key(table.headers)
    mapping = choose_mapping(
        table.headers,
        subject,
        told=told_for(source.mapping, subject),
        remembered=remembered_mapping(session, key) if source.mapping is None else None,
        schemes=lists.schemes.by_spelling,
    )
    more = _further_columns(table, mapping, source.fixes, subject)
    table = corrected(table, list(more), source.fixes)
    if more:
        mapping = replace(mapping, columns={**mapping.columns, **more})
    rows, faults = check_rows(table, mapping, lists, subject)
    if not with_text:
        # The rows have been read; their text would only take memory from here on.
        table = Table(table.name, table.kind, table.digest, table.headers, (), ())
    return ReadFile(table, mapping, key, rows, faults, subject)


def table_of(source: Source, subject: Subject | None) -> Table:
    """The file as text, with the row of headings found. Raises BadInput."""
    how: dict[str, Any] = {"sheet": source.sheet, "encoding": source.encoding}
    recognise = {
        Subject.ORGANISATION: known_organisation_headings,
        Subject.CONTACT: known_contact_headings,
        None: _known_headings,
    }[subject or source.subject]
    if source.data is None:
        return read_table(source.path, recognise=recognise, **how)
    return read_bytes(source.data, name=str(source.path), recognise=recognise, **how)


def subject_of(source: Source, headers: Sequence[str]) -> Subject:
    """What the rows of a file describe: as told, else people where the headings can mean no more.

    A sheet that names contacts and organisations by their numbers and no kind of member is one of
    people.
    """
    if source.subject is not None:
        return source.subject
    folded = {folded_heading(header) for header in headers}
    needed, absent = _ONLY_CONTACTS
    return Subject.CONTACT if needed <= folded and not absent & folded else Subject.ORGANISATION


def contacts_sheet(main: Source) -> Source | None:
    """The sheet of people in the workbook of organisations, found by its name. Raises BadInput."""
    if main.sheet is not None or main.subject is Subject.CONTACT:
        return None
    data = main.data
    if data is None:
        path = Path(main.path)
        with path.open("rb") as file:
            if file.read(2) != b"PK":
                return None
        data = path.read_bytes()
    if not data.startswith(b"PK"):
        return None
    for name in sheet_names(data)[1:]:
        if folded_heading(name) in _CONTACT_SHEETS:
            return replace(main, sheet=name, fixes={}, subject=Subject.CONTACT)
    return None


def told_for(mapping: Mapping[str, Any] | None, subject: Subject) -> Mapping[str, Any] | None:
    """A mapping file may hold one document for each file, under `organisations` and `contacts`."""
    if mapping is None:
        return None
    parts = {"organisations", "contacts"}
    if mapping.keys() and mapping.keys() <= parts:
        return mapping.get("contacts" if subject is Subject.CONTACT else "organisations")
    return mapping if subject is Subject.ORGANISATION else None


def _known_headings(row: Sequence[str]) -> int:
    return max(known_organisation_headings(row), known_contact_headings(row))


def _further_columns(
    table: Table, mapping: ColumnMapping, fixes: Fixes, subject: Subject
) -> dict[str, ColumnRule]:
    """Columns that the file lacks and a person has filled, for some rows or for all."""
    by_label: dict[str, str] = {}
    for spec in FIELDS.values():
        if subject in (spec.subject, Subject.ORGANISATION):
            by_label.setdefault(spec.label, spec.name)
    there = {folded_heading(header) for header in table.headers}
    wanted = {header for row in fixes.values() for header in row}
    wanted |= {FIELDS[name].label for name in mapping.defaults if name in FIELDS}
    found = {}
    for header in sorted(wanted):
        name = by_label.get(header)
        if name and folded_heading(header) not in there and not mapping.headers_of(name):
            found[header] = ColumnRule(name)
    return found

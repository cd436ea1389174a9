"""What can be told of a file before its rows are checked: sheets, headings, samples, meanings."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.directory.queries.reference import reference
from alliance.imports.fields import Subject
from alliance.imports.mapping import choose_mapping, header_key, mapping_document
from alliance.imports.models import StagedImport
from alliance.imports.operations.files import (
    Source,
    contacts_sheet,
    subject_of,
    table_of,
    told_for,
)
from alliance.imports.queries import remembered_mapping
from alliance.imports.reading import Table
from alliance.imports.reading.workbooks import sheet_names
from alliance.imports.rows.closed_lists import ReferenceLists

MAIN, CONTACTS = "main", "contacts"
_SAMPLES = 3
_LONGEST_SAMPLE = 80
_LOOKED_AT = 200


def sources_of(found: StagedImport) -> tuple[Source, Source | None]:
    """The files of a staged import with all that was said of them; the second may be a sheet."""
    options = found.options
    holds = options.get("holds")
    main = Source(
        found.file_name,
        sheet=options.get("sheet"),
        encoding=options.get("encoding"),
        mapping=_kept_mapping(found, MAIN),
        data=found.data,
        fixes=_fixes(found, MAIN),
        subject=Subject(holds) if holds else None,
    )
    kept: dict[str, Any] = {
        "mapping": _kept_mapping(found, CONTACTS),
        "fixes": _fixes(found, CONTACTS),
        "subject": Subject.CONTACT,
    }
    if found.contacts_data is not None:
        return main, Source(
            found.contacts_name or "contacts",
            sheet=options.get("contacts_sheet"),
            encoding=options.get("contacts_encoding"),
            data=found.contacts_data,
            **kept,
        )
    if options.get("contacts_sheet"):
        return main, Source(
            found.file_name, sheet=options["contacts_sheet"], data=found.data, **kept
        )
    beside = contacts_sheet(main)
    if beside is None:
        return main, None
    return main, Source(found.file_name, sheet=beside.sheet, data=found.data, **kept)


def _kept_mapping(found: StagedImport, part: str) -> Mapping[str, Any] | None:
    """The mapping in a form that names its subject, whichever part it belongs to."""
    kept = found.mappings.get(part)
    return None if kept is None else {"organisations": kept, "contacts": kept}


def _fixes(found: StagedImport, part: str) -> dict[int, dict[str, str]]:
    return {int(row): cells for row, cells in found.fixes.get(part, {}).items()}


def look(session: Session, found: StagedImport) -> list[dict[str, Any]]:
    """What is told of each file, as JSON: one mapping a part, with a `problem` where it has one.

    part, name, kind, subject, sheets, sheet, columns (heading, samples, entry), defaults, origin,
    problem (field, message).
    """
    lists = ReferenceLists.of(reference(session))
    try:
        main, contacts = sources_of(found)
    except BadInput as error:
        # The workbook cannot even be opened.
        return [_part(MAIN, found.file_name) | {"problem": [error.field, error.message]}]
    parts = [_looked(session, main, MAIN, lists)]
    if contacts is not None:
        parts.append(_looked(session, contacts, CONTACTS, lists))
    return parts


def _part(part: str, name: str) -> dict[str, Any]:
    return {
        "part": part, "name": name, "kind": "", "subject": None, "sheets": [], "sheet": None,
        "columns": [], "defaults": {}, "origin": "", "problem": None,
    }  # fmt: skip


def _looked(session: Session, source: Source, part: str, lists: ReferenceLists) -> dict[str, Any]:
    told = _part(part, str(source.path))
    try:
        if source.data is not None and source.data.startswith(b"PK"):
            told["sheets"] = sheet_names(source.data)[:50]
        told["sheet"] = source.sheet
        table = table_of(source, Subject.CONTACT if part == CONTACTS else None)
    except BadInput as error:
        return told | {"problem": [error.field, error.message]}
    subject = Subject.CONTACT if part == CONTACTS else subject_of(source, table.headers)
    told |= {"kind": table.kind, "subject": subject.value, "rows": len(table.records)}
    key = header_key(table.headers)
    document: Mapping[str, Any] = told_for(source.mapping, subject) or {}
    try:
        mapping = choose_mapping(
            table.headers,
            subject,
            told=told_for(source.mapping, subject),
            remembered=remembered_mapping(session, key) if source.mapping is None else None,
            schemes=lists.schemes.by_spelling,
        )
        document = mapping_document(mapping)
        told["origin"] = mapping.origin
    except BadInput as error:
        told["problem"] = [error.field, error.message]
        if source.mapping is None:
            document = _half_guessed(table.headers, subject, lists)
    told["columns"] = _columns(table, document)
    told["defaults"] = dict(document.get("defaults", {}))
    return told


def _half_guessed(
    headers: Sequence[str], subject: Subject, lists: ReferenceLists
) -> dict[str, Any]:
    """What could be guessed of headings that do not make a whole, for a person to complete."""
    found: dict[str, Any] = {}
    needed = ("Name",) if subject is Subject.ORGANISATION else ("Name", "Organisation")
    for header in headers:
        try:
            mapping = choose_mapping(
                [header, *(one for one in needed if one.casefold() != header.casefold())],
                subject,
                schemes=lists.schemes.by_spelling,
            )
        except BadInput:
            continue
        entry = mapping_document(mapping)["columns"].get(header)
        taken = {one["field"] for one in found.values() if one}
        found[header] = entry if entry and entry["field"] not in taken else None
    return {"columns": found}


def _columns(table: Table, document: Mapping[str, Any]) -> list[dict[str, Any]]:
    entries = document.get("columns", {})
    return [
        {
            "heading": header,
            "samples": _samples(table, at),
            "entry": _entry(entries.get(header)),
        }
        for at, header in enumerate(table.headers)
        if header
    ]


def _entry(entry: Any) -> dict[str, Any] | None:
    return {"field": entry} if isinstance(entry, str) else entry


def _samples(table: Table, at: int) -> list[str]:
    seen: dict[str, None] = {}
    for record in table.records[:_LOOKED_AT]:
        text = record.cells[at].strip()
        if text:
            seen.setdefault(text[:_LONGEST_SAMPLE], None)
        if len(seen) == _SAMPLES:
            break
    return list(seen)

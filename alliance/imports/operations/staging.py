"""Looking at files: what each row is and what would become of it. Writes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.directory.queries.records import contacts_of, records_of
from alliance.directory.queries.reference import reference
from alliance.directory.rules.documents import canonical
from alliance.directory.rules.reference import Reference
from alliance.imports.deciding.contacts import (
    DecidedContact,
    Employers,
    assign,
    decide_contacts,
)
from alliance.imports.deciding.documents import (
    affiliation_of,
    new_organisation,
    updated_contact,
    updated_organisation,
)
from alliance.imports.deciding.organisations import (
    DecidedOrganisation,
    KnownOrganisations,
    decide_organisations,
    once_each,
)
from alliance.imports.deciding.posts import Posts
from alliance.imports.deciding.states import States
from alliance.imports.fields import Subject, folded_heading
from alliance.imports.headings import known_contact_headings, known_organisation_headings
from alliance.imports.mapping import ColumnMapping, choose_mapping, header_key
from alliance.imports.matching.names import folded, organisation_form
from alliance.imports.queries import (
    known_organisations,
    known_people,
    posts_of,
    remembered_mapping,
    remembered_references,
)
from alliance.imports.reading import Fault, Table, read_table
from alliance.imports.reading.workbooks import sheet_names
from alliance.imports.rows.checking import check_rows
from alliance.imports.rows.closed_lists import ReferenceLists
from alliance.imports.rows.values import CheckedRows
from alliance.imports.verdicts import NamedFault, Report, RowVerdict, Verdict

Progress = Callable[[str], None]
"""Told in words what begins."""

_CONTACT_SHEETS = frozenset(
    folded_heading(name)
    for name in (
        "contacts", "contact", "people", "persons", "person", "kontakte", "personen", "personas",
        "contactos", "personnes", "الأشخاص", "جهات الاتصال",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import, with what a person says about it. `mapping` is a mapping file's
    document.
    """

    path: str | PathLike[str]
    sheet: str | None = None
    encoding: str | None = None
    mapping: Mapping[str, Any] | None = None


@dataclass(slots=True)
class ReadFile:
    """A file that was read: its table, what its columns mean, and its good rows."""

    table: Table
    mapping: ColumnMapping
    key: str
    rows: CheckedRows
    faults: list[Fault]


@dataclass(slots=True)
class Staged:
    """Everything that applying needs, and the report so far."""

    report: Report
    main: ReadFile
    contacts_file: ReadFile | None
    reference: Reference
    organisations: list[DecidedOrganisation] = field(default_factory=list)
    contacts: list[DecidedContact] = field(default_factory=list)


def stage(
    session: Session,
    main: Source,
    contacts: Source | None = None,
    *,
    progress: Progress = lambda _: None,
) -> Staged:
    """Read the files, check each row and compare it with the directory. Raises BadInput.

    Without `contacts`, a sheet called “Contacts” in the same workbook is taken for them.
    """
    lists = reference(session)
    closed = ReferenceLists.of(lists)
    progress("Reading the files")
    main_file = _read(session, main, closed, Subject.ORGANISATION)
    contacts = contacts or _contacts_sheet(main)
    contacts_file = _read(session, contacts, closed, Subject.CONTACT) if contacts else None
    if contacts_file is not None and contacts_file.table.name == main_file.table.name:
        # Verdicts are told by file and row, so two sheets of one file need two names.
        contacts_file.table = replace(
            contacts_file.table, name=f"{main_file.table.name} (contacts)"
        )
    staged = Staged(Report(), main_file, contacts_file, lists)
    progress("Comparing organisations")
    known = known_organisations(session, remembered_references(session, main_file.key))
    rows, repeated = once_each(main_file.rows)
    states = States(known.facts.values(), lists)
    staged.organisations = decide_organisations(rows, known, states, file=main_file.table.name)
    _compare_organisations(session, staged)
    _find_parents(staged, known)
    employers = _employers(staged, known, repeated)
    # What was made for comparing organisations would only take memory from here on.
    del known
    organisation_form.cache_clear()
    progress("Comparing contacts")
    _stage_contacts(session, staged, employers)
    _report(staged)
    return staged


def _read(session: Session, source: Source, lists: ReferenceLists, subject: Subject) -> ReadFile:
    is_main = subject is Subject.ORGANISATION
    table = read_table(
        source.path,
        recognise=known_organisation_headings if is_main else known_contact_headings,
        sheet=source.sheet,
        encoding=source.encoding,
    )
    key = header_key(table.headers)
    mapping = choose_mapping(
        table.headers,
        subject,
        told=_told(source.mapping, subject),
        remembered=remembered_mapping(session, key) if source.mapping is None else None,
        schemes=lists.schemes.by_spelling,
    )
    rows, faults = check_rows(table, mapping, lists, subject)
    # The rows have been read; their text would only take memory from here on.
    table = Table(table.name, table.kind, table.digest, table.headers, (), ())
    return ReadFile(table, mapping, key, rows, faults)


def _told(mapping: Mapping[str, Any] | None, subject: Subject) -> Mapping[str, Any] | None:
    """A mapping file may hold one document for each file, under `organisations` and `contacts`."""
    if mapping is None:
        return None
    parts = {"organisations", "contacts"}
    if mapping.keys() and mapping.keys() <= parts:
        return mapping.get("contacts" if subject is Subject.CONTACT else "organisations")
    return mapping if subject is Subject.ORGANISATION else None


def _contacts_sheet(main: Source) -> Source | None:
    path = Path(main.path)
    if main.sheet is not None:
        return None
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            return None
    names = sheet_names(path.read_bytes())
    for name in names[1:]:
        if folded_heading(name) in _CONTACT_SHEETS:
            return Source(main.path, sheet=name, mapping=main.mapping)
    return None


def _compare_organisations(session: Session, staged: Staged) -> None:
    """Give each new or certain row its document; errors become faults."""
    certain = [one.verdict.match for one in staged.organisations if one.is_certain]
    records = records_of(session, [id for id in certain if id is not None])
    for one in staged.organisations:
        said = one.verdict
        try:
            if one.is_certain and said.match is not None:
                known = records[said.match]
                one.record = updated_organisation(known, one.row, staged.reference)
                if canonical(one.record) != canonical(known):
                    said.verdict = Verdict.CHANGED
            elif "category" not in one.row.plain:
                raise BadInput(
                    "The category is missing. Write one of "
                    + ", ".join(term.names["en"] for term in staged.reference.categories.values())
                    + ".",
                    field="category",
                )
            else:
                one.record = new_organisation(one.row, staged.reference)
        except BadInput as error:
            _fault(staged.main, one.row.number, error, "name")
            said.verdict = Verdict.ERROR
    staged.organisations = [
        one for one in staged.organisations if one.verdict.verdict is not Verdict.ERROR
    ]
    staged.report.never_joined = sum(
        one.verdict.verdict is Verdict.NEW and one.record is not None and not one.record.memberships
        for one in staged.organisations
    )


# Fields of a document that have another name among the columns.
_COLUMN_OF = {
    "names": "name",
    "domains": "website",
    "identifiers": "identifier",
    "memberships": "joined_on",
    "addresses": "contact_email",
    "phones": "contact_phone",
}


def _fault(file: ReadFile, row: int, error: BadInput, default: str) -> None:
    name = _COLUMN_OF.get(error.field or "", error.field or default)
    column = file.rows.headers.get(name) or file.rows.headers[default]
    file.faults.append(Fault(row, column, error.message))


def _find_parents(staged: Staged, known: KnownOrganisations) -> None:
    if not any(one.row.parent for one in staged.organisations):
        return
    by_reference = {one.row.reference: one for one in staged.organisations if one.row.reference}
    by_name = {folded(one.row.name): one for one in staged.organisations}
    stored = {folded(facts.name): id for id, facts in known.facts.items()}
    for one in staged.organisations:
        if not one.row.parent:
            continue
        key = folded(one.row.parent)
        one.parent = by_reference.get(one.row.parent) or by_name.get(key) or stored.get(key)
        if one.parent is None or one.parent is one:
            words = f"There is no organisation “{one.row.parent[:80]}” to be the parent body."
            _fault(
                staged.main,
                one.row.number,
                BadInput(f"{words} Correct the cell, or add that organisation.", field="parent"),
                "parent",
            )
            one.verdict.verdict = Verdict.ERROR
    staged.organisations = [
        one for one in staged.organisations if one.verdict.verdict is not Verdict.ERROR
    ]


def _employers(staged: Staged, known: KnownOrganisations, repeated: Mapping[int, int]) -> Employers:
    stored: dict[str, int | None] = {}
    for id, facts in known.facts.items():
        for name in (facts.name, *facts.other_names):
            key = folded(name)
            stored[key] = None if key in stored and stored[key] != id else id
    good = {one.row.number for one in staged.organisations} | repeated.keys()
    bad = dict(staged.main.rows.bad)
    for row in staged.main.rows.organisations:
        if row.number not in good:
            bad.update(dict.fromkeys(filter(None, (row.reference, folded(row.name))), row.number))
    by_row = {one.row.number: one for one in staged.organisations}
    by_reference: dict[str, DecidedOrganisation] = {}
    for one in staged.organisations:
        for given in (one.row.reference, _text(one.row.stated_id)):
            if given:
                by_reference.setdefault(given, one)
    return Employers(
        by_reference,
        {folded(one.row.name): one for one in reversed(staged.organisations)},
        by_row | {row: by_row[first] for row, first in repeated.items() if first in by_row},
        stored,
        frozenset(known.facts),
        bad,
    )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _stage_contacts(session: Session, staged: Staged, employers: Employers) -> None:
    for file in (staged.main, staged.contacts_file):
        if file is None:
            continue
        found, faults = assign(
            file.rows.contacts,
            employers,
            file.rows.headers,
            file=file.table.name,
            is_beside=file is staged.main,
        )
        file.faults.extend(faults)
        staged.contacts.extend(found)
    near = {id for one in staged.organisations for id in one.near}
    near |= {one.organisation_id for one in staged.contacts if one.organisation_id is not None}
    emails = {email for one in staged.contacts for email in one.row.emails}
    stated = {one.row.stated_id for one in staged.contacts if one.row.stated_id is not None}
    decide_contacts(staged.contacts, known_people(session, near, emails, stated))
    _compare_contacts(session, staged)


def _compare_contacts(session: Session, staged: Staged) -> None:
    """Tell the same from the changed among the certain."""
    certain = {one.verdict.match for one in staged.contacts if one.is_certain} - {None}
    ids = [id for id in certain if id is not None]
    records = contacts_of(session, ids)
    posts = Posts(posts_of(session, ids))
    bad: set[int] = set()
    for one in staged.contacts:
        said = one.verdict
        if not one.is_certain or said.match is None:
            continue
        try:
            changed = updated_contact(records[said.match], one.row)
        except BadInput as error:
            file = staged.main if said.file == staged.main.table.name else staged.contacts_file
            _fault(file or staged.main, one.row.number, error, "contact_name")
            bad.add(id(one))
            continue
        if changed != records[said.match] or _is_new_post(one, said.match, posts):
            said.verdict = Verdict.CHANGED
    staged.contacts = [one for one in staged.contacts if id(one) not in bad]


def _is_new_post(one: DecidedContact, contact_id: int, posts: Posts) -> bool:
    organisation_id = one.organisation_id
    if one.organisation is not None:
        organisation_id = one.organisation.verdict.match
    if organisation_id is None:
        return True
    known = posts.find(contact_id, organisation_id, one.row.role)
    return known is None or affiliation_of(one.row, contact_id, organisation_id, known) != known


def _report(staged: Staged) -> None:
    report = staged.report
    said: list[RowVerdict] = [one.verdict for one in staged.organisations]
    said += [one.verdict for one in staged.contacts]
    for file in (staged.main, staged.contacts_file):
        if file is None:
            continue
        report.faults += [NamedFault(file.table.name, fault) for fault in file.faults]
        subject = Subject.ORGANISATION if file is staged.main else Subject.CONTACT
        for fault in file.faults:
            words = f"{fault.column}: {fault.message}" if fault.column else fault.message
            said.append(
                RowVerdict(file.table.name, fault.row, subject, Verdict.ERROR, reason=words)
            )
        report.mappings[file.table.name] = _described(file.mapping)
    report.verdicts = said


def _described(mapping: ColumnMapping) -> dict[str, str | None]:
    unused: Sequence[str] = mapping.unused
    return {
        **{header: rule.field for header, rule in mapping.columns.items()},
        **dict.fromkeys(unused, None),
    }

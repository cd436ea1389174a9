"""Looking at files: what each row is and what would become of it. Writes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from alliance.directory.queries.reference import reference
from alliance.imports.deciding.contacts import Employers, assign, decide_contacts
from alliance.imports.deciding.organisations import (
    DecidedOrganisation,
    KnownOrganisations,
    decide_organisations,
    once_each,
)
from alliance.imports.deciding.states import States
from alliance.imports.fields import Subject
from alliance.imports.mapping import ColumnMapping
from alliance.imports.matching.names import folded, organisation_form
from alliance.imports.operations.comparing import (
    Staged,
    compare_contacts,
    compare_organisations,
)
from alliance.imports.operations.files import Source, contacts_sheet, read_file
from alliance.imports.queries import known_organisations, known_people, remembered_references
from alliance.imports.rows.closed_lists import ReferenceLists
from alliance.imports.verdicts import NamedFault, Report, RowVerdict, Verdict

__all__ = ["Progress", "Source", "Staged", "stage"]

Progress = Callable[[str], None]
"""Told in words what begins."""


def stage(
    session: Session,
    main: Source,
    contacts: Source | None = None,
    *,
    progress: Progress = lambda _: None,
    for_preview: bool = False,
) -> Staged:
    """Read the files, check each row and compare it with the directory. Raises BadInput.

    Without `contacts`, a sheet called “Contacts” in the same workbook is taken for them. A file of
    people alone may be `main`. for_preview: keep the rows as they stand in the files, and tell of
    each changed record what would change.
    """
    lists = reference(session)
    closed = ReferenceLists.of(lists)
    progress("Reading the files")
    main_file = read_file(session, main, closed, main.subject, with_text=for_preview)
    contacts = contacts or contacts_sheet(main)
    contacts_file = None
    if contacts is not None:
        contacts_file = read_file(session, contacts, closed, Subject.CONTACT, with_text=for_preview)
        if contacts_file.table.name == main_file.table.name:
            # Verdicts are told by file and row, so two sheets of one file need two names.
            name = f"{main_file.table.name} (contacts)"
            contacts_file.table = replace(contacts_file.table, name=name)
    staged = Staged(Report(), main_file, contacts_file, lists, for_preview=for_preview)
    progress("Comparing organisations")
    known = known_organisations(session, remembered_references(session, main_file.key))
    rows, repeated = once_each(main_file.rows)
    states = States(known.facts.values(), lists)
    staged.organisations = decide_organisations(rows, known, states, file=main_file.table.name)
    compare_organisations(session, staged, known)
    employers = _employers(staged, known, repeated)
    # What was made for comparing organisations would only take memory from here on.
    del known
    organisation_form.cache_clear()
    progress("Comparing contacts")
    _stage_contacts(session, staged, employers)
    _report(staged)
    return staged


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
        known.facts,
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
            is_beside=file.subject is Subject.ORGANISATION,
        )
        file.faults.extend(faults)
        staged.contacts.extend(found)
    near = {id for one in staged.organisations for id in one.near}
    near |= {one.organisation_id for one in staged.contacts if one.organisation_id is not None}
    emails = {email for one in staged.contacts for email in one.row.emails}
    stated = {one.row.stated_id for one in staged.contacts if one.row.stated_id is not None}
    decide_contacts(staged.contacts, known_people(session, near, emails, stated))
    compare_contacts(session, staged)


def _report(staged: Staged) -> None:
    report = staged.report
    said: list[RowVerdict] = [one.verdict for one in staged.organisations]
    said += [one.verdict for one in staged.contacts]
    for file in (staged.main, staged.contacts_file):
        if file is None:
            continue
        report.faults += [NamedFault(file.table.name, fault) for fault in file.faults]
        subject = file.subject
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

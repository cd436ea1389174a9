"""What rows would change in the records that they certainly mean, and what is wrong with that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.directory.queries.records import contacts_of, records_of
from alliance.directory.rules.documents import canonical
from alliance.directory.rules.exporting import (
    Column,
    ContactRow,
    Wording,
    contact_cells,
    differing,
    organisation_cells,
    wording,
)
from alliance.directory.rules.records import AffiliationRecord, ContactRecord, OrganisationRecord
from alliance.directory.rules.reference import Reference
from alliance.imports.deciding.affiliations import KnownAffiliations
from alliance.imports.deciding.contacts import DecidedContact
from alliance.imports.deciding.documents import (
    affiliation_of,
    new_organisation,
    updated_contact,
    updated_organisation,
)
from alliance.imports.deciding.organisations import DecidedOrganisation, KnownOrganisations
from alliance.imports.matching.names import folded
from alliance.imports.operations.files import ReadFile
from alliance.imports.queries import affiliations_of_contacts
from alliance.imports.reading import Fault
from alliance.imports.verdicts import Change, Report, Verdict


@dataclass(slots=True)
class Staged:
    """Everything that applying needs, and the report so far.

    for_preview: changed records are told field by field.
    """

    report: Report
    main: ReadFile
    contacts_file: ReadFile | None
    reference: Reference
    organisations: list[DecidedOrganisation] = field(default_factory=list)
    contacts: list[DecidedContact] = field(default_factory=list)
    for_preview: bool = False


# Fields of a document that have another name among the columns, the likeliest first.
_COLUMNS_OF = {
    "names": ("name",),
    "domains": ("website",),
    "identifiers": ("identifier", "identifiers"),
    "memberships": ("joined_on", "ended_on"),
    "addresses": ("contact_email", "contact_emails"),
    "phones": ("contact_phone", "contact_phones"),
}


def compare_organisations(session: Session, staged: Staged, known: KnownOrganisations) -> None:
    """Give each new or certain row its document and its parent body; errors become faults."""
    certain = [one.verdict.match for one in staged.organisations if one.is_certain]
    records = records_of(session, [id for id in certain if id is not None])
    for one in staged.organisations:
        try:
            _compare_organisation(one, records, staged.reference)
        except BadInput as error:
            _fault(staged.main, one.row.number, error, "name")
            one.verdict.verdict = Verdict.ERROR
    _leave_out_errors(staged)
    staged.report.never_joined = sum(
        one.verdict.verdict is Verdict.NEW and one.record is not None and not one.record.memberships
        for one in staged.organisations
    )
    _find_parents(staged, known, records)
    if staged.for_preview:
        words = wording(staged.reference)
        for one in staged.organisations:
            if one.verdict.verdict is Verdict.CHANGED and one.verdict.match is not None:
                one.changes = _organisation_changes(one, records[one.verdict.match], known, words)


def _compare_organisation(
    one: DecidedOrganisation, records: Mapping[int, OrganisationRecord], reference: Reference
) -> None:
    said = one.verdict
    if one.is_certain and said.match is not None:
        stored = records[said.match]
        one.record = updated_organisation(stored, one.row, reference)
        if canonical(one.record) != canonical(stored):
            said.verdict = Verdict.CHANGED
    elif "category" not in one.row.plain:
        raise BadInput(
            "The category is missing. Write one of "
            + ", ".join(term.names["en"] for term in reference.categories.values())
            + ".",
            field="category",
        )
    else:
        one.record = new_organisation(one.row, reference)


def _leave_out_errors(staged: Staged) -> None:
    staged.organisations = [
        one for one in staged.organisations if one.verdict.verdict is not Verdict.ERROR
    ]


def _fault(file: ReadFile, row: int, error: BadInput, default: str) -> None:
    given = error.field or default
    names = (*_COLUMNS_OF.get(given, ()), given)
    there = [header for name in names for header in file.mapping.headers_of(name)]
    column = there[0] if there else file.rows.headers.get(given) or file.rows.headers[default]
    file.faults.append(Fault(row, column, error.message))


def _find_parents(
    staged: Staged, known: KnownOrganisations, records: Mapping[int, OrganisationRecord]
) -> None:
    """Whom each row stands under; of several of one name it is the one that is stored already."""
    if not any(one.row.parent for one in staged.organisations):
        return
    by_reference = {one.row.reference: one for one in staged.organisations if one.row.reference}
    by_name = {folded(one.row.name): one for one in staged.organisations}
    stored = {folded(facts.name): id for id, facts in known.facts.items()}
    for one in staged.organisations:
        if not one.row.parent:
            continue
        key = folded(one.row.parent)
        match = one.verdict.match if one.is_certain else None
        present = records[match].parent_id if match is not None else None
        facts = known.facts.get(present or 0)
        if facts is not None and folded(facts.name) == key:
            continue
        one.parent = by_reference.get(one.row.parent) or by_name.get(key) or stored.get(key)
        if one.parent is None or one.parent is one:
            words = f"There is no organisation “{one.row.parent[:80]}” to be the parent body."
            error = BadInput(f"{words} Correct the cell, or add that organisation.", field="parent")
            _fault(staged.main, one.row.number, error, "parent")
            one.verdict.verdict = Verdict.ERROR
        elif match is not None and _id_of(one.parent) != present:
            one.verdict.verdict = Verdict.CHANGED
    _leave_out_errors(staged)


def _id_of(parent: DecidedOrganisation | int) -> int | None:
    return parent if isinstance(parent, int) else parent.verdict.match


def _organisation_changes(
    one: DecidedOrganisation, before: OrganisationRecord, known: KnownOrganisations, words: Wording
) -> tuple[Change, ...]:
    facts = known.facts.get(before.parent_id or 0)
    above = facts.name if facts else ""
    to = above
    if isinstance(one.parent, int):
        to = known.facts[one.parent].name
    elif one.parent is not None:
        to = one.parent.row.name
    assert one.record is not None
    return _told(
        differing(
            organisation_cells(before, words, parent=above),
            organisation_cells(one.record, words, parent=to),
        )
    )


def _told(found: list[tuple[Column, str, str]]) -> tuple[Change, ...]:
    return tuple(Change(one.heading, before, after) for one, before, after in found)


def compare_contacts(session: Session, staged: Staged) -> None:
    """Tell the same from the changed among the certain."""
    certain = {one.verdict.match for one in staged.contacts if one.is_certain} - {None}
    ids = [id for id in certain if id is not None]
    records = contacts_of(session, ids)
    affiliations = KnownAffiliations(affiliations_of_contacts(session, ids))
    words = wording(staged.reference)
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
        before, after = _affiliations(one, said.match, affiliations)
        if changed != records[said.match] or before != after:
            said.verdict = Verdict.CHANGED
            if staged.for_preview:
                one.changes = _contact_changes(
                    (records[said.match], before), (changed, after), words
                )
    staged.contacts = [one for one in staged.contacts if id(one) not in bad]


def _affiliations(
    one: DecidedContact, contact_id: int, affiliations: KnownAffiliations
) -> tuple[AffiliationRecord | None, AffiliationRecord | None]:
    """What is known of the contact's work for the row's organisation, and what will be."""
    if one.is_alone:
        return None, None
    organisation_id = one.organisation_id
    if one.organisation is not None:
        organisation_id = one.organisation.verdict.match
    if organisation_id is None:
        return None, affiliation_of(one.row, contact_id, 0)
    before = affiliations.find(contact_id, organisation_id, one.row)
    return before, affiliation_of(one.row, contact_id, organisation_id, before)


def _contact_changes(
    before: tuple[ContactRecord, AffiliationRecord | None],
    after: tuple[ContactRecord, AffiliationRecord | None],
    words: Wording,
) -> tuple[Change, ...]:
    affiliation = after[1] and replace(after[1], organisation_id=0)
    earlier = before[1] and replace(before[1], organisation_id=0)
    return _told(
        differing(
            contact_cells(ContactRow(before[0], earlier), words),
            contact_cells(ContactRow(after[0], affiliation), words),
        )
    )

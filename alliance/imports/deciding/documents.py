"""What the document of a record becomes when a row is taken into it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from alliance.core.errors import BadInput
from alliance.directory.rules.contacts import tidy_contact
from alliance.directory.rules.organisations import tidy
from alliance.directory.rules.records import (
    Address,
    AffiliationRecord,
    ContactRecord,
    Domain,
    Membership,
    OrganisationRecord,
)
from alliance.directory.rules.reference import Reference, label_of
from alliance.imports.rows.values import ContactRow, OrganisationRow

ROLE = "member_of_staff"
PRIMARY_ROLE = "primary_contact"


def new_organisation(row: OrganisationRow, reference: Reference) -> OrganisationRecord:
    """The document of an organisation that the directory does not have. Raises BadInput."""
    _refuse_retired(row, reference)
    record = OrganisationRecord(
        name=row.name,
        category=row.plain["category"],
        **{key: value for key, value in row.plain.items() if key != "category"},
        names=row.names,
        countries=row.countries,
        sectors=row.sectors,
        identifiers=row.identifiers,
        domains=tuple(Domain(domain) for domain in row.domains),
        memberships=_memberships((), row),
    )
    return tidy(record, reference)


def _refuse_retired(
    row: OrganisationRow, reference: Reference, there: tuple[int, ...] = ()
) -> None:
    """A retired sector stays on what has it and is given to nothing else."""
    for id in row.sectors:
        term = reference.sectors.get(id)
        if term is not None and term.retired_on is not None and id not in there:
            name = label_of(term.names, "en")
            raise BadInput(
                f"The sector “{name}” is no longer used. Correct the cell.", field="sectors"
            )


def updated_organisation(
    record: OrganisationRecord, row: OrganisationRow, reference: Reference
) -> OrganisationRecord:
    """The document with what the row gives; what the row leaves blank stays. Raises BadInput."""
    changes: dict[str, Any] = {**row.plain, "name": row.name}
    if (
        "category" in changes
        and "body_kind" not in changes
        and record.category != changes["category"]
    ):
        changes["body_kind"] = None
    there = {(name.kind, name.text) for name in record.names}
    added = tuple(name for name in row.names if (name.kind, name.text) not in there)
    changes["names"] = (*record.names, *added)
    if row.countries:
        changes["countries"] = row.countries
    _refuse_retired(row, reference, record.sectors)
    if row.sectors:
        changes["sectors"] = row.sectors
    if row.identifiers:
        schemes = {one.scheme for one in row.identifiers}
        kept_entries = tuple(one for one in record.identifiers if one.scheme not in schemes)
        changes["identifiers"] = (*kept_entries, *row.identifiers)
    changes["domains"] = _with_domains(record, row)
    changes["memberships"] = _memberships(record.memberships, row)
    return tidy(replace(record, **changes), reference, record)


def filled_organisation(
    record: OrganisationRecord, row: OrganisationRow, reference: Reference
) -> OrganisationRecord:
    """The document with its blanks filled from the row; nothing that is there changes."""
    changes: dict[str, Any] = {
        key: value
        for key, value in row.plain.items()
        if getattr(record, key) is None and key not in ("category", "body_kind", "is_listed")
    }
    for part in ("countries", "sectors", "identifiers", "names"):
        if not getattr(record, part):
            changes[part] = getattr(row, part)
    changes["domains"] = _with_domains(record, row)
    if not record.memberships:
        changes["memberships"] = _memberships((), row)
    return tidy(replace(record, **changes), reference, record)


def _with_domains(record: OrganisationRecord, row: OrganisationRow) -> tuple[Domain, ...]:
    if row.plain.get("website") == record.website:
        # What stands there already tells nothing new.
        return record.domains
    there = {one.domain for one in record.domains}
    return (*record.domains, *(Domain(name) for name in row.domains if name not in there))


def _memberships(known: tuple[Membership, ...], row: OrganisationRow) -> tuple[Membership, ...]:
    """The ledger with the row's days.

    One stretch is corrected by a first day that says more or otherwise; several are not touched,
    because the row does not say which it means. A first day after the last end begins another
    stretch: who left has come back. An end closes the stretch that is open.
    """
    ledger = list(known)
    if row.joined is not None and _comes_after(ledger, row.joined.on):
        ledger.append(Membership(row.joined.on, row.joined.precision, row.is_at_latest))
    elif row.joined is not None and len(ledger) == 1 and not _says_the_same(ledger[0], row):
        ledger[0] = replace(
            ledger[0],
            joined_on=row.joined.on,
            precision=row.joined.precision,
            is_at_latest=row.is_at_latest,
        )
    is_clear = bool(ledger) and (ledger[-1].ended_on is None or len(ledger) == 1)
    if row.ended_on is not None and is_clear:
        ledger[-1] = replace(ledger[-1], ended_on=row.ended_on)
    if row.end_reason is not None and ledger and ledger[-1].ended_on is not None:
        ledger[-1] = replace(ledger[-1], end_reason=row.end_reason)
    return tuple(ledger)


def _comes_after(ledger: Sequence[Membership], day: date) -> bool:
    """Whether a stretch that begins on `day` lies behind all that are known."""
    return all(one.ended_on is not None and one.ended_on <= day for one in ledger)


def _says_the_same(known: Membership, row: OrganisationRow) -> bool:
    """Whether the row's first day is the known one, or the same less exactly."""
    assert row.joined is not None
    if row.is_at_latest:
        # Seen on a later day than it joined: nothing new.
        return known.joined_on <= row.joined.on
    if known.is_at_latest:
        return False
    length = {"year": 4, "month": 7, "day": 10}[row.joined.precision.value]
    return known.joined_on.isoformat()[:length] == row.joined.on.isoformat()[:length]


def new_contact(row: ContactRow) -> ContactRecord:
    """The document of a person whom the directory does not have. Raises BadInput."""
    return tidy_contact(
        ContactRecord(
            name=row.name,
            latin_name=row.latin_name,
            language=row.language,
            time_zone=row.time_zone,
            notes=row.notes,
            addresses=tuple(Address(email) for email in row.emails),
            phones=row.phones,
        )
    )


def updated_contact(record: ContactRecord, row: ContactRow) -> ContactRecord:
    """The document with what the row gives; addresses and phones are added, never taken away."""
    changes: dict[str, Any] = {
        field: value
        for field in ("name", "latin_name", "language", "time_zone", "notes")
        if (value := getattr(row, field)) is not None
    }
    return tidy_contact(replace(_with_reach(record, row), **changes), record)


def filled_contact(record: ContactRecord, row: ContactRow) -> ContactRecord:
    """The document with its blanks filled from the row, addresses and phones added."""
    changes: dict[str, Any] = {
        field: getattr(row, field)
        for field in ("latin_name", "language", "time_zone", "notes")
        if getattr(record, field) is None
    }
    return tidy_contact(replace(_with_reach(record, row), **changes), record)


def _with_reach(record: ContactRecord, row: ContactRow) -> ContactRecord:
    emails = {address.email for address in record.addresses}
    return replace(
        record,
        addresses=(*record.addresses, *(Address(one) for one in row.emails if one not in emails)),
        phones=tuple(dict.fromkeys((*record.phones, *row.phones))),
    )


def affiliation_of(
    row: ContactRow,
    contact_id: int,
    organisation_id: int,
    known: AffiliationRecord | None = None,
) -> AffiliationRecord:
    """What the row says of the contact's work for the organisation, over what is known of it."""
    role = row.role or (PRIMARY_ROLE if row.is_primary else None)
    base = known or AffiliationRecord(contact_id, organisation_id, role or ROLE)
    given: dict[str, Any] = {
        "role": role,
        "job_title": row.job_title,
        "started_on": row.started_on,
        "ended_on": row.left_on,
    }
    return replace(base, **{key: value for key, value in given.items() if value is not None})

"""Holding records against the closed lists, and against what belongs to others, before storing."""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.directory.queries.reference import reference
from alliance.directory.rules.contacts import tidy_affiliation, tidy_contact
from alliance.directory.rules.documents import canonical
from alliance.directory.rules.fields import BadRecord
from alliance.directory.rules.organisations import tidy
from alliance.directory.rules.records import (
    AffiliationRecord,
    ContactRecord,
    Identifier,
    OrganisationRecord,
)

_OWNERS = text(
    "SELECT i.scheme, i.value, o.id, o.name FROM organisation_identifiers i"
    " JOIN unnest(CAST(:schemes AS text[]), CAST(:values AS text[])) AS asked(scheme, value)"
    " USING (scheme, value) JOIN organisations o ON o.id = i.organisation_id ORDER BY o.id"
)


def checked_organisations(
    session: Session,
    records: Sequence[OrganisationRecord],
    known: Mapping[int, OrganisationRecord],
) -> list[OrganisationRecord]:
    """The records tidied and in canonical order; the closed lists are read only when one differs.

    Raises BadRecord, which names the record and the field.
    """
    wanted = [canonical(one) for one in records]
    before = [known.get(one.id or 0) for one in wanted]
    if all(
        then is not None and one == canonical(then)
        for one, then in zip(wanted, before, strict=True)
    ):
        return wanted
    lists = reference(session)
    checked = []
    for position, (one, then) in enumerate(zip(wanted, before, strict=True)):
        try:
            checked.append(canonical(tidy(one, lists, then)))
        except BadInput as error:
            raise BadRecord(error, name=one.name, position=position) from None
    _refuse_taken_identifiers(session, checked, known)
    return checked


def checked_contacts(
    records: Sequence[ContactRecord], known: Mapping[int, ContactRecord]
) -> list[ContactRecord]:
    """The contacts tidied. Raises BadRecord, which names the contact and the field."""
    checked = []
    for position, one in enumerate(records):
        try:
            checked.append(tidy_contact(one, known.get(one.id or 0)))
        except BadInput as error:
            raise BadRecord(error, name=one.name, position=position) from None
    return checked


def checked_affiliations(
    session: Session,
    records: Sequence[AffiliationRecord],
    known: Mapping[int, AffiliationRecord],
) -> list[AffiliationRecord]:
    """The affiliations tidied. Raises BadRecord, which gives the position and the field."""
    if all(known.get(one.id or 0) == one for one in records):
        return list(records)
    lists = reference(session)
    checked = []
    for position, one in enumerate(records):
        try:
            checked.append(tidy_affiliation(one, lists, known.get(one.id or 0)))
        except BadInput as error:
            raise BadRecord(error, name="", position=position) from None
    return checked


def _refuse_taken_identifiers(
    session: Session,
    records: Sequence[OrganisationRecord],
    known: Mapping[int, OrganisationRecord],
) -> None:
    """Raises BadRecord when a new register entry belongs to another organisation already."""
    claims: dict[Identifier, int] = {}
    for position, one in enumerate(records):
        for entry in one.identifiers:
            if entry in claims:
                first = records[claims[entry]].name
                raise _taken(one, position, entry, first)
            claims[entry] = position
    new = {
        entry: position
        for entry, position in claims.items()
        if (then := known.get(records[position].id or 0)) is None or entry not in then.identifiers
    }
    if not new:
        return
    own = {one.id for one in records}
    schemes, values = zip(*((entry.scheme, entry.value) for entry in new), strict=True)
    for row in session.execute(_OWNERS, {"schemes": list(schemes), "values": list(values)}):
        entry = Identifier(row.scheme, row.value)
        if row.id not in own:
            raise _taken(records[new[entry]], new[entry], entry, row.name)


def _taken(record: OrganisationRecord, position: int, entry: Identifier, owner: str) -> BadRecord:
    error = BadInput(
        f"Identifiers: {entry.scheme} {entry.value} belongs to “{owner}” already; correct it, or"
        " merge the two records.",
        field="identifiers",
    )
    return BadRecord(error, name=record.name, position=position)

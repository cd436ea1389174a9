"""Editing one record that others may be editing too: nobody overwrites what he has not seen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.audit.queries import history_of
from alliance.core.actor import Actor
from alliance.core.errors import Conflict, NotFound, Refused, Stale
from alliance.directory.models import Affiliation, Contact
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.operations.organisations import held_record
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import affiliations_of, contacts_of, get_record
from alliance.directory.rules.documents import Record, document
from alliance.directory.rules.records import AffiliationRecord, ContactRecord, OrganisationRecord
from alliance.directory.rules.versions import as_it_was, clashes, version_of

R = TypeVar("R", OrganisationRecord, ContactRecord, AffiliationRecord)
_ENTRIES_LOOKED_AT = 200


def edit_organisation(
    session: Session,
    organisation_id: int,
    changes: Mapping[str, Any],
    *,
    version: str | None,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
    is_strict: bool = False,
) -> OrganisationRecord:
    """Change fields of an organisation; returns it as it is then.

    changes: fields of OrganisationRecord with their values; all of a form will do, for what is as
    it was in `version` is left alone. version: what the writer saw (`version_of`), None for
    whatever is there. Changes of others to other fields are kept; is_strict refuses even then.
    Raises Stale when others changed the same fields, NotFound, BadInput, and Refused when the
    organisation has been merged or deleted meanwhile.
    """
    before = held_record(session, organisation_id)
    if before.merged_into_id is not None and not before.is_listed and before.dissolved_on is None:
        other = get_record(session, before.merged_into_id)
        raise Refused(f"“{before.name}” was merged into “{other.name}”; make the change there.")
    refuse_deleted(before)
    after = _edited(session, "organisation", before, changes, version, is_strict)
    save_organisations(session, [after], actor=actor, reason=reason, cause=cause)
    return get_record(session, organisation_id)


def edit_contact(
    session: Session,
    contact_id: int,
    changes: Mapping[str, Any],
    *,
    version: str | None,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
    is_strict: bool = False,
) -> ContactRecord:
    """Change fields of a contact; as `edit_organisation`."""
    before = held_contact(session, contact_id)
    refuse_deleted(before)
    after = _edited(session, "contact", before, changes, version, is_strict)
    save_contacts(session, [after], actor=actor, reason=reason, cause=cause)
    return contacts_of(session, [contact_id])[contact_id]


def edit_affiliation(
    session: Session,
    affiliation_id: int,
    changes: Mapping[str, Any],
    *,
    version: str | None,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
    is_strict: bool = False,
) -> AffiliationRecord:
    """Change fields of an affiliation; as `edit_organisation`."""
    held = select(Affiliation.id).where(Affiliation.id == affiliation_id).with_for_update()
    session.execute(held)
    before = _found(affiliations_of(session, [affiliation_id]).get(affiliation_id), "affiliation")
    after = _edited(session, "affiliation", before, changes, version, is_strict)
    save_affiliations(session, [after], actor=actor, reason=reason, cause=cause)
    return affiliations_of(session, [affiliation_id])[affiliation_id]


def held_contact(session: Session, contact_id: int) -> ContactRecord:
    """The contact as it is now, which nobody else changes until the transaction ends.

    Raises NotFound.
    """
    session.execute(select(Contact.id).where(Contact.id == contact_id).with_for_update())
    return _found(contacts_of(session, [contact_id]).get(contact_id), "contact")


def refuse_deleted(record: OrganisationRecord | ContactRecord) -> None:
    """Raises Refused for a record that has been deleted: it must be restored first."""
    if record.delete_on is not None:
        raise Refused(f"“{record.name}” was deleted; restore it before you change it.")


def _found(record: R | None, kind: str) -> R:
    if record is None:
        raise NotFound(f"There is no such {kind}.")
    return record


def _edited(
    session: Session,
    kind: str,
    before: R,
    changes: Mapping[str, Any],
    version: str | None,
    is_strict: bool,
) -> R:
    """The record with the changes that its writer made; raises Stale."""
    wanted = replace(before, **changes)
    if version is None or version == version_of(before):
        return wanted
    current = document(before)
    entries = history_of(session, kind, _id(before), limit=_ENTRIES_LOOKED_AT)
    base = as_it_was(current, [entry.changes for entry in entries], version)
    told = document(wanted)
    asked = {field: told.get(field) for field in changes}
    if base is not None:
        found = clashes(base, current, asked)
    else:
        # What the writer saw is not known any more, so every difference has to be looked at.
        found = {
            field: Conflict(current.get(field), current.get(field), value)
            for field, value in asked.items()
            if value != current.get(field)
        }
    seen = base if base is not None else current
    made = {field for field in changes if told.get(field) != seen.get(field)}
    if found or is_strict or base is None:
        raise Stale(
            "Somebody else has changed this record since you opened it. Look at both and choose.",
            version=version_of(before),
            conflicts=found,
            changed=frozenset(made),
        )
    return replace(before, **{field: changes[field] for field in made})


def _id(record: Record) -> int:
    assert record.id is not None
    return record.id

"""Putting records away, taking them back, and deleting them with time to think again.

Deleting happens in two steps: the record is gone for everybody at once, and for good after
DAYS_UNTIL_GONE days, until when it can be restored with all that hangs on it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import Refused
from alliance.directory.models import Contact, Organisation, StaffNote
from alliance.directory.operations.contacts import remove_contacts, save_contacts
from alliance.directory.operations.editing import held_contact
from alliance.directory.operations.organisations import held_record
from alliance.directory.operations.saving import remove_organisations, save_organisations
from alliance.directory.queries.records import among
from alliance.directory.queries.relations import dependants_of
from alliance.directory.rules.memberships import is_member
from alliance.directory.rules.records import ContactRecord, OrganisationRecord

DAYS_UNTIL_GONE = 30


def archive_organisation(
    session: Session, organisation_id: int, *, on: date, actor: Actor, reason: str | None = None
) -> None:
    """Put an organisation away: it leaves lists and the public directory. Raises NotFound.

    Raises Refused for a member: its membership has to end first.
    """
    before = held_record(session, organisation_id)
    _refuse_member(before, on)
    _keep(session, replace(before, archived_on=before.archived_on or on), actor, reason)


def delete_organisation(
    session: Session, organisation_id: int, *, on: date, actor: Actor, reason: str | None = None
) -> None:
    """Delete an organisation; for good DAYS_UNTIL_GONE days after `on`. Raises NotFound.

    Raises Refused for a member, and for one that others stand under or were merged into.
    """
    before = held_record(session, organisation_id)
    _refuse_member(before, on)
    needed = dependants_of(session, organisation_id)
    if needed.children or needed.merged:
        raise Refused(
            f"Other organisations stand under “{before.name}” or were merged into it; move them"
            " first, or archive it instead."
        )
    _keep(session, replace(before, delete_on=before.delete_on or _gone(on)), actor, reason)


def restore_organisation(
    session: Session, organisation_id: int, *, actor: Actor, reason: str | None = None
) -> None:
    """Bring an archived or deleted organisation back as it was. Raises NotFound."""
    before = held_record(session, organisation_id)
    _keep(session, replace(before, archived_on=None, delete_on=None), actor, reason)


def archive_contact(
    session: Session, contact_id: int, *, on: date, actor: Actor, reason: str | None = None
) -> None:
    """Put a contact away: it leaves lists. Raises NotFound."""
    before = held_contact(session, contact_id)
    _keep(session, replace(before, archived_on=before.archived_on or on), actor, reason)


def delete_contact(
    session: Session, contact_id: int, *, on: date, actor: Actor, reason: str | None = None
) -> None:
    """Delete a contact; for good DAYS_UNTIL_GONE days after `on`. Raises NotFound."""
    before = held_contact(session, contact_id)
    _keep(session, replace(before, delete_on=before.delete_on or _gone(on)), actor, reason)


def restore_contact(
    session: Session, contact_id: int, *, actor: Actor, reason: str | None = None
) -> None:
    """Bring an archived or deleted contact back as it was. Raises NotFound."""
    before = held_contact(session, contact_id)
    _keep(session, replace(before, archived_on=None, delete_on=None), actor, reason)


def remove_what_is_due(session: Session, *, today: date, actor: Actor) -> int:
    """Remove for good what was deleted long enough ago; returns how many records that were.

    An organisation to which others have been tied since then stays until they are gone as well.
    """
    organisations = _free(session, _due(session, Organisation, today))
    contacts = _due(session, Contact, today)
    for kind, ids in (("organisation", organisations), ("contact", contacts)):
        if ids:
            session.execute(
                delete(StaffNote).where(
                    StaffNote.subject_kind == kind, among(StaffNote.subject_id, ids)
                )
            )
    if contacts:
        remove_contacts(session, contacts, actor=actor, reason="deleted long enough ago")
    if organisations:
        remove_organisations(session, organisations, actor=actor, reason="deleted long enough ago")
    return len(organisations) + len(contacts)


def _due(session: Session, model: type[Organisation] | type[Contact], today: date) -> Sequence[int]:
    return session.scalars(
        select(model.id).where(model.delete_on <= today).order_by(model.id).with_for_update()
    ).all()


def _free(session: Session, ids: Sequence[int]) -> list[int]:
    """Those of the organisations to which none but these are tied."""
    free = set(ids)
    own = Organisation.__table__.c
    ties = session.execute(
        select(own.id, own.parent_id, own.merged_into_id).where(
            or_(among(own.parent_id, ids), among(own.merged_into_id, ids))
        )
    ).all()
    held = None
    while held != set():
        held = {needed for one, *needs in ties if one not in free for needed in needs} & free
        free -= held
    return sorted(free)


def _gone(on: date) -> date:
    """The day on which what is deleted `on` that day is gone for good."""
    return on + timedelta(days=DAYS_UNTIL_GONE)


def _refuse_member(record: OrganisationRecord, on: date) -> None:
    if is_member(record.memberships, on, dissolved_on=record.dissolved_on):
        raise Refused(f"“{record.name}” is a member; end its membership first.")


def _keep(
    session: Session,
    record: OrganisationRecord | ContactRecord,
    actor: Actor,
    reason: str | None,
) -> None:
    if isinstance(record, OrganisationRecord):
        save_organisations(session, [record], actor=actor, reason=reason)
    else:
        save_contacts(session, [record], actor=actor, reason=reason)

"""Who works where: a contact takes a role, leaves, moves; what was stays in the history.

Every act holds the contact first and the organisation second, so that two acts at once neither
overlook each other nor wait for each other. A `cause` marks what belongs to one act.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.operations.contacts import (
    remove_affiliations,
    save_affiliations,
    save_contacts,
)
from alliance.directory.operations.editing import (
    edit_affiliation,
    held_contact,
    refuse_deleted,
)
from alliance.directory.operations.organisations import held_record
from alliance.directory.queries.people import undeleted
from alliance.directory.queries.records import affiliations_of
from alliance.directory.queries.reference import reference
from alliance.directory.queries.relations import affiliations_at, affiliations_by
from alliance.directory.rules.affiliations import (
    check_role,
    ended_by,
    has_ended,
    overlap,
)
from alliance.directory.rules.fields import check_day
from alliance.directory.rules.records import AffiliationRecord, ContactRecord


def affiliate(
    session: Session,
    *,
    contact_id: int,
    organisation_id: int,
    role: str,
    on: date,
    actor: Actor,
    job_title: str | None = None,
    in_place_of: int | None = None,
    reason: str | None = None,
    cause: str | None = None,
) -> int:
    """Give a contact a role in an organisation from the day `on`; returns the affiliation's id.

    in_place_of: a contact who hands the role over that day. Raises NotFound, BadInput for a role
    that there is not, RoleFull when it is fully held, and Refused when the contact has it already,
    or the organisation has ended.
    """
    check_day("started_on", on)
    refuse_deleted(held_contact(session, contact_id))
    # Held, so that two people are not given the last place of a role at once.
    works_for = held_record(session, organisation_id)
    if works_for.merged_into_id is not None or works_for.dissolved_on is not None:
        raise Refused(
            f"“{works_for.name}” has been dissolved or merged; choose the organisation that"
            " followed it."
        )
    refuse_deleted(works_for)
    roles = reference(session).roles
    if role not in roles:
        raise BadInput(f"There is no role “{role[:60]}”; choose one of the list.", field="role")
    if in_place_of is not None and in_place_of != contact_id:
        end_role(
            session, in_place_of, organisation_id, role, on=on, actor=actor, reason=reason,
            cause=cause,
        )  # fmt: skip
    others = affiliations_at(session, [organisation_id])
    # Who has been deleted takes nobody's place.
    present = undeleted(session, {one.contact_id for one in others})
    counted = [one for one in others if one.contact_id in present]
    check_role(roles[role], contact_id, counted, category=works_for.category, on=on)
    new = AffiliationRecord(contact_id, organisation_id, role, job_title=job_title, started_on=on)
    return save_affiliations(session, [new], actor=actor, reason=reason, cause=cause)[0]


def add_person(
    session: Session,
    contact: ContactRecord,
    *,
    organisation_id: int,
    role: str,
    on: date,
    actor: Actor,
    job_title: str | None = None,
    in_place_of: int | None = None,
    reason: str | None = None,
    cause: str | None = None,
) -> int:
    """Store a new contact and give it a role, in one act; returns its id. Raises as `affiliate`."""
    (id,) = save_contacts(session, [contact], actor=actor, reason=reason, cause=cause)
    affiliate(
        session,
        contact_id=id,
        organisation_id=organisation_id,
        role=role,
        on=on,
        actor=actor,
        job_title=job_title,
        in_place_of=in_place_of,
        reason=reason,
        cause=cause,
    )
    return id


def leave(
    session: Session,
    contact_id: int,
    organisation_id: int | None,
    *,
    on: date,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> Sequence[int]:
    """End all that a contact does for an organisation: `on` is the first day without it.

    None for the organisation ends it everywhere. Returns the ids of what ended. Raises NotFound,
    and Refused when there is nothing to end.
    """
    check_day("ended_on", on)
    held_contact(session, contact_id)
    running = [
        one
        for one in affiliations_by(session, contact_id)
        if organisation_id in (None, one.organisation_id) and not has_ended(one, on=on)
    ]
    if not running:
        raise Refused(
            "This contact does not work for this organisation on that day."
            if organisation_id is not None
            else "This contact does not work for any organisation on that day."
        )
    return _end(session, running, on=on, actor=actor, reason=reason, cause=cause)


def end_role(
    session: Session,
    contact_id: int,
    organisation_id: int,
    role: str,
    *,
    on: date,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> None:
    """End one role of a contact, who stays in the others. Raises Refused when there is none."""
    check_day("ended_on", on)
    held_contact(session, contact_id)
    running = [
        one
        for one in affiliations_by(session, contact_id)
        if (one.organisation_id, one.role) == (organisation_id, role) and not has_ended(one, on=on)
    ]
    if not running:
        raise Refused("This contact does not have this role on that day.")
    _end(session, running, on=on, actor=actor, reason=reason, cause=cause)


def move_contact(
    session: Session,
    contact_id: int,
    *,
    from_id: int,
    to_id: int,
    role: str,
    on: date,
    actor: Actor,
    job_title: str | None = None,
    in_place_of: int | None = None,
    reason: str | None = None,
    cause: str | None = None,
) -> int:
    """Let a contact leave one organisation and take a role in another on the same day.

    Returns the new affiliation's id. Raises what `leave` and `affiliate` raise; then neither is
    done, once the caller gives up the transaction.
    """
    if from_id == to_id:
        raise Refused("This is the same organisation; end the role and give another one instead.")
    new = affiliate(
        session,
        contact_id=contact_id,
        organisation_id=to_id,
        role=role,
        on=on,
        actor=actor,
        job_title=job_title,
        in_place_of=in_place_of,
        reason=reason,
        cause=cause,
    )
    leave(session, contact_id, from_id, on=on, actor=actor, reason=reason, cause=cause)
    return new


def correct_affiliation(
    session: Session,
    affiliation_id: int,
    changes: Mapping[str, Any],
    *,
    version: str | None,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> AffiliationRecord:
    """Correct role, job title or days of an affiliation; returns it as it is then.

    changes, version: as in `edit_affiliation`, whose errors it raises; and those of `affiliate`
    when it would hold a role that is fully held, or held by the same contact twice.
    """
    before = _stored(session, affiliation_id)
    refuse_deleted(held_contact(session, before.contact_id))
    works_for = held_record(session, before.organisation_id)
    after = edit_affiliation(
        session, affiliation_id, changes, version=version, actor=actor, reason=reason, cause=cause
    )
    if (after.role, after.started_on, after.ended_on) != (
        before.role,
        before.started_on,
        before.ended_on,
    ):
        others = affiliations_at(session, [after.organisation_id])
        present = undeleted(session, {one.contact_id for one in others})
        same_days = [
            one
            for one in others
            if one.id != affiliation_id and one.contact_id in present and overlap(one, after)
        ]
        role = reference(session).roles[after.role]
        check_role(
            role, after.contact_id, same_days, category=works_for.category,
            on=after.started_on or date.min,
        )  # fmt: skip
    return after


def remove_wrong(
    session: Session,
    affiliation_id: int,
    *,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> AffiliationRecord:
    """Take an affiliation out that was entered in error; history keeps it. Raises NotFound."""
    found = _stored(session, affiliation_id)
    held_contact(session, found.contact_id)
    remove_affiliations(session, [affiliation_id], actor=actor, reason=reason, cause=cause)
    return found


def _stored(session: Session, affiliation_id: int) -> AffiliationRecord:
    found = affiliations_of(session, [affiliation_id]).get(affiliation_id)
    if found is None:
        raise NotFound(f"There is no affiliation {affiliation_id}.")
    return found


def _end(
    session: Session,
    running: Sequence[AffiliationRecord],
    *,
    on: date,
    actor: Actor,
    reason: str | None,
    cause: str | None,
) -> Sequence[int]:
    ended = [replace(one, ended_on=ended_by(one, on=on)) for one in running]
    return save_affiliations(session, ended, actor=actor, reason=reason, cause=cause)

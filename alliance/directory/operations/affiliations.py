"""Who works where: a contact takes a role, leaves, moves; what was stays in the history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.operations.contacts import save_affiliations
from alliance.directory.operations.organisations import held_record
from alliance.directory.queries.records import contacts_of
from alliance.directory.queries.reference import reference
from alliance.directory.queries.relations import affiliations_at, affiliations_by
from alliance.directory.rules.affiliations import check_role, has_ended
from alliance.directory.rules.records import AffiliationRecord


def affiliate(
    session: Session,
    *,
    contact_id: int,
    organisation_id: int,
    role: str,
    on: date,
    actor: Actor,
    job_title: str | None = None,
    reason: str | None = None,
) -> int:
    """Give a contact a role in an organisation from the day `on`; returns the affiliation's id.

    Raises NotFound, BadInput for a role that there is not, and Refused when the role is fully held,
    the contact has it already, or the organisation has ended.
    """
    if contact_id not in contacts_of(session, [contact_id]):
        raise NotFound(f"There is no contact {contact_id}.")
    # Held, so that two people are not given the last place of a role at once.
    works_for = held_record(session, organisation_id)
    if works_for.merged_into_id is not None or works_for.dissolved_on is not None:
        raise Refused(
            f"“{works_for.name}” has been dissolved or merged; choose the organisation that"
            " followed it."
        )
    roles = reference(session).roles
    if role not in roles:
        raise BadInput(f"There is no role “{role}”; choose one of the list.", field="role")
    others = affiliations_at(session, [organisation_id])
    check_role(roles[role], contact_id, others, category=works_for.category, on=on)
    new = AffiliationRecord(contact_id, organisation_id, role, job_title=job_title, started_on=on)
    return save_affiliations(session, [new], actor=actor, reason=reason)[0]


def leave(
    session: Session,
    contact_id: int,
    organisation_id: int,
    *,
    on: date,
    actor: Actor,
    reason: str | None = None,
) -> Sequence[int]:
    """End all that a contact does for an organisation: `on` is the first day without it.

    Returns the ids of what ended. Raises Refused when there is nothing to end.
    """
    running = [
        one
        for one in affiliations_by(session, contact_id)
        if one.organisation_id == organisation_id and not has_ended(one, on=on)
    ]
    if not running:
        raise Refused("This contact does not work for this organisation on that day.")
    return _end(session, running, on=on, actor=actor, reason=reason)


def end_role(
    session: Session,
    contact_id: int,
    organisation_id: int,
    role: str,
    *,
    on: date,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """End one role of a contact, who stays in the others. Raises Refused when there is none."""
    running = [
        one
        for one in affiliations_by(session, contact_id)
        if (one.organisation_id, one.role) == (organisation_id, role) and not has_ended(one, on=on)
    ]
    if not running:
        raise Refused("This contact does not have this role on that day.")
    _end(session, running, on=on, actor=actor, reason=reason)


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
    reason: str | None = None,
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
        reason=reason,
    )
    leave(session, contact_id, from_id, on=on, actor=actor, reason=reason)
    return new


def _end(
    session: Session,
    running: Sequence[AffiliationRecord],
    *,
    on: date,
    actor: Actor,
    reason: str | None,
) -> Sequence[int]:
    # One that was to begin later never does: it ends on the day of its own beginning.
    ended = [
        replace(one, ended_on=max(on, one.started_on) if one.started_on else on) for one in running
    ]
    return save_affiliations(session, ended, actor=actor, reason=reason)

"""Making one record of two that mean the same organisation."""

from dataclasses import replace

from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import Refused
from alliance.directory.operations.contacts import remove_affiliations, save_affiliations
from alliance.directory.operations.organisations import check_leads_on, held_record, take_turns
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import records_of
from alliance.directory.queries.relations import affiliations_at, ancestors_of, dependants_of
from alliance.directory.rules.merging import merged_affiliations, survives_merge
from alliance.directory.rules.records import OrganisationRecord


def merge_into(
    session: Session,
    duplicate_id: int,
    survivor_id: int,
    *,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Make `survivor_id` the one record of an organisation that was entered twice.

    What `survives_merge` says moves over; the duplicate stays as a name that leads on, is shown to
    nobody, and its addresses lead to the survivor. Organisations under it or merged into it follow.
    History holds both documents as they were, under one cause. Raises NotFound, and Refused when
    either has been merged already.
    """
    take_turns(session)
    duplicate = held_record(session, duplicate_id)
    survivor = held_record(session, survivor_id)
    if duplicate.merged_into_id is not None:
        raise Refused(f"“{duplicate.name}” has been merged already.")
    check_leads_on(session, duplicate, survivor_id)
    merge = survives_merge(survivor, duplicate)
    follow = [
        replace(merge.survivor, parent_id=_parent(session, survivor, duplicate)),
        merge.duplicate,
        *_followers(session, duplicate_id, survivor_id),
    ]
    cause = f"merge:{duplicate_id}"
    save_organisations(session, follow, actor=actor, reason=reason, cause=cause)
    people = merged_affiliations(
        affiliations_at(session, [survivor_id]),
        affiliations_at(session, [duplicate_id]),
        survivor_id=survivor_id,
    )
    save_affiliations(session, people.kept, actor=actor, reason=reason, cause=cause)
    if people.taken_in:
        remove_affiliations(session, people.taken_in, actor=actor, reason=reason, cause=cause)


def _parent(
    session: Session, survivor: OrganisationRecord, duplicate: OrganisationRecord
) -> int | None:
    """What the survivor stands under: its own parent, else the duplicate's, never itself."""
    wanted = survivor.parent_id
    if wanted is None or wanted == duplicate.id:
        wanted = duplicate.parent_id
    if wanted is None or wanted == survivor.parent_id:
        return wanted
    return None if survivor.id in (wanted, *ancestors_of(session, wanted)) else wanted


def _followers(session: Session, duplicate_id: int, survivor_id: int) -> list[OrganisationRecord]:
    """The organisations that pointed at the duplicate, pointing at the survivor."""
    found = dependants_of(session, duplicate_id)
    changed = records_of(session, {*found.children, *found.merged} - {survivor_id})
    for id in found.children:
        if id in changed:
            changed[id] = replace(changed[id], parent_id=survivor_id)
    for id in found.merged:
        if id in changed:
            changed[id] = replace(changed[id], merged_into_id=survivor_id)
    return list(changed.values())

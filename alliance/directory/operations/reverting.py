"""Taking back what one history entry did to one field of an organisation."""

from sqlalchemy.orm import Session

from alliance.audit.queries import entry_with
from alliance.core.actor import Actor
from alliance.core.errors import NotFound, Refused
from alliance.directory.operations.editing import edit_organisation
from alliance.directory.operations.organisations import held_record, set_parent
from alliance.directory.queries.records import get_record
from alliance.directory.rules.records import OrganisationRecord
from alliance.directory.rules.reverting import earlier_value, stands_as_left


def put_back(
    session: Session,
    organisation_id: int,
    field: str,
    entry_id: int,
    *,
    version: str | None,
    actor: Actor,
    reason: str | None = None,
) -> OrganisationRecord:
    """Give a field the value that it had before a history entry; returns the organisation then.

    version: what the writer saw; None when only the entry itself was seen, which is refused if the
    field has been changed again since. Raises NotFound, Refused, Stale, and BadInput when the value
    does not fit any more.
    """
    entry = entry_with(session, entry_id)
    is_own = entry is not None and (entry.subject_kind, entry.subject_id) == (
        "organisation",
        organisation_id,
    )
    if entry is None or not is_own or field not in entry.changes:
        raise NotFound("There is no such entry of this field.")
    change = entry.changes[field]
    record = held_record(session, organisation_id)
    if version is None and not stands_as_left(record, field, change):
        raise Refused("It has been changed again since; look at the history of the field.")
    if entry.action == "created" or (change[0] is None and field in ("name", "category")):
        raise Refused("There was no value before this entry; enter the one that you want.")
    value = earlier_value("organisation", record, field, change[0])
    cause = f"revert:{entry_id}"
    if field == "parent_id":
        # The one above may be gone or stand below by now, which only this act looks at.
        set_parent(session, organisation_id, value, actor=actor, reason=reason)
        return get_record(session, organisation_id)
    return edit_organisation(
        session,
        organisation_id,
        {field: value},
        version=version,
        actor=actor,
        reason=reason,
        cause=cause,
    )


def put_all_back(
    session: Session, organisation_id: int, entry_id: int, *, actor: Actor
) -> OrganisationRecord:
    """Take back the whole of one edit, all its fields at once; returns the organisation then.

    Raises NotFound for an edit of somebody else, Refused when a field has been changed again since
    or cannot be put back by itself, and BadInput when a value does not fit any more.
    """
    entry = entry_with(session, entry_id)
    is_own = entry is not None and (entry.subject_kind, entry.subject_id) == (
        "organisation",
        organisation_id,
    )
    if entry is None or not is_own or entry.action != "changed" or entry.actor_id != actor.id:
        raise NotFound("There is no such change of yours.")
    record = held_record(session, organisation_id)
    if not all(stands_as_left(record, *one) for one in entry.changes.items()):
        raise Refused("It has been changed again since; look at its history.")
    return edit_organisation(
        session,
        organisation_id,
        {
            field: earlier_value("organisation", record, field, change[0])
            for field, change in entry.changes.items()
        },
        version=None,
        actor=actor,
        cause=f"revert:{entry_id}",
    )

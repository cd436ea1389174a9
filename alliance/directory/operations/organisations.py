"""What happens to an organisation: it is renamed, joins, leaves, ends, moves under another."""

from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import BadInput, Refused
from alliance.core.text import squeeze
from alliance.directory.models import Organisation
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import get_record
from alliance.directory.queries.relations import ancestors_of
from alliance.directory.rules.organisations import check_visibility
from alliance.directory.rules.records import (
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Precision,
    Visibility,
)

# Changes that tie organisations to one another take turns, so that two cannot close a circle.
_TIES_LOCK = 7_301_441


def rename_organisation(
    session: Session,
    organisation_id: int,
    name: str,
    *,
    on: date,
    actor: Actor,
    is_correction: bool = False,
    reason: str | None = None,
) -> None:
    """Give an organisation a new name from the day `on`; the old one stays as a former name.

    A correction of a misspelling keeps no former name. Either way the old address leads to the new
    one. Raises NotFound, and Refused when that is its name already.
    """
    before = held_record(session, organisation_id)
    new = squeeze(name)
    if new == before.name:
        raise Refused(f"Its name is “{new}” already; give the new name.")
    names = before.names
    if not is_correction:
        ends = [one.valid_until for one in names if one.kind is NameKind.FORMER and one.valid_until]
        last = on - timedelta(days=1)
        first = max(ends) + timedelta(days=1) if ends else None
        if first is not None and first > last:
            raise BadInput(
                f"It was renamed on {first.isoformat()} already; give a later day, or correct the"
                " former names first.",
                field="on",
            )
        names = (*names, Name(NameKind.FORMER, before.name, before.language, first, last))
    _save(session, replace(before, name=new, names=names), actor, reason)


def open_membership(
    session: Session,
    organisation_id: int,
    *,
    on: date,
    actor: Actor,
    precision: Precision = Precision.DAY,
    is_at_latest: bool = False,
    reason: str | None = None,
) -> None:
    """Make an organisation a member from the day `on`. Raises NotFound.

    Raises Refused when it is a member, was one on that day, was dissolved or leads to another.
    """
    before = held_record(session, organisation_id)
    if before.merged_into_id is not None or before.dissolved_on is not None:
        raise Refused(
            f"“{before.name}” has been dissolved or merged and cannot join; choose the organisation"
            " that followed it."
        )
    new = Membership(on, precision, is_at_latest)
    _save(session, replace(before, memberships=(*before.memberships, new)), actor, reason)


def end_membership(
    session: Session, organisation_id: int, *, on: date, reason: str, actor: Actor
) -> None:
    """End the running membership: `on` is the first day without it. Raises NotFound.

    Raises Refused when it has none, BadInput when no reason is given or `on` lies too early.
    """
    before = held_record(session, organisation_id)
    _save(session, _with_end(before, on=on, reason=_given(reason)), actor, reason)


def dissolve(
    session: Session,
    organisation_id: int,
    *,
    on: date,
    reason: str,
    actor: Actor,
    into_id: int | None = None,
) -> None:
    """Record that an organisation has ceased to be; a running membership ends on that day.

    into_id: the organisation that it became part of. Its record and page stay. Raises NotFound, and
    Refused when it has ended already.
    """
    take_turns(session)
    before = held_record(session, organisation_id)
    if before.dissolved_on is not None or before.merged_into_id is not None:
        raise Refused(f"“{before.name}” has been dissolved or merged already.")
    if into_id is not None:
        check_leads_on(session, before, into_id)
    ended = before
    if before.memberships and before.memberships[-1].ended_on is None:
        ended = _with_end(before, on=on, reason=_given(reason))
    _save(session, replace(ended, dissolved_on=on, merged_into_id=into_id), actor, _given(reason))


def set_parent(
    session: Session,
    organisation_id: int,
    parent_id: int | None,
    *,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Put an organisation under another, as a ministry under its state; None takes it out.

    Raises NotFound, and Refused when the other one stands under it, however far.
    """
    take_turns(session)
    before = held_record(session, organisation_id)
    if parent_id is not None:
        above = get_record(session, parent_id)
        if organisation_id in (parent_id, *ancestors_of(session, parent_id)):
            raise Refused(
                f"“{above.name}” stands under “{before.name}” itself; choose another, or take it"
                " out from under it first."
            )
        if above.merged_into_id is not None:
            raise Refused(f"“{above.name}” was merged into another; choose that one.")
        if above.delete_on is not None:
            raise Refused(f"“{above.name}” was deleted; restore it first, or choose another.")
    _save(session, replace(before, parent_id=parent_id), actor, reason)


def set_visibility(
    session: Session,
    organisation_id: int,
    field: str,
    level: Visibility | None,
    *,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Choose who may see a field; None goes back to what is usual for it.

    Raises NotFound, and BadInput for a field or level that cannot be chosen.
    """
    before = held_record(session, organisation_id)
    levels = {key: value for key, value in before.visibility.items() if key != field}
    if level is not None:
        check_visibility(field, level)
        levels[field] = level
    _save(session, replace(before, visibility=MappingProxyType(levels)), actor, reason)


def set_listed(
    session: Session,
    organisation_id: int,
    is_listed: bool,
    *,
    actor: Actor,
    reason: str | None = None,
) -> None:
    """Show an organisation to the public while it is a member, or do not. Raises NotFound.

    Raises BadInput for the duplicate of another: only that one is shown.
    """
    before = held_record(session, organisation_id)
    _save(session, replace(before, is_listed=is_listed), actor, reason)


def held_record(session: Session, organisation_id: int) -> OrganisationRecord:
    """The organisation as it is now, which nobody else changes until the transaction ends.

    Raises NotFound.
    """
    session.execute(
        select(Organisation.id).where(Organisation.id == organisation_id).with_for_update()
    )
    return get_record(session, organisation_id)


def check_leads_on(session: Session, record: OrganisationRecord, into_id: int) -> None:
    """Raises Refused when `record` cannot lead on to `into_id`, NotFound when that is not there."""
    target = get_record(session, into_id)
    if target.id == record.id:
        raise Refused("An organisation cannot be merged into itself; choose another.")
    if target.merged_into_id is not None:
        raise Refused(f"“{target.name}” was merged into another itself; choose that one.")
    if target.delete_on is not None:
        raise Refused(f"“{target.name}” was deleted; restore it first, or choose another.")


def take_turns(session: Session) -> None:
    """Wait until no other transaction is tying organisations to one another; held to the end."""
    session.execute(select(func.pg_advisory_xact_lock(_TIES_LOCK)))


def _with_end(before: OrganisationRecord, *, on: date, reason: str) -> OrganisationRecord:
    *earlier, last = before.memberships or (None,)
    if last is None or last.ended_on is not None:
        raise Refused(f"“{before.name}” is no member now, so there is nothing to end.")
    ended = replace(last, ended_on=on, end_reason=reason)
    return replace(before, memberships=(*(one for one in earlier if one), ended))


def _given(reason: str) -> str:
    told = squeeze(reason)
    if not told:
        raise BadInput("Say why it ends; the reason is kept with it.", field="reason")
    return told


def _save(session: Session, record: OrganisationRecord, actor: Actor, reason: str | None) -> None:
    if record.delete_on is not None:
        raise Refused(f"“{record.name}” was deleted; restore it before you change it.")
    save_organisations(session, [record], actor=actor, reason=reason)

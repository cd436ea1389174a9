"""Changing the sector taxonomy without losing what organisations were tagged with.

Retiring, merging and splitting tag every organisation anew in the same transaction and under one
cause, so that the whole is one thing in the history and can be taken back as one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import BadInput, Refused
from alliance.directory.models import OrganisationSector, Sector
from alliance.directory.operations.bulk.change_sets import (
    begin_change_set,
    cause_of_change_set,
    finish_change_set,
)
from alliance.directory.operations.saving import save_organisations
from alliance.directory.operations.wording import add_sector, change_entry, entry_document
from alliance.directory.queries.records import records_of

_BATCH = 2_000


def as_change_set(
    session: Session,
    act: str,
    sector_id: int,
    work: Callable[[str], int],
    *,
    actor: Actor,
    reason: str | None = None,
) -> int:
    """Do `work` under the cause it is given, as one change set; returns the change set's id.

    act: "retire", "merge" or "split"; work: returns how many organisations were tagged anew.
    """
    title = entry_document(session, "sector", sector_id)["names"]["en"]
    id = begin_change_set(
        session, f"{act}_sector", subject_kind="organisation", act={"sector": sector_id},
        actor=actor, title=title, reason=reason,
    )  # fmt: skip
    finish_change_set(session, id, count=work(cause_of_change_set(id)))
    return id


def tagged_with(session: Session, sector_id: int) -> list[int]:
    """The organisations that have this very sector, not one under it; by id."""
    return list(
        session.scalars(
            select(OrganisationSector.organisation_id)
            .where(OrganisationSector.sector_id == sector_id)
            .order_by(OrganisationSector.organisation_id)
        )
    )


def retire_sector(
    session: Session,
    sector_id: int,
    *,
    on: date,
    actor: Actor,
    into_ids: Sequence[int] = (),
    reason: str | None = None,
    cause: str | None = None,
) -> int:
    """Take a sector out of use; returns how many organisations were tagged anew.

    into_ids: the sectors that its organisations get instead; with none they keep the retired one,
    which is not offered any more. Raises NotFound, BadInput for a replacement that is retired or is
    the sector itself, and Refused while sectors in use lie under it.
    """
    if entry_document(session, "sector", sector_id).get("retired_on"):
        raise Refused("This sector has been retired already.")
    for id in into_ids:
        if id == sector_id or entry_document(session, "sector", id).get("retired_on"):
            raise BadInput("Choose sectors that are in use.", field="into")
    if _children(session, sector_id):
        raise Refused("Sectors in use lie under this one; move or retire them first.")
    change_entry(
        session, "sector", sector_id, {"retired_on": on}, actor=actor, reason=reason, cause=cause
    )
    if not into_ids:
        return 0
    return _retag(session, sector_id, lambda _: into_ids, actor, reason, cause)


def reinstate_sector(
    session: Session, sector_id: int, *, actor: Actor, reason: str | None = None
) -> None:
    """Take a retired sector into use again. Raises NotFound."""
    change_entry(session, "sector", sector_id, {"retired_on": None}, actor=actor, reason=reason)


def merge_sectors(
    session: Session,
    sector_id: int,
    into_id: int,
    *,
    on: date,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> int:
    """Make one sector of two: the first is retired and its organisations get the second.

    Its labels become other spellings of the second, so that search and imports go on to find it;
    sectors under it move along. Returns how many organisations were tagged anew.
    """
    gone = entry_document(session, "sector", sector_id)
    kept = entry_document(session, "sector", into_id)
    if sector_id == into_id:
        raise BadInput("Choose another sector to merge it into.", field="into")
    for child in _children(session, sector_id):
        change_entry(
            session, "sector", child, {"parent_id": into_id},
            actor=actor, reason=reason, cause=cause,
        )  # fmt: skip
    spellings = [*kept.get("aliases", ()), *gone["names"].values(), *gone.get("aliases", ())]
    change_entry(
        session, "sector", into_id, {"aliases": spellings}, actor=actor, reason=reason, cause=cause
    )
    return retire_sector(
        session, sector_id, on=on, actor=actor, into_ids=[into_id], reason=reason, cause=cause
    )


def split_sector(
    session: Session,
    sector_id: int,
    parts: Sequence[Mapping[str, str]],
    *,
    chosen: Mapping[int, Sequence[int]],
    on: date,
    actor: Actor,
    reason: str | None = None,
    cause: str | None = None,
) -> tuple[list[int], int]:
    """Make several sectors of one; returns their ids and how many organisations were tagged anew.

    parts: the labels of each new sector by language. chosen: which parts, counted from 0, an
    organisation gets; one that is not named gets all of them. The old sector is retired.
    """
    if len(parts) < 2:
        raise BadInput("Give the names of at least two sectors.", field="parts")
    parent_id = entry_document(session, "sector", sector_id).get("parent_id")
    ids = [
        add_sector(
            session, names=names, parent_id=parent_id, actor=actor, reason=reason, cause=cause
        )
        for names in parts
    ]
    retire_sector(session, sector_id, on=on, actor=actor, reason=reason, cause=cause)

    def wanted(organisation_id: int) -> list[int]:
        asked = chosen.get(organisation_id, range(len(ids)))
        if any(not 0 <= part < len(ids) for part in asked):
            raise BadInput("Choose among the new sectors.", field="parts")
        return [ids[part] for part in asked]

    return ids, _retag(session, sector_id, wanted, actor, reason, cause)


def _children(session: Session, sector_id: int) -> Sequence[int]:
    return session.scalars(
        select(Sector.id).where(Sector.parent_id == sector_id, Sector.retired_on.is_(None))
    ).all()


def _retag(
    session: Session,
    sector_id: int,
    instead: Callable[[int], Sequence[int]],
    actor: Actor,
    reason: str | None,
    cause: str | None,
) -> int:
    ids = tagged_with(session, sector_id)
    for start in range(0, len(ids), _BATCH):
        known = records_of(session, ids[start : start + _BATCH])
        save_organisations(
            session,
            [
                replace(
                    one,
                    sectors=tuple(sorted({*one.sectors, *instead(id)} - {sector_id})),
                )
                for id, one in known.items()
            ],
            actor=actor,
            reason=reason,
            cause=cause,
        )
    return len(ids)

"""Change sets: what was done to many records as one act, remembered by one row."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from alliance.audit.operations import tidy_reason
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.directory.models import ChangeSet
from alliance.directory.operations.bulk.looking import LeftOut


def begin_change_set(
    session: Session,
    kind: str,
    *,
    subject_kind: str,
    act: Mapping[str, Any],
    actor: Actor,
    title: str = "",
    reason: str | None = None,
) -> int:
    """Make the change set under whose cause all that follows is noted; returns its id.

    kind: such as bulk_edit or merge_sectors; act: what is done, as JSON values; title: a name for
    it, where kind and act do not tell enough. Whoever does the work calls `finish_change_set`.
    Raises BadInput for a reason that cannot be kept.
    """
    made = ChangeSet(
        kind=kind,
        title=title,
        subject_kind=subject_kind,
        act=dict(act),
        reason=tidy_reason(reason),
        at=clock.now(),
        account_id=actor.id,
        account_name=actor.name,
        count=0,
        refused_count=0,
        refused=[],
    )
    session.add(made)
    session.flush()
    return made.id


def cause_of_change_set(change_set_id: int) -> str:
    """How history entries name a change set as their cause."""
    return f"change_set:{change_set_id}"


def finish_change_set(
    session: Session,
    change_set_id: int,
    *,
    count: int,
    refused: Sequence[LeftOut] = (),
    refused_count: int | None = None,
) -> None:
    """Say how many records the change set has changed, and which it left out."""
    session.execute(
        update(ChangeSet)
        .where(ChangeSet.id == change_set_id)
        .values(
            count=count,
            refused=[asdict(one) for one in refused],
            refused_count=len(refused) if refused_count is None else refused_count,
        )
    )

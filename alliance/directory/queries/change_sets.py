"""Change sets as pages list and show them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.core.errors import NotFound
from alliance.directory.models import ChangeSet

_TABLE: Any = ChangeSet.__table__.c


def change_sets(session: Session, *, before: int | None = None, limit: int = 50) -> Sequence[Any]:
    """The newest change sets, as rows of all columns; only those older than `before`."""
    asked = select(ChangeSet.__table__).order_by(_TABLE.id.desc()).limit(limit)
    return session.execute(asked if before is None else asked.where(_TABLE.id < before)).all()


def get_change_set(session: Session, change_set_id: int) -> Any:
    """One change set as a row of all columns. Raises NotFound."""
    found = session.execute(
        select(ChangeSet.__table__).where(_TABLE.id == change_set_id)
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no change set {change_set_id}.")
    return found

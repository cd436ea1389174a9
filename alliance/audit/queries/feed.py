"""The feed of changes: which records were touched, in the order in which it was committed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from alliance.audit.models import Change, Clock
from alliance.core.errors import BadInput

# The clock that numbers the feed.
FEED = "workspace"
_TABLE: Any = Change.__table__.c


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the feed: behind one row, or behind all of `version` when no row is named."""

    version: int
    kind: str | None = None
    id: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """The place that `str` told, e.g. "41" or "41.contact.7". Raises BadInput."""
        version, *rest = text.split(".")
        kind, id = rest if len(rest) == 2 else (None, None)
        numbers = [version] if id is None else [version, id]
        fits = all(one.isascii() and one.isdigit() and len(one) < 19 for one in numbers)
        if not fits or len(rest) not in (0, 2) or kind == "":
            raise BadInput(
                "This is no place in the feed; give the one that came with the last page, or 0.",
                field="after",
            )
        return cls(int(version), kind, int(id) if id is not None else None)

    def __str__(self) -> str:
        """The place as text for an address."""
        return str(self.version) if self.kind is None else f"{self.version}.{self.kind}.{self.id}"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One record that was touched. action: saved, removed or people."""

    version: int
    kind: str
    id: int
    action: str

    @property
    def cursor(self) -> Cursor:
        """The place behind this row."""
        return Cursor(self.version, self.kind, self.id)


def feed_version(session: Session) -> int:
    """The number of the last change; 0 when there was none."""
    found = session.execute(select(Clock.version).where(Clock.subject == FEED)).scalar()
    return int(found or 0)


def changes_after(
    session: Session,
    after: Cursor | int,
    *,
    kinds: Collection[str] | None = None,
    limit: int = 1000,
) -> list[ChangeRow]:
    """At most `limit` rows behind `after`, ordered by (version, kind, id).

    Going on from the last row's `cursor` leaves nothing out, also in the middle of a version.
    kinds: only records of these kinds.
    """
    place = Cursor(after) if isinstance(after, int) else after
    asked = select(_TABLE.version, _TABLE.subject_kind, _TABLE.subject_id, _TABLE.action)
    if place.kind is None:
        asked = asked.where(_TABLE.version > place.version)
    else:
        row = tuple_(_TABLE.version, _TABLE.subject_kind, _TABLE.subject_id)
        asked = asked.where(row > (place.version, place.kind, place.id))
    if kinds is not None:
        asked = asked.where(_TABLE.subject_kind.in_(sorted(kinds)))
    ordered = asked.order_by(_TABLE.version, _TABLE.subject_kind, _TABLE.subject_id)
    return [ChangeRow(*row) for row in session.execute(ordered.limit(limit))]


def touched_since(session: Session, version: int, kind: str, *, limit: int) -> Sequence[int] | None:
    """The records of one kind touched after `version`, each once; None when more than `limit`."""
    found = session.execute(
        select(_TABLE.subject_id)
        .where(_TABLE.subject_kind == kind, _TABLE.version > version)
        .distinct()
        .limit(limit + 1)
    )
    ids = [row[0] for row in found]
    return sorted(ids) if len(ids) <= limit else None

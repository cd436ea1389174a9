"""What was done, for programs that watch it: entries of the history."""

from datetime import date, datetime, time
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.visible import visible
from alliance.api.private import PrivateBlueprint, of
from alliance.api.records import Slugs, worded_changes
from alliance.api.schemas.history import HistoryPage, HistoryQuery
from alliance.api.writing import Answer, Asked
from alliance.audit.queries import HistoryCriteria, entries_after
from alliance.core.settings import alliance_settings
from alliance.directory.queries.keyset import sector_slugs

resource = PrivateBlueprint(
    "history",
    __name__,
    url_prefix="/api/v1/history",
    description="Who did what to which record. Needs a token.",
)


@resource.private(
    "GET",
    "",
    name="listHistory",
    needs=of(Permission.SEE_HISTORY),
    query=HistoryQuery,
    answer=HistoryPage,
)
def list_entries(session: Session, asked: Asked) -> Answer:
    """List entries of the history.

    Oldest first, by `id`. An entry with a smaller `id` may be stored a moment after one with a
    greater; to keep a copy of records true, follow `/api/v1/changes` instead.
    """
    query = asked.query
    criteria = HistoryCriteria(
        actor_name=query.get("actor_name"),
        subject_kind=query.get("subject_kind"),
        subject_id=query.get("subject_id"),
        action=query.get("action"),
        cause=query.get("cause"),
        since=_midnight(session, query.get("since")),
        until=_midnight(session, query.get("until")),
    )
    limit: int = query["limit"]
    entries = entries_after(session, criteria, after=query["after"], at_once=limit + 1)
    found = list(islice(entries, limit + 1))
    slugs = sector_slugs(session)
    told = (_item(entry, asked, slugs) for entry in found[:limit])
    # What only touches hidden fields looks the same as what is not there.
    items = [item for item, entry in zip(told, found, strict=False) if _is_shown(item, entry)]
    return Answer({"items": items, "next": found[limit - 1].id if len(found) > limit else None})


def _item(entry: Any, asked: Asked, slugs: Slugs) -> dict[str, Any]:
    changes = visible(entry.subject_kind, entry.changes, asked.caller.permissions)
    told = {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor_kind": entry.actor_kind,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "subject_name": entry.subject_name,
        "changes": worded_changes(entry.subject_kind, changes, slugs),
    }
    given = {"reason": entry.reason, "cause": entry.cause}
    return told | {name: value for name, value in given.items() if value}


def _is_shown(item: dict[str, Any], entry: Any) -> bool:
    return bool(item["changes"]) or not entry.changes


def _midnight(session: Session, day: date | None) -> datetime | None:
    """When a day begins where the alliance is."""
    if day is None:
        return None
    return datetime.combine(day, time.min, tzinfo=alliance_settings(session).zone)

"""Two have changed the same record: both answers, field by field, and a choice for each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from alliance.accounts.rules.visible import visible
from alliance.audit.queries import HistoryCriteria, entries_matching
from alliance.web.guards import present_permissions
from alliance.web.staff.values import moment

_ENTRIES_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One field as it was, as it is by others, and as it was typed; for components/conflict.html.

    keep: "yours" or "theirs", which is chosen at first. clashes: both have changed it. who changed
    it last, when in words, day as ISO; "" where only the writer did.
    """

    key: str
    label: str
    base: str
    theirs: str
    yours: str
    keep: str
    clashes: bool
    who: str = ""
    when: str = ""
    day: str = ""


def without_theirs(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes but for the fields of which the writer chose the other's answer."""
    return {
        field: value
        for field, value in changes.items()
        if request.form.get(f"keep-{field}") != "theirs"
    }


def authors_of(
    session: Session, kind: str, id: int, fields: Collection[str]
) -> dict[str, dict[str, str]]:
    """Who changed each field last, and when: `who`, `when`, `day` of a row, by field."""
    criteria = HistoryCriteria(subject_kind=kind, subject_id=id, fields=tuple(fields))
    found: dict[str, dict[str, str]] = {}
    for entry in entries_matching(session, criteria, limit=_ENTRIES_LOOKED_AT) if fields else ():
        told = {"who": entry.actor_name, "when": moment(entry.at), "day": entry.at.isoformat()}
        for field in visible(kind, entry.changes, present_permissions()):
            found.setdefault(field, told)
    return found

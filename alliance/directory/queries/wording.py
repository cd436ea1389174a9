"""Reading what the closed lists hold, how often entries are used, and how they came to be."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alliance.audit.models import Entry
from alliance.directory.models import Organisation, OrganisationSector

_KEPT_IN_VIEW = 100


def entry_history(session: Session, kind: str, name: str) -> Sequence[Entry]:
    """What was done to an entry of a list, or to a setting, newest first, at most 100 entries.

    name: its code, the slug of a sector, or the key of a setting.
    """
    return session.scalars(
        select(Entry)
        .where(Entry.subject_kind == kind, Entry.subject_name == name)
        .order_by(Entry.id.desc())
        .limit(_KEPT_IN_VIEW)
    ).all()


def settings_history(session: Session) -> Sequence[Entry]:
    """What was done to the alliance's settings, newest first, at most 100 entries."""
    return session.scalars(
        select(Entry)
        .where(Entry.subject_kind == "setting", Entry.subject_id == 0)
        .order_by(Entry.id.desc())
        .limit(_KEPT_IN_VIEW)
    ).all()


def uses(session: Session, kind: str) -> dict[str | int, int]:
    """How many organisations have each entry of a list, by its key; {} for lists of people."""
    columns = {
        "category": Organisation.category,
        "body_kind": Organisation.body_kind,
        "country": Organisation.country,
        "sector": OrganisationSector.sector_id,
    }
    column = columns.get(kind)
    if column is None:
        return {}
    counted = select(column, func.count()).where(column.is_not(None)).group_by(column)
    return {key: number for key, number in session.execute(counted) if key is not None}

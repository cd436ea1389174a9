"""Which day a request is about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.clock import today
from alliance.core.settings import alliance_settings
from alliance.directory.queries.snapshots import DirectoryState


def day_asked(arguments: Mapping[str, Any], state: DirectoryState) -> date:
    """`as_of` where it is given, else today where the alliance is."""
    asked: date | None = arguments.get("as_of")
    return asked or today(state.settings.zone)


def present_day(session: Session) -> date:
    """Today where the alliance is."""
    return today(alliance_settings(session).zone)

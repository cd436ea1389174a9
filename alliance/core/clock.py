"""The only place that asks the time; everywhere else `today` or an instant is passed in."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: ZoneInfo) -> date:
    """The present day in `zone`, the alliance's own zone unless a person's is meant."""
    return now().astimezone(zone).date()

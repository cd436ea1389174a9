"""The filters of the history, as its address holds them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from alliance.accounts.permissions import HIDDEN_FIELDS, Permission
from alliance.audit.queries import HistoryCriteria
from alliance.core.text import fold
from alliance.web.languages import gettext
from alliance.web.numbers import whole_number
from alliance.web.staff.labels import field_label, known_fields

# The parameters in the order of the form.
NAMES = ("who", "kind", "id", "action", "field", "from", "to", "cause")
_LONGEST = 200
_KINDS_WITH_FIELDS = ("organisation", "contact", "affiliation", "account", "sector", "setting")


@dataclass(frozen=True)
class Filters:
    """What was asked for. values: as typed, by parameter; errors: by parameter, in words.

    is_impossible: nothing can fit, as when only hidden fields are asked for.
    """

    criteria: HistoryCriteria
    values: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    is_impossible: bool = False

    @property
    def active(self) -> dict[str, str]:
        """The parameters that are filled."""
        return {name: value for name, value in self.values.items() if value}


def asked_for(
    given: Mapping[str, str], zone: ZoneInfo, permissions: Collection[Permission]
) -> Filters:
    """The filters of an address or form. Days are those of `zone`, both included."""
    values = {name: given.get(name, "").strip()[:_LONGEST] for name in NAMES}
    errors = {
        name: gettext(
            "The search holds a control character or another sign that no name has; delete it."
        )
        for name, value in values.items()
        if "\0" in value
    }
    fields = _fields(values["field"], permissions)
    until = _day("to", values, errors)
    criteria = HistoryCriteria(
        actor_name=values["who"] or None,
        subject_kind=values["kind"] or None,
        subject_id=_number("id", values, errors),
        action=values["action"] or None,
        cause=values["cause"] or None,
        fields=fields,
        since=_begin(_day("from", values, errors), zone),
        until=_begin(until + timedelta(days=1) if until else None, zone),
    )
    if criteria.since and criteria.until and criteria.since >= criteria.until:
        errors["to"] = gettext("This day lies before the first one; choose a later day.")
    return Filters(criteria, values, errors, bool(values["field"]) and not fields)


def hidden_anywhere(permissions: Collection[Permission]) -> frozenset[str]:
    """Fields that these permissions may not see in some kind of record."""
    return frozenset(
        name
        for fields in HIDDEN_FIELDS.values()
        for name, needed in fields.items()
        if needed not in permissions
    )


def _fields(text: str, permissions: Collection[Permission]) -> tuple[str, ...]:
    """The fields whose name, as pages show it or as documents do, holds the text.

    Hidden ones are left out: that a field was changed would tell something of it.
    """
    if not text:
        return ()
    wanted = fold(text)
    found = {
        name
        for kind in _KINDS_WITH_FIELDS
        for name in known_fields(kind)
        if wanted in fold(field_label(kind, name)) or wanted in name
    }
    return tuple(sorted((found or {text}) - hidden_anywhere(permissions)))


def _number(name: str, values: Mapping[str, str], errors: dict[str, str]) -> int | None:
    text = values[name]
    if not text:
        return None
    number = whole_number(text)
    if number is None:
        errors[name] = gettext("This is no number; give the number of the record.")
    return number


def _day(name: str, values: Mapping[str, str], errors: dict[str, str]) -> date | None:
    text = values[name]
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None or not 1900 < day.year < 2200:
        errors[name] = gettext("This is no day; write it like 2026-01-31.")
        return None
    return day


def _begin(day: date | None, zone: ZoneInfo) -> Any:
    return datetime.combine(day, time(), zone) if day else None

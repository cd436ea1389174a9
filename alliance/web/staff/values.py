"""Values of fields as people read them: from documents and history entries to words."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime

from alliance.core.actor import SYSTEM
from alliance.directory.rules.reference import label_of
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state
from alliance.web.public.wording import name_kind, short_day
from alliance.web.staff.labels import field_label

_NOTHING: tuple[Any, ...] = (None, "", [], {}, ())


def value_text(subject_kind: str, field: str, value: Any) -> str:
    """The value of a field in the reader's language, on one line; codes and days in words."""
    if value in _NOTHING:
        return gettext("nothing")
    tell = _TELLERS.get((subject_kind, field)) or _TELLERS.get(("", field)) or _plain
    try:
        return tell(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        # History remembers values as they once were; what has no such shape is told as it is.
        return _plain(value)


def is_nothing(value: Any) -> bool:
    """Whether a value says nothing, as an empty field does."""
    return value in _NOTHING


def moment(at: datetime) -> str:
    """An instant as tables show it, in the alliance's zone: “9 Jan 2027, 14:05”."""
    return _moment(at.astimezone(directory_state().settings.zone), language())


def doer(name: str) -> str:
    """Who did something, as tables name him; the service itself in the reader's language."""
    return gettext("the service") if name == SYSTEM.name else name


def list_text(texts: Sequence[str]) -> str:
    """Several texts as one, joined as the reader's language joins them."""
    return gettext(", ").join(texts)


@lru_cache(maxsize=4096)
def _moment(at: datetime, code: str) -> str:
    return format_datetime(at, "d MMM y, HH:mm", locale=code, tzinfo=at.tzinfo or UTC)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Mapping):
        parts = [(str(key), one) for key, one in value.items() if one not in _NOTHING]
        return list_text([f"{key.replace('_', ' ')}: {_plain(one)}" for key, one in parts])
    if isinstance(value, list | tuple):
        return list_text([_plain(one) for one in value])
    return str(value)


def _day(value: str) -> str:
    return short_day(date.fromisoformat(value), language())


def _term(lists: str) -> Callable[[Any], str]:
    def tell(code: Any) -> str:
        known = getattr(directory_state().reference, lists)
        return label_of(known[code].names, language()) if code in known else str(code)

    return tell


def _each(tell: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda values: list_text([tell(one) for one in values])


def language_name(code: str) -> str:
    """What a language is called, by its code."""
    return _language_name(code, language())


@lru_cache(maxsize=2_000)
def _language_name(code: str, reader: str) -> str:
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name(reader)
    except (ValueError, UnknownLocaleError):
        name = None
    return name or code


def _membership(one: Mapping[str, Any]) -> str:
    first = short_day(date.fromisoformat(one["joined_on"]), language(), one["precision"])
    if one.get("ended_on") is None:
        return gettext("from %(first)s", first=first)
    return gettext("from %(first)s until %(last)s", first=first, last=_day(one["ended_on"]))


def _name(one: Mapping[str, Any]) -> str:
    name = f"\u2068{one['text']}\u2069"
    return gettext("%(name)s (%(kind)s)", name=name, kind=name_kind(one["kind"]))


def _identifier(one: Mapping[str, Any]) -> str:
    return f"{_term('schemes')(one['scheme'])} {one['value']}"


def _visibility(levels: Mapping[str, str]) -> str:
    return list_text(
        [f"{field_label('organisation', f)}: {level_name(one)}" for f, one in levels.items()]
    )


def level_name(level: str) -> str:
    """Who may see a field, in words."""
    words = {
        "public": gettext("everybody"),
        "portal": gettext("members"),
        "secretariat": gettext("the secretariat"),
    }
    return words.get(level, level)


def _wordings(names: Mapping[str, str]) -> str:
    return list_text([f"{name} ({code})" for code, name in names.items()])


_TELLERS: Mapping[tuple[str, str], Callable[[Any], str]] = {
    **{
        ("", field): _day
        for field in (
            "dissolved_on",
            "archived_on",
            "delete_on",
            "started_on",
            "ended_on",
            "retired_on",
        )
    },
    ("", "language"): language_name,
    ("", "category"): _term("categories"),
    ("", "body_kind"): _term("body_kinds"),
    ("", "country"): _term("countries"),
    ("", "countries"): _each(_term("countries")),
    ("organisation", "sectors"): _each(_term("sectors")),
    ("organisation", "memberships"): _each(_membership),
    ("organisation", "names"): _each(_name),
    ("organisation", "identifiers"): _each(_identifier),
    ("organisation", "domains"): _each(lambda one: str(one["domain"])),
    ("organisation", "visibility"): _visibility,
    ("contact", "addresses"): _each(lambda one: str(one["email"])),
    ("affiliation", "role"): _term("roles"),
    **{(kind, "names"): _wordings for kind in ("sector", "category", "country", "body_kind")},
    **{(kind, "plurals"): _wordings for kind in ("sector", "category")},
}

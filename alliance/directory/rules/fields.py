"""Checks of single fields that the documents share, and how their errors are told."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from babel import Locale

from alliance.core.errors import BadInput
from alliance.core.text import squeeze

EARLIEST, LATEST = date(1800, 1, 1), date(2200, 1, 1)
_LANGUAGE = re.compile(
    "([a-z]{2,3})(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|[0-9]{3}))?(-[0-9a-z]{4,8})?",
)


class BadRecord(BadInput):
    """One of several records cannot be stored; the message begins with its name.

    `position` counts the given records from 0; `problem` is the message without the name.
    """

    def __init__(self, error: BadInput, *, name: str, position: int) -> None:
        super().__init__(f"{_called(name, position)}: {error.message}", field=error.field)
        self.problem = error.message
        self.position = position


def _called(name: str, position: int) -> str:
    try:
        shown = squeeze(name)
    except BadInput:
        shown = ""
    if not shown:
        return f"Record {position + 1}"
    return f"“{shown[:60]}…”" if len(shown) > 60 else f"“{shown}”"


def checked(field: str, check: Callable[[str], str], text: str) -> str:
    """What `check` makes of `text`. Raises its BadInput with the field's name before the words."""
    try:
        return check(text)
    except BadInput as error:
        raise BadInput(f"{label(field)}: {error.message}", field=field) from None


def label(field: str) -> str:
    """A field's name as words, e.g. "Job title" for `job_title`."""
    return field.replace("_", " ").capitalize()


def tidy_text(field: str, text: str | None, *, longest: int, lines: bool = False) -> str | None:
    """The text as it is stored, None when nothing is left. Raises BadInput naming the field."""
    if text is None:
        return None
    try:
        return squeeze(text, max_length=longest, lines=lines) or None
    except BadInput as error:
        raise BadInput(f"{label(field)}: {error.message}", field=field) from None


def tidy_name(field: str, text: str, *, longest: int) -> str:
    """A name that must be given. Raises BadInput naming the field."""
    name = tidy_text(field, text, longest=longest)
    if name is None:
        raise BadInput(f"{label(field)}: give a name.", field=field)
    return name


@lru_cache(maxsize=256)
def language_code(text: str) -> str:
    """A language by its code (BCP 47), e.g. "pt-BR" for "PT_br". Raises BadInput."""
    parts = squeeze(text).replace("_", "-").split("-")
    code = "-".join([parts[0].lower(), *(_subtag(part) for part in parts[1:])])
    found = _LANGUAGE.fullmatch(code)
    if found is None or found[1] not in _languages():
        raise BadInput(f"There is no language “{text[:40]}”; give its code, such as en or ar.")
    return code


def _subtag(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(Locale("en").languages)


def zone_name(text: str) -> str:
    """A time zone by its name in the IANA list. Raises BadInput."""
    zone = squeeze(text)
    if zone not in _zones():
        raise BadInput(f"There is no time zone “{zone[:40]}”; give one such as Europe/London.")
    return zone


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def check_day(field: str, day: date | None) -> None:
    """Raises BadInput when a day lies outside the years that can be meant."""
    if day is not None and not EARLIEST <= day < LATEST:
        raise BadInput(
            f"{label(field)}: {day.isoformat()} cannot be meant; give a day between 1800 and 2200.",
            field=field,
        )


def check_order(field: str, first: date | None, last: date | None, words: str) -> None:
    """Raises BadInput with `words` when `last` lies before `first`; None is open."""
    if first is not None and last is not None and last < first:
        raise BadInput(f"{label(field)}: {words}", field=field)

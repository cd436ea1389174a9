"""Facts of the directory in words of the visitor's language."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date
from babel.numbers import format_decimal

from alliance.web.languages import gettext

_PATTERNS = {"month": "LLLL y", "year": "y"}


@lru_cache(maxsize=4096)
def day_text(day: date, language: str, precision: str = "day") -> str:
    """A day as people write it, as exact as it is known: “5 December 2012”, “2012”."""
    pattern = _PATTERNS.get(precision, "d MMMM y")
    return format_date(day, pattern, locale=language)


@lru_cache(maxsize=4096)
def short_day(day: date, language: str, precision: str = "day") -> str:
    """As `day_text`, with the month abbreviated, for tables: “5 Dec 2012”."""
    patterns = {"month": "LLL y", "year": "y"}
    return format_date(day, patterns.get(precision, "d MMM y"), locale=language)


@lru_cache(maxsize=4096)
def number_text(number: int, language: str) -> str:
    """A count with separators: “10,000”."""
    return format_decimal(number, locale=language)


@lru_cache(maxsize=8192)
def member_since(day: date, precision: str, is_at_latest: bool, language: str) -> str:
    """Since when an organisation is a member, never more exact than it is known."""
    told = day_text(day, language, precision)
    if is_at_latest:
        return gettext("Member by %(when)s at the latest", when=told)
    return gettext("Member since %(when)s", when=told)


@lru_cache(maxsize=8192)
def short_since(day: date, precision: str, is_at_latest: bool, language: str) -> str:
    """As `member_since`, for a column that is headed so."""
    told = short_day(day, language, precision)
    return gettext("%(when)s at the latest", when=told) if is_at_latest else told


def name_kind(kind: str) -> str:
    """What a further name is, in one or two words."""
    words = {
        "short": gettext("short name"),
        "acronym": gettext("acronym"),
        "former": gettext("former name"),
        "translation": gettext("translated name"),
        "latin": gettext("name in Latin letters"),
        "trading": gettext("trading name"),
        "country": gettext("country"),
        "sector": gettext("sector"),
        "description": gettext("description"),
    }
    return words.get(kind, kind)

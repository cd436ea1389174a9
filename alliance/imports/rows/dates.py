"""Days as people write them; what can be read in two ways is read in neither."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from alliance.directory.rules.records import Precision
from alliance.imports.fields import folded_heading

_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９", "0123456789" * 3)
_YEAR = re.compile(r"(\d{4})")
_YEARS = re.compile(r"(\d{4})\s*(?:[-–—/]|to|until)\s*(?:\d{4}|1[3-9]|[2-9]\d)")
_ISO = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"
    r"(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_ISO_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
_IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|\.|er|º|de)?\s+)?(?:de\s+)?(\w+)\.?,?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?:de\s+|del\s+)?(\d{4})"
)
_MONTHS = (
    "january jan janvier janv enero ene januar janner janeiro يناير كانون الثاني",
    "february feb fevrier fevr febrero februar fevereiro فبراير شباط",
    "march mar mars marzo marz marco مارس اذار",
    "april apr avril avr abril abr ابريل نيسان",
    "may mai mayo maio مايو ايار",
    "june jun juin junio juni junho يونيو حزيران",
    "july jul juillet juil julio juli julho يوليو تموز",
    "august aug aout agosto ago اغسطس اب",
    "september sep sept septembre septiembre setembro سبتمبر ايلول",
    "october oct octobre octubre oktober okt outubro اكتوبر",
    "november nov novembre noviembre novembro نوفمبر",
    "december dec decembre diciembre dic dezember dez dezembro ديسمبر",
)
_MONTH_BY_NAME = {
    folded_heading(name): number
    for number, names in enumerate(_MONTHS, start=1)
    for name in names.split()
}


class Order(StrEnum):
    """Which number comes first in dates such as 03/04/2024."""

    DAY = "day"
    MONTH = "month"
    UNKNOWN = "unknown"


class UnclearDay(ValueError):
    """A text that is no day, an impossible one, or one that can be read in two ways."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day and how much of it was given; a year or month stands for its first day."""

    on: date
    precision: Precision


def order_of(texts: Iterable[str]) -> Order:
    """What a whole column says about its dates: a number above twelve can only be the day."""
    has_day_first = has_month_first = False
    for text in texts:
        found = _NUMBERS.fullmatch(text.strip().translate(_DIGITS))
        if found and found[2] != ".":
            has_day_first = has_day_first or int(found[1]) > 12
            has_month_first = has_month_first or int(found[3]) > 12
    if has_day_first == has_month_first:
        return Order.UNKNOWN
    return Order.DAY if has_day_first else Order.MONTH


def read_day(text: str, order: Order = Order.UNKNOWN) -> Day:
    """The day that a text names. Raises UnclearDay with words that say how to write it."""
    plain = text.strip().translate(_DIGITS)
    if found := _YEAR.fullmatch(plain) or _YEARS.fullmatch(plain):
        return _day(text, found[1], 1, 1, Precision.YEAR)
    if found := _ISO.fullmatch(plain):
        return _day(text, found[1], found[2], found[3], Precision.DAY)
    if found := _ISO_MONTH.fullmatch(plain):
        return _day(text, found[1], found[2], 1, Precision.MONTH)
    if found := _MONTH_FIRST.fullmatch(plain):
        return _day(text, found[2], found[1], 1, Precision.MONTH)
    if found := _CHINESE.fullmatch(plain):
        precision = Precision.DAY if found[3] else Precision.MONTH
        return _day(text, found[1], found[2], found[3] or 1, precision)
    if found := _NUMBERS.fullmatch(plain):
        return _from_numbers(text, found, order)
    if found := _IN_WORDS.fullmatch(folded_dots(plain)):
        month = _MONTH_BY_NAME.get(folded_heading(found[2]))
        if month and not (found[1] and found[3]):
            day = found[1] or found[3]
            precision = Precision.DAY if day else Precision.MONTH
            return _day(text, found[4], month, day or 1, precision)
    raise UnclearDay(
        f"“{text[:40]}” is not a date. Write it as YYYY-MM-DD, for example 2024-04-03."
    )


def folded_dots(text: str) -> str:
    """Lower case with single blanks, as the pattern of dates in words expects."""
    return " ".join(text.casefold().split())


def _from_numbers(text: str, found: re.Match[str], order: Order) -> Day:
    first, second = int(found[1]), int(found[3])
    if len(found[4]) == 2:
        raise UnclearDay(
            f"The year of “{text}” has two digits. Write the date as YYYY-MM-DD, for example"
            f" 20{found[4]}-04-03."
        )
    if first > 12 or found[2] == ".":
        order = Order.DAY
    elif second > 12:
        order = Order.MONTH
    elif order is Order.UNKNOWN and first != second:
        raise UnclearDay(
            f"“{text}” may be {_written(found[4], second, first)} or"
            f" {_written(found[4], first, second)}. Write it as"
            f" {found[4]}-{second:02}-{first:02} or {found[4]}-{first:02}-{second:02}."
        )
    day, month = (second, first) if order is Order.MONTH else (first, second)
    return _day(text, found[4], month, day, Precision.DAY)


def _written(year: str, month: int, day: int) -> str:
    names = "January February March April May June July August September October November December"
    return f"{day} {names.split()[month - 1]} {year}"


def _day(text: str, year: str, month: int | str, day: int | str, precision: Precision) -> Day:
    try:
        on = date(int(year), int(month), int(day))
    except ValueError:
        raise UnclearDay(
            f"There is no day “{text}”. Correct it, and write it as YYYY-MM-DD."
        ) from None
    if not _FIRST_YEAR <= on.year <= _LAST_YEAR:
        raise UnclearDay(
            f"The year {on.year} cannot be right. Correct it; years from {_FIRST_YEAR} to"
            f" {_LAST_YEAR} are read."
        )
    return Day(on, precision)

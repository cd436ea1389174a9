"""What may stand in a query: each parameter with its kind, its bounds and words for a wrong one."""

import re
import unicodedata
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, validate

from alliance.api.schemas.common import Strict
from alliance.directory.rules.searching import LONGEST_QUERY

MOST_ITEMS: Final = 500
USUAL_ITEMS: Final = 100
LARGEST_ID: Final = 2**63 - 1
MOST_VALUES: Final = 50

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DIGITS = re.compile(r"[0-9]{1,19}")
# The characters that no name can hold, as `core.text` refuses them.
TYPED: Final = (
    r"^[^\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069"
    r"\ufdd0-\ufdef\ufffd-\uffff]*$"
)


class Day(fields.Field[date]):
    """A day written YYYY-MM-DD and in no other way."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        raise ValidationError(
            lazy_gettext(
                "`%(name)s` is a day written as YYYY-MM-DD, for example 2024-06-30.", name=attr
            )
        )


class WholeNumber(fields.Field[int]):
    """A whole number within bounds, in plain digits."""

    def __init__(self, *, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least, self.most = least, most
        self.metadata = {**self.metadata, "minimum": least, "maximum": most}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if _DIGITS.fullmatch(value) and self.least <= int(value) <= self.most:
            return int(value)
        raise ValidationError(
            lazy_gettext(
                "`%(name)s` is a whole number from %(least)s to %(most)s.",
                name=attr,
                least=self.least,
                most=self.most,
            )
        )


class Words(fields.String):
    """Words to search for. Text of which nothing can be seen counts as left out."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        is_seen = any(unicodedata.category(letter)[0] in "LNPS" for letter in value)
        # Characters that no text may hold are left in, for the search to refuse them in words.
        return value if is_seen or not re.match(TYPED, value) else ""


def choice(description: str, example: str) -> fields.List[str]:
    """Several values of which any will do."""
    return fields.List(
        fields.String(),
        validate=validate.Length(max=MOST_VALUES),
        metadata={
            "description": f"{description} May be repeated: any of the values will do.",
            "example": [example],
        },
    )


def limit_of(what: str) -> WholeNumber:
    """How long a page may be."""
    return WholeNumber(
        least=1,
        most=MOST_ITEMS,
        load_default=USUAL_ITEMS,
        metadata={"description": f"How many {what} to send at most.", "example": 25},
    )


def after_of(what: str) -> WholeNumber:
    """Where a page begins."""
    return WholeNumber(
        least=0,
        most=LARGEST_ID,
        load_default=0,
        metadata={
            "description": f"Only {what} with a greater `id`: the value of `next` in the page"
            " before.",
            "example": 17,
        },
    )


class NoQuery(Strict):
    """Nothing."""


class DayQuery(Strict):
    """A day, and nothing else."""

    as_of = Day(
        metadata={
            "description": "The directory as it stood on this day; today in the alliance's own time"
            " zone when it is left out.",
            "example": "2024-06-30",
        }
    )


class OrganisationQuery(DayQuery):
    """Which organisations are wanted, and how many at a time."""

    q = Words(
        metadata={
            "description": "Words to search for in names, countries, sectors and descriptions."
            " Beginnings of words, spellings without accents and other scripts will do.",
            "maxLength": LONGEST_QUERY,
            "pattern": TYPED,
            "example": "water",
        }
    )
    category = choice("Only members of this category, by code.", "company")
    region = choice("Only members in this region or sub-region, by slug.", "africa")
    country = choice("Only members at home in this country, by ISO 3166-1 code or XK.", "KE")
    sector = choice("Only members that work in this sector or one below it.", "child-protection")
    limit = limit_of("organisations")
    after = after_of("organisations")

"""The history on the wire: what was done, and which records were touched."""

import re

from flask_babel import lazy_gettext
from marshmallow import fields, validate

from alliance.api.schemas.common import Strict
from alliance.api.schemas.fields import number, text
from alliance.api.schemas.queries import TYPED, Day, WholeNumber, after_of, limit_of
from alliance.api.schemas.records import record_id
from alliance.core.actor import ActorKind

CURSOR = re.compile(r"^[0-9]{1,18}(\.[a-z_]{1,40}\.[0-9]{1,18})?$")
KINDS = ("organisation", "contact", "affiliation", "sector")


def _word(description: str, example: str, pattern: str) -> fields.String:
    return fields.String(
        validate=validate.Regexp(
            pattern, error=lazy_gettext("This is written otherwise, for example %(x)s.", x=example)
        ),
        metadata={"description": description, "example": example},
    )


class HistoryEntry(Strict):
    """One thing done to one record."""

    id = number("The number of the entry.", 4711, required=True)
    at = fields.DateTime(
        required=True,
        metadata={"description": "When it was done.", "example": "2024-06-30T12:00:00+00:00"},
    )
    actor_kind = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in ActorKind]),
        metadata={"description": "What sort of doer it was.", "example": "person"},
    )
    actor_name = text("Who did it.", "Ada Lovelace", longest=400, required=True)
    action = text("What was done.", "changed", longest=60, required=True)
    subject_kind = text("To what sort of record.", "organisation", longest=60, required=True)
    subject_id = number("The number of that record; 0 where it has none.", least=0, required=True)
    subject_name = text("The name of that record then.", "Aqua Fund", longest=1000, required=True)
    changes = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Raw(allow_none=True)),
        required=True,
        metadata={
            "description": "What changed: by field, from what, to what. Fields that this token may"
            " not see are left out.",
            "example": {"city": ["Nairobi", "Mombasa"]},
        },
    )
    reason = text("Why it was done, if somebody said so.", "Told us by mail", longest=2000)
    cause = text("Of what whole it was part.", "import:12", longest=200)


class HistoryPage(Strict):
    """One page of the history."""

    items = fields.List(
        fields.Nested(HistoryEntry),
        required=True,
        metadata={"description": "The entries of this page, by `id`."},
    )
    next = number(
        "The value of `after` that leads to the next page; null on the last page.",
        4711,
        required=True,
        allow_none=True,
    )


class HistoryQuery(Strict):
    """Which entries are wanted."""

    subject_kind = _word("Only about this sort of record.", "organisation", "^[a-z_]{1,40}$")
    subject_id = record_id("Only about the record of this number.")
    action = _word("Only this action.", "changed", "^[a-z_]{1,40}$")
    actor_name = fields.String(
        validate=[validate.Length(max=400), validate.Regexp(TYPED)],
        metadata={"description": "Only what this one did.", "example": "token “robot”"},
    )
    cause = _word("Only parts of this whole.", "import:12", "^[a-z_]{1,40}:[0-9A-Za-z_-]{1,80}$")
    since = Day(metadata={"description": "Only from this day on.", "example": "2024-06-30"})
    until = Day(metadata={"description": "Only before this day.", "example": "2024-07-01"})
    limit = limit_of("entries")
    after = after_of("entries")


class Change(Strict):
    """A record that was touched. Read it to see what it is now."""

    version = number("The number of the change, in the order of the commits.", 41, required=True)
    kind = fields.String(
        required=True,
        validate=validate.OneOf(KINDS),
        metadata={"description": "What sort of record it is.", "example": "organisation"},
    )
    id = number("The number of the record.", required=True)
    action = fields.String(
        required=True,
        validate=validate.OneOf(["saved", "removed", "people"]),
        metadata={
            "description": "`saved`: added or changed; `removed`: gone for good; `people`: who"
            " works for the organisation, or how they are reached, has changed.",
            "example": "saved",
        },
    )


def _cursor(description: str, example: str) -> fields.String:
    return fields.String(
        required=True,
        validate=validate.Regexp(CURSOR),
        metadata={"description": description, "example": example},
    )


class ChangePage(Strict):
    """What was touched, in the order in which it was stored."""

    items = fields.List(
        fields.Nested(Change),
        required=True,
        metadata={"description": "The changes of this page, oldest first."},
    )
    next = _cursor("The value of `after` for what comes next; given always.", "41.organisation.17")
    latest = _cursor("The place behind everything that has been stored.", "58")
    has_more = fields.Boolean(
        required=True,
        metadata={"description": "Whether to ask again at once.", "example": False},
    )


class ChangeQuery(Strict):
    """From where the feed is wanted."""

    after = fields.String(
        load_default="0",
        validate=validate.Regexp(
            CURSOR,
            error=lazy_gettext("This is no place in the feed; give `next` of a page, or 0."),
        ),
        metadata={
            "description": "A place in the feed: `next` of the page before; 0 is the beginning.",
            "example": "41.organisation.17",
        },
    )
    limit = WholeNumber(
        least=1,
        most=1000,
        load_default=500,
        metadata={"description": "How many changes to send at most.", "example": 100},
    )

"""Kinds of fields in bodies: as JSON has them, and never as something that only looks like it."""

from typing import Any

from marshmallow import fields, validate

from alliance.api.schemas.common import ORGANISATION_ID_EXAMPLE
from alliance.api.schemas.queries import LARGEST_ID, TYPED, Day

MOST_LISTED = 200


class Flag(fields.Boolean):
    """True or false, and no number or word for it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


def text(description: str, example: str, *, longest: int, **more: Any) -> fields.String:
    """A text without characters that nobody can see. Empty, it counts as none."""
    return fields.String(
        validate=[validate.Length(max=longest), validate.Regexp(TYPED)],
        metadata={"description": description, "example": example},
        **more,
    )


def optional_text(description: str, example: str, *, longest: int) -> fields.String:
    """A text that null takes away."""
    return text(description, example, longest=longest, allow_none=True)


def chosen(description: str, example: str, values: list[str], **more: Any) -> fields.String:
    """One of a few words."""
    return fields.String(
        validate=validate.OneOf(values),
        metadata={"description": description, "example": example},
        **more,
    )


def on_day(description: str, example: str, **more: Any) -> Day:
    """A day."""
    return Day(metadata={"description": description, "example": example}, **more)


def flag(description: str, example: bool, **more: Any) -> Flag:
    """Yes or no."""
    return Flag(metadata={"description": description, "example": example}, **more)


def number(
    description: str, example: int = ORGANISATION_ID_EXAMPLE, *, least: int = 1, **more: Any
) -> fields.Integer:
    """The number of a record."""
    return fields.Integer(
        strict=True,
        validate=validate.Range(min=least, max=LARGEST_ID),
        metadata={"description": description, "example": example},
        **more,
    )


def listed(inner: Any, description: str, example: Any = None, **more: Any) -> fields.List[Any]:
    """Several of one kind. Sent, they replace all that were there."""
    metadata = {"description": description}
    if example is not None:
        metadata["example"] = example
    return fields.List(inner, validate=validate.Length(max=MOST_LISTED), metadata=metadata, **more)


def reason() -> fields.String:
    """Why something is done."""
    return optional_text(
        "Why it is done, in a few words; the history keeps it.", "Told us by mail", longest=500
    )

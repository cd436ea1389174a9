"""Parts that several resources share: labels per language, days, text that people typed."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

ORGANISATION_ID_EXAMPLE = 17


# What the names in a mapping look like; the description says it where JSON Schema wants it.
NAMES = "x-names"


class Strict(Schema):
    """A schema that says everything there is: nothing else may stand in what it describes."""

    class Meta:
        """What marshmallow is told."""

        unknown = RAISE


def labels(what: str, english: str, arabic: str) -> fields.Dict:
    """A text in each language it is known in, by ISO 639 code; English is always there."""
    return fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={
            "description": f"{what} in each language it is known in, by ISO 639 language code.",
            "example": {"en": english, "ar": arabic},
        },
    )


def counted() -> fields.Integer:
    """How many members stand behind a term."""
    return fields.Integer(
        required=True,
        validate=validate.Range(min=0),
        metadata={
            "description": "How many organisations that were members on the day have it.",
            "example": 12,
        },
    )


def string(description: str, example: str, **more: Any) -> fields.String:
    """A text that is left out when there is none."""
    return fields.String(metadata={"description": description, "example": example}, **more)


def day(description: str, example: str, **more: Any) -> fields.Date:
    """A day as YYYY-MM-DD."""
    return fields.Date(metadata={"description": description, "example": example}, **more)


def key(description: str, **more: Any) -> fields.Integer:
    """The number of an organisation."""
    return fields.Integer(
        metadata={"description": description, "example": ORGANISATION_ID_EXAMPLE, "minimum": 1},
        **more,
    )

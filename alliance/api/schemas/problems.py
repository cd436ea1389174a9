"""How the API tells of an error: a problem document after RFC 9457."""

from marshmallow import fields

from alliance.api.schemas.common import Strict, string


def _value(description: str, example: str) -> fields.Raw:
    return fields.Raw(
        required=True,
        allow_none=True,
        metadata={"description": description, "example": example},
    )


class Clash(Strict):
    """A field that two writers changed. Each value is as in the record, null for none."""

    base = _value(
        "As it was when it was read; null too when that is not known any more.", "Nairobi"
    )
    current = _value("As it is now.", "Mombasa")
    wanted = _value("As this request wanted it.", "Kisumu")


class Problem(Strict):
    """What went wrong and what to do about it."""

    type = string(
        "A name for the kind of problem; `about:blank` when the status says it all.",
        "about:blank",
        required=True,
    )
    title = string("The kind of problem in a few words.", "Bad Request", required=True)
    status = fields.Integer(
        required=True, metadata={"description": "The HTTP status.", "example": 400}
    )
    detail = string(
        "What is wrong with this request and what to do about it.",
        "`limit` is a whole number from 1 to 500.",
        required=True,
    )
    instance = string(
        "The id of this request, to quote when you ask about it.", "9f86d081884c7d65", required=True
    )
    field = string("The parameter or field that is at fault, where one is known.", "limit")
    version = string("The present version of the record that has moved on.", "6b86b273ff34fce19d6b")
    conflicts = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(Clash),
        metadata={
            "description": "The fields that others changed too, by name.",
            "example": {
                "city": {"base": "Nairobi", "current": "Mombasa", "wanted": "Kisumu"},
            },
        },
    )

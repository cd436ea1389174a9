"""How the API tells of an error: a problem document after RFC 9457."""

from marshmallow import fields

from alliance.api.schemas.common import Strict, string


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
    field = string("The parameter that is at fault, where one is known.", "limit")

"""Headers that a request may or must carry."""

from marshmallow import fields, validate

from alliance.api.schemas.common import Strict


class Creating(Strict):
    """A request that is worked off once, however often it is sent."""

    idempotency_key = fields.String(
        data_key="Idempotency-Key",
        validate=validate.Length(min=1, max=200),
        metadata={
            "description": "A name of your choice for this request, new for each new one. Sent"
            " again within a day, it is answered as the first time, and nothing is done twice.",
            "example": "9f1c6f0e-1c1b-4c0c-a3ac-6c1b7d9e3f52",
            "pattern": "^[!-~]+$",
        },
    )


class Replacing(Strict):
    """A request that changes a record as it was seen."""

    if_match = fields.String(
        data_key="If-Match",
        required=True,
        metadata={
            "description": "The `ETag` with which the record was read.",
            "example": '"6b86b273ff34fce19d6b"',
        },
    )

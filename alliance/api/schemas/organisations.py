"""An organisation on the wire: what the public projection holds of it, and where it is found."""

from marshmallow import fields, validate

from alliance.api.schemas.common import Strict, day, key, string
from alliance.directory.rules.records import NameKind, Precision


class OtherName(Strict):
    """A further name of an organisation."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf([kind.value for kind in NameKind]),
        metadata={"description": "What sort of name it is.", "example": "acronym"},
    )
    text = string("The name as it is written.", "AEF", required=True)
    language = string("Its ISO 639 language code, if known.", "en", allow_none=True)
    valid_from = day("The first day of its use, if known.", "2010-01-01", allow_none=True)
    valid_until = day("The last day of its use, if it has one.", "2019-12-31", allow_none=True)


class RegisterEntry(Strict):
    """An entry in a public register."""

    scheme = string("The register.", "lei", required=True)
    value = string(
        "The entry, in the register's own spelling.", "529900T8BM49AURSDO55", required=True
    )


class MembershipPeriod(Strict):
    """One stretch of membership."""

    joined_on = day("The first day of membership.", "2019-05-01", required=True)
    precision = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in Precision]),
        metadata={
            "description": "How much of `joined_on` is known: of a `month` or a `year` it is the"
            " first day.",
            "example": "day",
        },
    )
    is_at_latest = fields.Boolean(
        required=True,
        metadata={
            "description": "True when the organisation was known as a member by `joined_on` and may"
            " have joined earlier.",
            "example": False,
        },
    )
    ended_on = day(
        "The first day it was no longer a member; null while it is one.",
        "2024-01-01",
        required=True,
        allow_none=True,
    )


class Organisation(Strict):
    """An organisation that is listed. A field that is empty or not public is left out."""

    id = key("The number of the organisation, which never changes.", required=True)
    slug = string("Its name in addresses; a new name brings a new one.", "aqua-fund", required=True)
    name = string("Its official name in its own script.", "Aqua Education Fund", required=True)
    language = string("The ISO 639 language code of the official name.", "en")
    category = string(
        "What sort of member it is; see `/api/v1/categories`.", "company", required=True
    )
    body_kind = string("What sort of body within its category.", "ministry")
    country = string("Its home country as an ISO 3166-1 code, or XK.", "KE")
    countries = fields.List(
        fields.String(),
        metadata={
            "description": "Further countries in which it works.",
            "example": ["TZ", "UG"],
        },
    )
    city = string("The town of its seat.", "Nairobi")
    website = string("The address of its own website.", "https://aqua.example")
    description = string("What it does, in its own words.", "Brings safe water to schools.")
    sectors = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "The sectors in which it works; see `/api/v1/sectors`.",
            "example": ["child-protection"],
        },
    )
    names = fields.List(fields.Nested(OtherName), metadata={"description": "Its further names."})
    identifiers = fields.List(
        fields.Nested(RegisterEntry), metadata={"description": "Its entries in public registers."}
    )
    logo = string("The name of its logo's file.", "5d41402abc4b2a76b9719d911017c592.png")
    parent_id = key("The organisation it is part of.")
    dissolved_on = day("The day on which it ceased to exist.", "2024-06-30")
    merged_into_id = key("The organisation that took it over.")
    memberships = fields.List(
        fields.Nested(MembershipPeriod),
        required=True,
        metadata={"description": "Its stretches of membership, earliest first."},
    )
    url = fields.Url(
        required=True,
        metadata={
            "format": "uri",
            "description": "The address of its page.",
            "example": "https://alliance.example/members/aqua-fund",
        },
    )
    self = fields.Url(
        required=True,
        metadata={
            "format": "uri",
            "description": "Its own address in this API.",
            "example": "https://alliance.example/api/v1/organisations/17",
        },
    )


class OrganisationPage(Strict):
    """One page of a list of organisations."""

    items = fields.List(
        fields.Nested(Organisation),
        required=True,
        metadata={"description": "The organisations of this page, by `id`."},
    )
    next = key(
        "The value of `after` that leads to the next page; null on the last page.",
        required=True,
        allow_none=True,
    )

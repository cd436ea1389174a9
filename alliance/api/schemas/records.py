"""An organisation with all that the secretariat keeps of it but its own notes, read and written."""

from marshmallow import fields, validate

from alliance.api.schemas.common import NAMES, Strict
from alliance.api.schemas.fields import (
    chosen,
    flag,
    listed,
    number,
    on_day,
    optional_text,
    reason,
    text,
)
from alliance.api.schemas.queries import TYPED, WholeNumber, after_of, choice, limit_of
from alliance.directory.queries.keyset import Kept
from alliance.directory.rules.records import NameKind, Precision, Visibility

_FIELD = "^[a-z_]{1,40}$"


class KeptName(Strict):
    """A further name."""

    kind = chosen("What sort of name it is.", "acronym", [one.value for one in NameKind],
                  required=True)  # fmt: skip
    text = text("The name as it is written.", "AEF", longest=300, required=True)
    language = optional_text("Its ISO 639 language code, if known.", "en", longest=40)
    valid_from = on_day("The first day of its use, if known.", "2010-01-01", allow_none=True)
    valid_until = on_day("The last day of its use, if it has one.", "2019-12-31", allow_none=True)


class KeptIdentifier(Strict):
    """An entry in a public register."""

    scheme = text("The register.", "lei", longest=60, required=True)
    value = text("The entry.", "529900T8BM49AURSDO55", longest=200, required=True)


class KeptMembership(Strict):
    """One stretch of membership."""

    joined_on = on_day("The first day of membership.", "2019-05-01", required=True)
    precision = chosen("How much of `joined_on` is known.", "day", [one.value for one in Precision])
    is_at_latest = flag("Whether it may have joined earlier.", False)
    ended_on = on_day("The first day it was no member any more.", "2024-01-01", allow_none=True)
    end_reason = optional_text("Why it ended.", "Wound up", longest=500)


class KeptDomain(Strict):
    """A web domain of the organisation. It proves nothing until staff verified it."""

    domain = text("The domain in ASCII.", "aqua.example", longest=253, required=True)
    includes_subdomains = flag("Whether what lies below it belongs to it.", False)
    verified_on = on_day("When staff verified it.", "2024-05-01", allow_none=True)
    verified_by = optional_text("Who verified it.", "Ada", longest=300)


def _visibility() -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.Regexp(_FIELD)),
        values=fields.String(
            allow_none=True, validate=validate.OneOf([*(one.value for one in Visibility), None])
        ),
        metadata={
            "description": "Who may see a field where that differs from what is usual: by the"
            " field's name. Sent, it changes the named fields; null goes back to what is usual.",
            "example": {"email": "portal"},
            NAMES: _FIELD,
        },
    )


class _Organisation(Strict):
    """What may be written of an organisation."""

    name = text("Its official name in its own script.", "Aqua Education Fund", longest=300)
    category = text("Its category; see `/api/v1/categories`.", "company", longest=60)
    body_kind = optional_text("What sort of body within it.", "ministry", longest=60)
    language = optional_text("The language of its official name.", "en", longest=40)
    country = optional_text("Its home country; see `/api/v1/countries`.", "KE", longest=2)
    countries = listed(
        fields.String(validate=validate.Length(max=2)),
        "Further countries in which it works.",
        ["TZ", "UG"],
        allow_none=True,
    )
    city = optional_text("The town of its seat.", "Nairobi", longest=120)
    postcode = optional_text("The postcode of its seat.", "00100", longest=30)
    street = optional_text("Street and number.", "1 Harbour Road", longest=300)
    email = optional_text("Its own address for letters.", "office@aqua.example", longest=254)
    phone = optional_text("Its own telephone.", "+254 20 1234567", longest=60)
    website = optional_text("The address of its website.", "https://aqua.example", longest=2000)
    description = optional_text("What it does.", "Brings water to schools.", longest=10_000)
    sectors = listed(
        fields.String(validate=[validate.Length(max=100), validate.Regexp(TYPED)]),
        "The sectors in which it works; see `/api/v1/sectors`.",
        ["child-protection"],
        allow_none=True,
    )
    names = listed(fields.Nested(KeptName), "Its further names.", allow_none=True)
    identifiers = listed(
        fields.Nested(KeptIdentifier), "Its entries in public registers.", allow_none=True
    )
    memberships = listed(
        fields.Nested(KeptMembership), "Its stretches of membership.", allow_none=True
    )
    parent_id = number("The organisation it is part of.", allow_none=True)
    is_listed = flag("Whether the public may see it while it is a member.", True)
    source = optional_text("Where this is known from.", "Letter of 2019", longest=1000)
    visibility = _visibility()


class OrganisationChanges(_Organisation):
    """Fields to change; what is left out stays, and null takes away what is there."""

    reason = reason()


class NewOrganisation(_Organisation):
    """A new organisation."""

    name = text("Its official name.", "Aqua Education Fund", longest=300, required=True)
    category = text("Its category.", "company", longest=60, required=True)
    reason = reason()


class OrganisationRecord(_Organisation):
    """An organisation as the secretariat keeps it. A field that is empty is left out."""

    id = number("Its number, which never changes.", required=True)
    version = text("Changes whenever the record does.", "6b86b273ff34fce19d6b", longest=40,
                   required=True)  # fmt: skip
    slug = text("Its name in addresses.", "aqua-fund", longest=300, required=True)
    former_slugs = listed(fields.String(), "Addresses that lead to it too.", ["aqua-education"])
    logo = text("The name of its logo's file.", "5d41402abc4b2a76.png", longest=200)
    domains = listed(fields.Nested(KeptDomain), "Its web domains.")
    dissolved_on = on_day("The day on which it ceased to exist.", "2024-06-30")
    merged_into_id = number("The organisation that took it over.")
    archived_on = on_day("The day on which it was put away.", "2024-06-30")
    delete_on = on_day("Deleted: the day on which it is gone for good.", "2024-07-30")


class OrganisationRecords(Strict):
    """One page of organisations."""

    items = fields.List(
        fields.Nested(OrganisationRecord),
        required=True,
        metadata={"description": "The organisations of this page, by `id`."},
    )
    next = number(
        "The value of `after` that leads to the next page; null on the last page.",
        required=True,
        allow_none=True,
    )


def state() -> fields.String:
    """Whether records are in use."""
    return chosen(
        "Only records that are in use, archived, or deleted and not yet gone; all when left out.",
        "in_use",
        [one.value for one in Kept],
    )


def record_id(description: str) -> WholeNumber:
    """The number of a record in a query."""
    return WholeNumber(
        least=1, most=2**63 - 1, metadata={"description": description, "example": 17}
    )


class RecordQuery(Strict):
    """Which organisations are wanted."""

    state = state()
    category = choice("Only of this category, by code.", "company")
    country = choice("Only at home in this country, by ISO 3166-1 code or XK.", "KE")
    sector = choice("Only with this very sector, by slug.", "child-protection")
    parent = record_id("Only those directly under this organisation.")
    limit = limit_of("organisations")
    after = after_of("organisations")


class Reason(Strict):
    """Why something is done; `{}` will do."""

    reason = reason()

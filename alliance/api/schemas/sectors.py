"""Sectors as the secretariat keeps them."""

from marshmallow import fields, validate

from alliance.api.schemas.common import NAMES, Strict
from alliance.api.schemas.fields import listed, number, on_day, optional_text, reason, text
from alliance.api.schemas.queries import TYPED

_LANGUAGE = "^[A-Za-z]{2,8}(-[A-Za-z0-9]{2,8})?$"


def _label() -> fields.String:
    return fields.String(validate=[validate.Length(max=200), validate.Regexp(TYPED)])


def _names(**more: object) -> fields.Dict:
    return fields.Dict(
        keys=fields.String(validate=validate.Regexp(_LANGUAGE)),
        values=_label(),
        metadata={
            "description": "Its name in each language, by language code; English is needed.",
            "example": {"en": "Case management", "ar": "إدارة الحالات"},
            NAMES: _LANGUAGE,
        },
        **more,  # type: ignore[arg-type]
    )


class _Sector(Strict):
    """What may be written of a sector."""

    names = _names()
    aliases = listed(_label(), "Other spellings that search and imports accept.", ["casework"])
    parent = optional_text("The sector above it, by slug.", "child-protection", longest=100)


class SectorChanges(_Sector):
    """Fields to change; what is left out stays, and null takes the sector out from its parent."""

    reason = reason()


class NewSector(_Sector):
    """A new sector."""

    names = _names(required=True)
    reason = reason()


class SectorRecord(_Sector):
    """A sector as it is kept. A field that is empty is left out."""

    id = number("Its number, as in the feed of changes.", required=True)
    slug = text("Its name in addresses.", "case-management", longest=200, required=True)
    version = text("Changes whenever it does.", "6b86b273ff34fce19d6b", longest=40, required=True)
    position = number("Its place beside its like.", 3, least=-(2**31))
    retired_on = on_day("The day on which it went out of use.", "2024-06-30")


class SectorRecords(Strict):
    """All sectors, retired ones included."""

    items = fields.List(
        fields.Nested(SectorRecord),
        required=True,
        metadata={"description": "All sectors, by `id`."},
    )


class Retirement(Strict):
    """What becomes of a sector's organisations."""

    into = listed(
        fields.String(validate=[validate.Length(max=100), validate.Regexp(TYPED)]),
        "The sectors that its organisations get instead, by slug; none: they keep this one.",
        ["child-protection"],
    )
    reason = reason()


class Merger(Strict):
    """Into which sector another goes."""

    into = text("The sector that stays, by slug.", "child-protection", longest=100, required=True)
    reason = reason()

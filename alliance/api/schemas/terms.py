"""The closed lists on the wire: countries, regions, sectors, categories."""

from marshmallow import fields, validate

from alliance.api.schemas.common import Strict, counted, labels, string


class Country(Strict):
    """A country or territory."""

    code = string("Its ISO 3166-1 code, or XK.", "KE", required=True)
    names = labels("Its name", "Kenya", "كينيا")
    region = string("Its region; see `/api/v1/regions`.", "africa", required=True, allow_none=True)
    subregion = string(
        "Its sub-region; see `/api/v1/regions`.", "eastern-africa", required=True, allow_none=True
    )
    members = counted()


class Region(Strict):
    """A region or sub-region of the United Nations' M49 list."""

    slug = string("Its name in addresses and in the parameter `region`.", "africa", required=True)
    m49 = fields.Integer(required=True, metadata={"description": "Its M49 code.", "example": 2})
    parent = string(
        "The region it lies in; null for a region.", "africa", required=True, allow_none=True
    )
    names = labels("Its name", "Africa", "أفريقيا")
    members = counted()


class Sector(Strict):
    """A field of work. A member of a sector counts in all sectors above it."""

    slug = string("Its name in the parameter `sector`.", "case-management", required=True)
    parent = string(
        "The sector above it, if any.", "child-protection", required=True, allow_none=True
    )
    names = labels("Its name", "Case management", "إدارة الحالات")
    members = counted()


class Category(Strict):
    """A kind of member."""

    code = string("Its name in the parameter `category`.", "company", required=True)
    names = labels("Its name for one member", "Company", "شركة")
    plurals = labels("Its name for several members", "Companies", "شركات")
    shape = fields.String(
        required=True,
        validate=validate.OneOf(["square", "circle", "leaf", "diamond"]),
        metadata={"description": "The shape that stands for it everywhere.", "example": "circle"},
    )
    members = counted()


def _list_of(item: type[Strict], what: str) -> type[Strict]:
    listed = fields.List(
        fields.Nested(item), required=True, metadata={"description": f"All {what}."}
    )
    made: type[Strict] = Strict.from_dict({"items": listed}, name=f"{item.__name__}List")  # type: ignore[assignment]
    return made


CountryList = _list_of(Country, "countries and territories, by code")
RegionList = _list_of(Region, "regions and sub-regions, by M49 code")
SectorList = _list_of(Sector, "sectors, in the alliance's order")
CategoryList = _list_of(Category, "categories, in the alliance's order")

"""Reading the closed lists."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.directory.models import (
    AffiliationRole,
    BodyKind,
    Category,
    Country,
    IdentifierScheme,
    Region,
    Sector,
)
from alliance.directory.rules.reference import (
    BodyKindTerm,
    CategoryTerm,
    CountryTerm,
    Reference,
    RegionTerm,
    RoleTerm,
    SchemeTerm,
    SectorTerm,
)


def reference(session: Session) -> Reference:
    """All closed lists, in seven statements; kept by the caller as long as the version stands."""
    return Reference(
        regions={
            one.code: RegionTerm(one.code, one.slug, one.parent_code, one.names)
            for one in session.scalars(select(Region).order_by(Region.code))
        },
        countries={
            one.code: CountryTerm(
                one.code,
                one.names,
                tuple(one.aliases),
                one.region_code,
                one.is_un_member,
                one.alpha3,
                one.wording_note,
            )
            for one in session.scalars(select(Country).order_by(Country.code))
        },
        categories={
            one.code: CategoryTerm(one.code, one.names, one.plurals, one.shape, tuple(one.aliases))
            for one in session.scalars(select(Category).order_by(Category.position, Category.code))
        },
        body_kinds={
            one.code: BodyKindTerm(one.code, one.category_code, one.names, tuple(one.aliases))
            for one in session.scalars(select(BodyKind).order_by(BodyKind.position, BodyKind.code))
        },
        sectors=_sectors(session),
        roles={
            one.code: RoleTerm(
                one.code,
                one.names,
                tuple(one.aliases),
                one.minimum,
                one.maximum,
                one.category_code,
            )
            for one in session.scalars(
                select(AffiliationRole).order_by(AffiliationRole.position, AffiliationRole.code)
            )
        },
        schemes={
            one.code: SchemeTerm(one.code, one.names, one.link, tuple(one.aliases))
            for one in session.scalars(
                select(IdentifierScheme).order_by(IdentifierScheme.position, IdentifierScheme.code)
            )
        },
    )


def _sectors(session: Session) -> dict[int, SectorTerm]:
    return {
        one.id: SectorTerm(
            one.id, one.slug, one.parent_id, one.names, tuple(one.aliases), one.retired_on
        )
        for one in session.scalars(select(Sector).order_by(Sector.position, Sector.id))
    }

"""The closed lists of the directory as values: terms with labels per language and aliases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Labels = Mapping[str, str]


def label_of(names: Labels, language: str) -> str:
    """The label in `language`, else in English, else in any language; "" when there is none."""
    return names.get(language) or names.get("en") or next(iter(names.values()), "")


@dataclass(frozen=True, slots=True)
class RegionTerm:
    """An M49 region (parent None) or sub-region. `slug` is its name in addresses."""

    code: int
    slug: str
    parent: int | None
    names: Labels


@dataclass(frozen=True, slots=True)
class CountryTerm:
    """A country by ISO code or XK. `region` is the M49 code of its sub-region."""

    code: str
    names: Labels
    aliases: tuple[str, ...]
    region: int | None
    is_un_member: bool
    alpha3: str | None = None
    wording_note: str | None = None


@dataclass(frozen=True, slots=True)
class CategoryTerm:
    """A kind of member; `shape` is square, circle, leaf or diamond."""

    code: str
    names: Labels
    plurals: Labels
    shape: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BodyKindTerm:
    """What sort of body within a category."""

    code: str
    category: str
    names: Labels
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectorTerm:
    """A term of the sector taxonomy."""

    id: int
    slug: str
    parent: int | None
    names: Labels
    aliases: tuple[str, ...]
    retired_on: date | None


@dataclass(frozen=True, slots=True)
class RoleTerm:
    """A role of a contact, with how many an organisation needs and may have (None: any number)."""

    code: str
    names: Labels
    aliases: tuple[str, ...]
    minimum: int
    maximum: int | None
    category: str | None


@dataclass(frozen=True, slots=True)
class SchemeTerm:
    """A public register. `link` is an address with `{value}` in it, or None."""

    code: str
    names: Labels
    link: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """All closed lists, each by its code, in the order in which they are shown."""

    regions: Mapping[int, RegionTerm] = field(default_factory=dict)
    countries: Mapping[str, CountryTerm] = field(default_factory=dict)
    categories: Mapping[str, CategoryTerm] = field(default_factory=dict)
    body_kinds: Mapping[str, BodyKindTerm] = field(default_factory=dict)
    sectors: Mapping[int, SectorTerm] = field(default_factory=dict)
    roles: Mapping[str, RoleTerm] = field(default_factory=dict)
    schemes: Mapping[str, SchemeTerm] = field(default_factory=dict)

    def region_of(self, country: str | None) -> RegionTerm | None:
        """The region (not sub-region) in which a country lies, or None when that is not known."""
        term = self.countries.get(country or "")
        region = self.regions.get(term.region) if term and term.region is not None else None
        while region is not None and region.parent is not None:
            region = self.regions[region.parent]
        return region

    def with_ancestors(self, sector: int) -> tuple[int, ...]:
        """A sector and the sectors above it, nearest first."""
        found: list[int] = []
        at: int | None = sector
        while at is not None and at not in found:
            found.append(at)
            at = self.sectors[at].parent
        return tuple(found)

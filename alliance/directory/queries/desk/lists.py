"""The secretariat's list of organisations: a page of it, or all ids, under search and filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.core.text import sort_key
from alliance.directory.queries.desk.state import DeskState
from alliance.directory.queries.desk.words import (
    DeskMatches,
    OpenedDesk,
    desk_matches,
    open_desk,
)
from alliance.directory.rules.desk_facets import DeskCriteria, DeskFacets, known_values
from alliance.directory.rules.reference import label_of

# What the list may be sorted by: an order of its own, or the values of a facet.
ORDERS = ("name", "joined", "changed")
FACET_SORTS = ("category", "country", "status", "contact", "listed", "body_kind", "language")
SORTS = ("relevance", *ORDERS, *FACET_SORTS)


@dataclass(frozen=True)
class DeskPage:
    """A page of the list. facets: facet to value to how many would be found with it.

    `ids` are those of the page, in its order; `bits` all organisations found, of
    `facet_bits.snapshot`. What the rows say is fetched by `desk_rows`.
    """

    opened: OpenedDesk
    criteria: DeskCriteria
    ids: Sequence[int]
    total: int
    pages: int
    facets: Mapping[str, Mapping[str, int]]
    facet_bits: DeskFacets
    bits: int
    found: DeskMatches

    @property
    def state(self) -> DeskState:
        """The organisations as they were."""
        return self.opened.state


def find_desk_page(
    session: Session,
    criteria: DeskCriteria,
    *,
    language: str = "en",
    opened: OpenedDesk | None = None,
) -> DeskPage:
    """The page that is asked for in one statement, two when nothing is found as it is written.

    language: that of the labels by which facets are sorted. A page beyond the last one is the last.
    Raises BadInput with the parameter's name for what does not exist.
    """
    opened = opened or open_desk(session, criteria.q)
    check(opened.state, criteria)
    facets = opened.state.facets(criteria.today)
    found = desk_matches(session, opened, facets)
    bits = facets.filter(criteria, found.bits)
    total = bits.bit_count()
    pages = -(-total // criteria.per_page)
    if criteria.page > max(pages, 1):
        criteria = replace(criteria, page=max(pages, 1))
    offset = (criteria.page - 1) * criteria.per_page
    ids = _ids(opened.state, criteria, found, facets, bits, language, offset, criteria.per_page)
    return DeskPage(
        opened=opened,
        criteria=criteria,
        ids=ids,
        total=total,
        pages=pages,
        facets=facets.counts(criteria, found.bits),
        facet_bits=facets,
        bits=bits,
        found=found,
    )


def find_ids(
    session: Session,
    criteria: DeskCriteria,
    *,
    language: str = "en",
    opened: OpenedDesk | None = None,
) -> list[int]:
    """All organisations that are asked for, on whatever page, in the order that is asked for."""
    opened = opened or open_desk(session, criteria.q)
    check(opened.state, criteria)
    facets = opened.state.facets(criteria.today)
    found = desk_matches(session, opened, facets)
    bits = facets.filter(criteria, found.bits)
    return _ids(opened.state, criteria, found, facets, bits, language, 0, facets.snapshot.size)


def count_of(opened: OpenedDesk, criteria: DeskCriteria) -> int:
    """How many there are, for criteria without words to search for; no statement."""
    facets = opened.state.facets(criteria.today)
    return facets.filter(criteria, facets.snapshot.everything).bit_count()


def values_of(state: DeskState, criteria_day: DeskFacets) -> dict[str, Sequence[str]]:
    """The values that each facet may be asked for, those of years and languages as they occur."""
    years = sorted(criteria_day.bits["joined"], reverse=True)
    languages = sorted(key for key in criteria_day.bits["language"] if key != "none")
    return {
        name: tuple(values)
        for name, values in known_values(state.lists.reference, years, languages).items()
    }


def check(state: DeskState, criteria: DeskCriteria) -> None:
    """Raises BadInput for facets, values, orders and pages that do not exist."""
    known = values_of(state, state.facets(criteria.today))
    for facet, values in criteria.chosen.items():
        if facet not in known:
            raise BadInput(f"There is no filter “{facet[:40]}”.", field=facet)
        for value in values:
            # Years and languages come and go with the organisations that have them.
            if value not in known[facet] and facet not in ("joined", "language"):
                raise BadInput(
                    f"There is no {facet} “{value[:40]}”; choose one from the list.", field=facet
                )
    if criteria.sort not in SORTS:
        raise BadInput(f"Sort by one of {', '.join(SORTS)}.", field="sort")
    if criteria.page < 1 or criteria.per_page < 1:
        raise BadInput("Pages are counted from 1.", field="page")


def _ids(
    state: DeskState,
    criteria: DeskCriteria,
    found: DeskMatches,
    facets: DeskFacets,
    bits: int,
    language: str,
    offset: int,
    limit: int,
) -> list[int]:
    snapshot, sort, is_backward = state.snapshot, criteria.sort, criteria.is_backward
    if sort == "relevance" and found.ranked:
        among = [id for id in found.ranked if snapshot.bits_of((id,)) & bits]
        return among[offset : offset + limit]
    if sort == "relevance" and found.tiers:
        tiers = [tier & bits for tier in found.tiers]
        return snapshot.tiered_page(tiers, "name", offset, limit)
    if sort in FACET_SORTS:
        tiers = _by_label(state, facets, sort, language)
        tiers = [tier & bits for tier in (reversed(tiers) if is_backward else tiers)]
        return snapshot.tiered_page([*tiers, bits], "name", offset, limit)
    order = sort if sort in ORDERS else "name"
    if order == "joined" and is_backward:
        # Who never joined comes last both ways.
        ever = snapshot.spans["memberships"].ever()
        return snapshot.tiered_page([bits & ever, bits], order, offset, limit, is_backward=True)
    return snapshot.page(bits, order, offset, limit, is_backward=is_backward)


def _by_label(state: DeskState, facets: DeskFacets, facet: str, language: str) -> list[int]:
    """The values of a facet in the order of their labels, or in which they stand in their list."""
    bits, lists = facets.bits[facet], state.lists.reference
    if facet in ("status", "contact", "listed", "category"):
        order = [*values_of(state, facets)[facet]]
    else:
        named = {
            "country": {
                code: label_of(term.names, language) for code, term in lists.countries.items()
            },
            "body_kind": {
                code: label_of(t.names, language) for code, t in lists.body_kinds.items()
            },
        }.get(facet, {})
        order = sorted(
            (value for value in bits if value != "none"),
            key=lambda value: (sort_key(named.get(value) or value), value),
        )
    return [bits.get(value, 0) for value in order]

"""Sectors for machines."""

from collections.abc import Iterator
from typing import Any

from flask import Response

from alliance.accounts.permissions import Permission, allow
from alliance.api.blueprint import Blueprint
from alliance.api.schemas.queries import DayQuery
from alliance.api.schemas.terms import SectorList
from alliance.api.terms import Counts, counted_list
from alliance.directory.rules.reference import Reference

resource = Blueprint(
    "sectors",
    __name__,
    url_prefix="/api/v1/sectors",
    description="Fields of work, with the number of members in them.",
)


@resource.offer("", name="listSectors", query=DayQuery, answer=SectorList)
@allow(Permission.SEE_PUBLIC)
def list_sectors(arguments: dict[str, Any]) -> Response:
    """List sectors.

    All sectors in the order of the alliance; retired ones are left out.
    """
    return counted_list(arguments, "sector", _items)


def _items(reference: Reference, counts: Counts) -> Iterator[dict[str, Any]]:
    for id, sector in reference.sectors.items():
        if sector.retired_on is not None:
            continue
        parent = reference.sectors.get(sector.parent or 0)
        yield {
            "slug": sector.slug,
            "parent": parent.slug if parent else None,
            "names": dict(sector.names),
            "members": counts.get(id, 0),
        }

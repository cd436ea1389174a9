"""Regions for machines."""

from collections.abc import Iterator
from typing import Any

from flask import Response

from alliance.accounts.permissions import Permission, allow
from alliance.api.blueprint import Blueprint
from alliance.api.schemas.queries import DayQuery
from alliance.api.schemas.terms import RegionList
from alliance.api.terms import Counts, counted_list
from alliance.directory.rules.reference import Reference

resource = Blueprint(
    "regions",
    __name__,
    url_prefix="/api/v1/regions",
    description="Regions and sub-regions, with the number of members in them.",
)


@resource.offer("", name="listRegions", query=DayQuery, answer=RegionList)
@allow(Permission.SEE_PUBLIC)
def list_regions(arguments: dict[str, Any]) -> Response:
    """List regions.

    All regions and sub-regions of the M49 list by code.
    """
    return counted_list(arguments, "region", _items)


def _items(reference: Reference, counts: Counts) -> Iterator[dict[str, Any]]:
    for code, region in reference.regions.items():
        parent = reference.regions.get(region.parent or 0)
        yield {
            "slug": region.slug,
            "m49": code,
            "parent": parent.slug if parent else None,
            "names": dict(region.names),
            "members": counts.get(code, 0),
        }

"""Countries for machines."""

from collections.abc import Iterator
from typing import Any

from flask import Response

from alliance.accounts.permissions import Permission, allow
from alliance.api.blueprint import Blueprint
from alliance.api.schemas.queries import DayQuery
from alliance.api.schemas.terms import CountryList
from alliance.api.terms import Counts, counted_list
from alliance.directory.rules.reference import Reference

resource = Blueprint(
    "countries",
    __name__,
    url_prefix="/api/v1/countries",
    description="Countries and territories, with the number of members at home there.",
)


@resource.offer("", name="listCountries", query=DayQuery, answer=CountryList)
@allow(Permission.SEE_PUBLIC)
def list_countries(arguments: dict[str, Any]) -> Response:
    """List countries.

    All countries by code, also those without a member.
    """
    return counted_list(arguments, "country", _items)


def _items(reference: Reference, counts: Counts) -> Iterator[dict[str, Any]]:
    for code, country in reference.countries.items():
        region = reference.region_of(code)
        within = reference.regions.get(country.region or 0)
        yield {
            "code": code,
            "names": dict(country.names),
            "region": region.slug if region else None,
            "subregion": within.slug if within and within is not region else None,
            "members": counts.get(code, 0),
        }

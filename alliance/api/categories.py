"""Categories for machines."""

from collections.abc import Iterator
from typing import Any

from flask import Response

from alliance.accounts.permissions import Permission, allow
from alliance.api.blueprint import Blueprint
from alliance.api.schemas.queries import DayQuery
from alliance.api.schemas.terms import CategoryList
from alliance.api.terms import Counts, counted_list
from alliance.directory.rules.reference import Reference

resource = Blueprint(
    "categories",
    __name__,
    url_prefix="/api/v1/categories",
    description="Kinds of members, with the number of members of each.",
)


@resource.offer("", name="listCategories", query=DayQuery, answer=CategoryList)
@allow(Permission.SEE_PUBLIC)
def list_categories(arguments: dict[str, Any]) -> Response:
    """List categories.

    All categories in the order of the alliance.
    """
    return counted_list(arguments, "category", _items)


def _items(reference: Reference, counts: Counts) -> Iterator[dict[str, Any]]:
    for code, category in reference.categories.items():
        yield {
            "code": code,
            "names": dict(category.names),
            "plurals": dict(category.plurals),
            "shape": category.shape,
            "members": counts.get(code, 0),
        }

"""What is counted on a day: members per country, region, sector and category."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Response

from alliance.api.days import day_asked
from alliance.api.responses import json_response, json_text
from alliance.core.db import db
from alliance.directory.queries.snapshots import present
from alliance.directory.rules.reference import Reference

Counts = Mapping[Any, int]


def counted_list(
    arguments: Mapping[str, Any],
    facet: str,
    items: Callable[[Reference, Counts], Iterable[Mapping[str, Any]]],
) -> Response:
    """All terms of a facet with the number of members on the day, in one statement.

    `items` makes them of the closed lists and the counts, in which terms without members are
    missing.
    """
    state = present(db.session())
    listed = state.snapshot.listed(day_asked(arguments, state))
    counts = state.snapshot.counts(facet, listed)
    return json_response(json_text({"items": list(items(state.reference, counts))}))

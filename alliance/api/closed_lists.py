"""Whether what is asked for stands in the alliance's lists."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.api.words import gettext
from alliance.core.errors import BadInput
from alliance.directory.queries.reference import reference

PLACES = {
    "category": "/api/v1/categories",
    "country": "/api/v1/countries",
    "sector": "/api/v1/sectors",
}


def check_listed(session: Session, query: Mapping[str, Any]) -> None:
    """Raises BadInput for the first value that is in no list, with where the list is."""
    asked = [name for name in (*PLACES, "role") if query.get(name)]
    if not asked:
        return
    lists = reference(session)
    known: Mapping[str, Any] = {
        "category": lists.categories,
        "country": lists.countries,
        "sector": {one.slug for one in lists.sectors.values()},
        "role": lists.roles,
    }
    for name in asked:
        wrong = next((value for value in query[name] if value not in known[name]), None)
        if wrong is not None:
            raise BadInput(_words(name, wrong[:60], known[name]), field=name)


def _words(name: str, wrong: str, known: Mapping[str, Any]) -> str:
    if name in PLACES:
        return gettext(
            "There is no “%(value)s” in the list; it is at %(place)s.",
            value=wrong,
            place=PLACES[name],
        )
    return gettext(
        "There is no “%(value)s”; there are %(known)s.", value=wrong, known=", ".join(known)
    )

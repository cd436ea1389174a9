"""Organisations for machines: the list by pages, and one by its number or its address."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, request

from alliance.accounts.permissions import Permission, allow
from alliance.api.blueprint import Blueprint
from alliance.api.days import day_asked
from alliance.api.responses import json_response, json_text, public_address
from alliance.api.schemas.organisations import Organisation, OrganisationPage
from alliance.api.schemas.queries import LARGEST_ID, DayQuery, OrganisationQuery
from alliance.core.db import db
from alliance.core.errors import BadInput, NotFound
from alliance.directory.queries.directory import ids_after, open_directory
from alliance.directory.queries.search import Version
from alliance.directory.queries.snapshots import DirectoryState, present
from alliance.directory.queries.wire import (
    WireRow,
    documents_after,
    documents_among,
    find_document,
    find_document_at,
)
from alliance.directory.rules.searching import DirectoryCriteria

resource = Blueprint(
    "organisations",
    __name__,
    url_prefix="/api/v1/organisations",
    description="The members of the alliance, on any day.",
)

_LISTS = {
    "category": "/api/v1/categories",
    "region": "/api/v1/regions",
    "country": "/api/v1/countries",
    "sector": "/api/v1/sectors",
}
_SEARCHED = frozenset({"q", *_LISTS})
_LAST_SEEN = "alliance.api.last_seen"


@resource.offer(
    "",
    name="listOrganisations",
    query=OrganisationQuery,
    answer=OrganisationPage,
    links_on=True,
)
@allow(Permission.SEE_PUBLIC)
def list_organisations(arguments: dict[str, Any]) -> Response:
    """List organisations.

    Members on the day, by `id`. While `next` is a number there is more: ask again with it as
    `after`. Organisations that join meanwhile are not missed, and none comes twice.
    """
    limit = arguments["limit"]
    rows = _found(arguments) if _SEARCHED.intersection(arguments) else _all(arguments)
    shown = rows[:limit]
    following = shown[-1][0] if len(rows) > limit else None
    items = ",".join(_items(shown))
    response = json_response(f'{{"items":[{items}],"next":{json_text(following)}}}')
    if following is not None:
        response.headers["Link"] = f'<{_address_after(following)}>; rel="next"'
    return response


@resource.offer(
    "/<int(min=1):id>",
    path={"id": "The `id` of the organisation."},
    name="showOrganisation",
    query=DayQuery,
    answer=Organisation,
)
@allow(Permission.SEE_PUBLIC)
def show_organisation(arguments: dict[str, Any], id: int) -> Response:
    """Show one organisation.

    404 when there is none of this `id`, when it is not public and when it was no member on the day.
    """
    if id > LARGEST_ID:
        raise NotFound
    session = db.session()
    day = day_asked(arguments, present(session))
    return _one(find_document(session, id, day=day))


@resource.offer(
    "/by-slug/<string:slug>",
    path={"slug": "The last part of the address of its page, present or former."},
    name="showOrganisationBySlug",
    query=DayQuery,
    answer=Organisation,
)
@allow(Permission.SEE_PUBLIC)
def show_organisation_by_slug(arguments: dict[str, Any], slug: str) -> Response:
    """Show the organisation whose page has this address.

    Addresses that it had before a change of name lead to it too.
    """
    session = db.session()
    day = day_asked(arguments, present(session))
    return _one(find_document_at(session, slug, day=day))


def _all(arguments: Mapping[str, Any]) -> Sequence[WireRow]:
    """One row more than asked for, when there are so many, of all members: one statement.

    Which day it is depends on the alliance's zone. It is taken from the state of the directory that
    this process saw last, and when the statement tells of another, everything is done again.
    """
    session = db.session()
    state: DirectoryState = current_app.extensions.get(_LAST_SEEN) or present(session)
    version, rows = _members(arguments, state)
    if version != state.version:
        state = present(session)
        _, rows = _members(arguments, state)
    current_app.extensions[_LAST_SEEN] = state
    return rows


def _members(
    arguments: Mapping[str, Any], state: DirectoryState
) -> tuple[Version, Sequence[WireRow]]:
    return documents_after(
        db.session(),
        day=day_asked(arguments, state),
        after=arguments["after"],
        limit=arguments["limit"] + 1,
    )


def _found(arguments: Mapping[str, Any]) -> Sequence[WireRow]:
    """One row more than asked for, when there are so many, of those that fit all filters."""
    session = db.session()
    opened = open_directory(session, arguments.get("q", ""))
    criteria = DirectoryCriteria(
        as_of=day_asked(arguments, opened.state),
        q=arguments.get("q", ""),
        categories=tuple(arguments.get("category", ())),
        regions=tuple(arguments.get("region", ())),
        countries=tuple(arguments.get("country", ())),
        sectors=tuple(arguments.get("sector", ())),
    )
    limit = arguments["limit"] + 1
    try:
        ids = ids_after(session, criteria, after=arguments["after"], limit=limit, opened=opened)
    except BadInput as wrong:
        if wrong.field not in _LISTS:
            raise
        raise BadInput(
            f"{wrong.message} It is at {_LISTS[wrong.field]}.", field=wrong.field
        ) from None
    return documents_among(session, ids, day=criteria.as_of)


def _items(rows: Sequence[WireRow]) -> list[str]:
    """Each document with its two addresses; a slug needs no quoting in JSON."""
    pages, own = public_address("/members/"), public_address("/api/v1/organisations/")
    return [f'{row[2][:-1]}, "url": "{pages}{row[1]}", "self": "{own}{row[0]}"}}' for row in rows]


def _one(row: WireRow | None) -> Response:
    if row is None:
        raise NotFound
    return json_response(_items([row])[0])


def _address_after(id: int) -> str:
    """The address of the next page, with everything else as it was asked."""
    asked = [(key, value) for key, value in request.args.items(multi=True) if key != "after"]
    return public_address(f"{request.path}?{urlencode([*asked, ('after', id)])}")

"""The members as open data, and the codebook that says what the columns mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.queries.directory import ids_for
from alliance.directory.queries.listings import documents_of
from alliance.directory.rules.open_data import COLUMNS, as_csv, as_json, open_head, open_row
from alliance.web.errors import TELLERS
from alliance.web.languages import gettext, language
from alliance.web.public import public
from alliance.web.public.codebook import explained
from alliance.web.public.context import base_url, directory_state, labels
from alliance.web.public.members import Asked, asked

_PIECES_A_BLOCK = 200
Rows = Iterator[Mapping[str, Any]]


@public.get("/members.csv")
@allow(Permission.SEE_PUBLIC)
def members_csv() -> ResponseReturnValue:
    """The same choice as /members as CSV: all pages of it, columns as the codebook says."""
    return _download("text/csv; charset=utf-8; header=present", "csv", lambda _, rows: as_csv(rows))


@public.get("/members.json")
@allow(Permission.SEE_PUBLIC)
def members_json() -> ResponseReturnValue:
    """The same choice as /members as JSON, with day, licence and source."""
    return _download(
        "application/json", "json", lambda request_, rows: as_json(rows, _head(request_))
    )


@public.get("/members/codebook")
@allow(Permission.SEE_PUBLIC)
def codebook() -> ResponseReturnValue:
    """Every column of the downloads explained, and every value it may have."""
    known = labels(directory_state(), language())
    return render_template(
        "public/codebook.html",
        columns=[(name, *explained()[name]) for name in COLUMNS],
        lists=[
            ("category", gettext("Kinds"), [(k, one[0]) for k, one in known.categories.items()]),
            ("body_kind", gettext("Kinds of body"), list(known.body_kinds.items())),
            ("region", gettext("Regions"), list(known.regions.items())),
            ("sector", gettext("Sectors"), list(known.sectors.items())),
            ("country", gettext("Countries"), list(known.countries.items())),
        ],
    )


def _download(
    content_type: str, suffix: str, write: Callable[[Asked, Rows], Iterator[str]]
) -> ResponseReturnValue:
    request_ = asked()
    request_.query.insist()
    response, etag = Response(content_type=content_type), _etag(request_)
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Link"] = ", ".join(_links())
    if etag in request.if_none_match:
        response.status_code = 304
        return response
    criteria, session = request_.query.criteria, db.session()
    name = f"members-{criteria.as_of.isoformat()}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    ids = ids_for(session, criteria, opened=request_.opened)
    rows = _rows(request_, ids, session.get_bind(), base_url())
    response.response = _blocks(write(request_, rows))
    return response


def _blocks(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces joined to some hundred lines each: a server sends every piece by itself."""
    while block := "".join(islice(pieces, _PIECES_A_BLOCK)):
        yield block


def _rows(request_: Asked, ids: Sequence[int], bind: Engine | Connection, address: str) -> Rows:
    """The rows, read while they are sent: after the request, so in a session of their own."""
    day, reference = request_.query.criteria.as_of, request_.opened.state.reference
    with Session(bind) as session:
        for document in documents_of(session, ids):
            yield open_row(document, reference, day=day, base_url=address)


def _head(request_: Asked) -> dict[str, Any]:
    settings = request_.opened.state.settings
    return open_head(
        source=settings.name("en"),
        licence=settings.licence,
        licence_url=settings.licence_url,
        day=request_.query.criteria.as_of,
        base_url=base_url(),
    )


def _links() -> list[str]:
    return [
        f'<{directory_state().settings.licence_url}>; rel="license"',
        f'<{base_url()}{url_for("public.codebook")}>; rel="describedby"; type="text/html"',
    ]


def _etag(request_: Asked) -> str:
    """Changes with the directory, the choice, the day and the columns."""
    state = request_.opened.state
    told = repr((state.version, request_.query.criteria, COLUMNS, request.path, base_url()))
    return sha256(told.encode()).hexdigest()[:32]


def _tell_plainly(code: int, message: str, reference: str, field: str | None) -> Response:
    """An error for whoever asked for a file: words, not a page."""
    parameter = gettext("Parameter: %(name)s", name=field) + "\n" if field else ""
    text = f"{message}\n{parameter}{gettext('Reference:')} {reference}\n"
    return Response(text, code, content_type="text/plain; charset=utf-8")


def _tell_as_json(code: int, message: str, reference: str, field: str | None) -> Response:
    body = {"status": code, "detail": message, "parameter": field, "reference": reference}
    text = current_app.json.dumps({key: one for key, one in body.items() if one is not None})
    return Response(text, code, content_type="application/problem+json")


@public.record
def _tell_errors(state: BlueprintSetupState) -> None:
    tellers = state.app.extensions.setdefault(TELLERS, {})
    tellers["/members.csv"] = _tell_plainly
    tellers["/members.json"] = _tell_as_json

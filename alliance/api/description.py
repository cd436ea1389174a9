"""The OpenAPI document: made from the schemas, completed with what the closed lists hold now."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from flask import Blueprint, Flask, Response, current_app

from alliance.accounts.permissions import Permission, allow
from alliance.api.responses import json_response, json_text
from alliance.api.schemas.common import NAMES
from alliance.core.db import db
from alliance.directory.queries.snapshots import DirectoryState, present

VERSION = "1.0.0"
_KEPT = "alliance.openapi"
_ABOUT = """\
The members of the alliance as data: who is a member, on any day, where, and in which field.

What is public needs no key, and may be used under the licence named below. Its answers carry an
`ETag`; ask again with `If-None-Match` and only what has changed is sent. Errors are problem
documents (RFC 9457) that say what to do. Fields and parameters are only ever added; be ready to
meet ones you do not know.

What the secretariat keeps is for programs with a token, sent as `Authorization: Bearer …`. Its
scopes say what it may do; each operation names those it needs. A record is changed with the `ETag`
with which it was read in `If-Match`, and 412 tells what others changed meanwhile. A request with
an `Idempotency-Key` is worked off once within a day. A token may send 600 requests a minute. Bodies
are JSON in UTF-8 of at most 1 MB, without fields that are not described here.
"""

description = Blueprint("description", __name__, url_prefix="/api/v1")


def about() -> dict[str, Any]:
    """What the document says of the whole API, before the alliance's own words."""
    return {
        "title": "Alliance",
        "version": VERSION,
        "openapi_version": "3.1.0",
        "info": {"description": _ABOUT},
    }


def describe(app: Flask, state: DirectoryState) -> dict[str, Any]:
    """The whole document: who publishes, under which licence, and which values may be asked for."""
    document: dict[str, Any] = deepcopy(app.extensions[_KEPT])
    settings = state.settings
    document["info"] |= {
        "title": f"{settings.name('en')} API",
        "contact": {"email": settings.contact_address},
        "license": {"name": settings.licence, "url": settings.licence_url},
    }
    values = {
        "category": list(state.reference.categories),
        "region": list(state.region_codes),
        "country": list(state.reference.countries),
        "sector": list(state.sector_ids),
        "role": list(state.reference.roles),
    }
    for parameter in _parameters(document):
        # An enumeration may not be empty.
        if values.get(parameter["name"]):
            parameter["schema"]["items"]["enum"] = values[parameter["name"]]
    return document


def keep(app: Flask, document: dict[str, Any]) -> None:
    """Remember the part of the document that is the same for every alliance."""
    for parameter in _parameters(document):
        if parameter["in"] == "query":
            # A form sends every field, and those left empty count as left out.
            parameter["allowEmptyValue"] = True
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                operation["summary"] = operation["summary"].rstrip(".")
    for schema in document["components"]["schemas"].values():
        for told in schema["properties"].values():
            if NAMES in told:
                told["propertyNames"] = {"pattern": told.pop(NAMES)}
    app.extensions[_KEPT] = document


@description.get("/openapi.json")
@allow(Permission.SEE_PUBLIC)
def openapi() -> Response:
    """The document that describes the API."""
    return json_response(json_text(describe(current_app, present(db.session()))))


def _parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                yield from operation.get("parameters", ())

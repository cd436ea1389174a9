"""Addresses that need a token: described with all they may answer, guarded, read strictly."""

from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, Final

from flask import Response, request
from marshmallow import Schema

from alliance.accounts.permissions import Permission, allow
from alliance.api.auth import Needs, caller, needing, scope_for
from alliance.api.blueprint import SECURITY_SCHEME, Blueprint
from alliance.api.bodies import read_body, read_upload
from alliance.api.problems import Trouble
from alliance.api.responses import json_text
from alliance.api.schemas.headers import Creating, Replacing
from alliance.api.schemas.queries import NoQuery
from alliance.api.words import gettext
from alliance.api.writing import Answer, Asked, Follow, settle
from alliance.core.db import db

# View(session, asked, **path) reads or makes a change; it commits nothing itself.
View = Callable[..., Answer]
_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_QUERY: Final = NoQuery()
# What an address may answer beside success, by what it takes.
_ALWAYS = {
    400: "BAD_REQUEST",
    401: "NO_TOKEN",
    403: "NOT_ALLOWED",
    429: "TOO_MANY",
    503: "BUSY",
}
_WITH_BODY = {413: "TOO_LARGE", 415: "NOT_JSON"}
_WRITING = {422: "REFUSED"}
_REPLACING = {412: "MOVED_ON", 428: "NOT_SEEN"}


class PrivateBlueprint(Blueprint):
    """A group of addresses for programs with a token."""

    def private(
        self,
        method: str,
        rule: str,
        *,
        name: str,
        needs: Needs,
        answer: type[Schema],
        status: int = 200,
        query: type[Schema] | None = None,
        body: type[Schema] | None = None,
        upload: type[Schema] | None = None,
        path: Mapping[str, str] = _NOTHING,
        is_seen_first: bool = False,
        again: Follow | None = None,
    ) -> Callable[[View], View]:
        """Serve and describe a view that answers `answer`; its docstring describes it.

        needs: groups of permissions, all of one of which the token must have. path: explains the
        parameters in the path. upload: a form with a file, in the place of a body. is_seen_first:
        the record must be sent back as it was seen, by its version in If-Match. again: as for
        `settle`.
        """
        read, sent = (query() if query else _NO_QUERY), (body() if body else None)
        files = upload() if upload else None

        def serve(view: View) -> View:
            @needing(needs)
            @allow(needs[0][0])
            @wraps(view)
            def ask(**path: Any) -> Response:
                given = self.ARGUMENTS_PARSER.parse(read, location="query", unknown=None)
                if method == "GET":
                    return respond(view(db.session(), Asked(caller(), given), **path))
                seen = _seen() if is_seen_first else None
                asked = Asked(caller(), given, _sent(sent, files), seen)
                return respond(settle(lambda *given: view(*given, **path), asked, again=again))

            ask._apidoc = self._described(  # type: ignore[attr-defined]
                view, method, name, needs, answer, status, read, sent or files, path, is_seen_first
            )
            told = [{"in": "path", "name": key, "description": path[key]} for key in path]
            options = {"provide_automatic_options": False} if method != "GET" else {}
            self.route(rule, parameters=told, methods=[method], **options)(ask)
            return view

        return serve

    def _described(
        self,
        view: View,
        method: str,
        name: str,
        needs: Needs,
        answer: type[Schema],
        status: int,
        query: Schema,
        body: Schema | None,
        path: Mapping[str, str],
        is_seen_first: bool,
    ) -> Any:
        others = {
            **_ALWAYS,
            **({404: "NOT_FOUND"} if path else {}),
            **(_WITH_BODY if body else {}),
            **(_WRITING if method != "GET" else {}),
            **(_REPLACING if is_seen_first else {}),
        }
        described: Any = view
        for code, reference in others.items():
            described = self.alt_response(code, reference)(described)
        shows_one = "version" in answer().fields
        headers = {**_LIMITS, **({"ETag": _ETAG} if shows_one else {})}
        if status == 201:
            headers["Location"] = _LOCATION
        summary = (answer.__doc__ or "").strip().split("\n")[0]
        described = self.response(status, answer, description=summary, headers=headers)(described)
        if body is not None:
            kind = "files" if "file" in body.fields else "json"
            described = self.arguments(body, location=kind)(described)
        if is_seen_first:
            described = self.arguments(Replacing, location="headers")(described)
        if method == "POST":
            described = self.arguments(Creating, location="headers")(described)
        if query.fields:
            described = self.arguments(query, location="query")(described)
        security = [{SECURITY_SCHEME: _scopes(group)} for group in needs]
        return self.doc(operationId=name, security=security)(described)._apidoc


def respond(answer: Answer) -> Response:
    """The answer as it is sent: never kept by anybody."""
    response = Response(
        json_text(answer.document), status=answer.status, mimetype="application/json"
    )
    if answer.version is not None:
        response.set_etag(answer.version)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    return response


def of(*permissions: Permission) -> Needs:
    """All of these permissions."""
    return (permissions,)


def _scopes(group: tuple[Permission, ...]) -> list[str]:
    return list(dict.fromkeys(scope_for(one).value for one in group))


def _sent(body: Schema | None, upload: Schema | None) -> dict[str, Any]:
    if body is not None:
        return read_body(body)
    return read_upload(upload) if upload is not None else {}


def _seen() -> Any:
    if "If-Match" not in request.headers:
        raise Trouble(
            428,
            gettext(
                "Read the record first and send its ETag in the header If-Match, so that nobody's"
                " change is lost."
            ),
            field="If-Match",
        )
    return request.if_match


_LIMITS = {
    "X-RateLimit-Limit": {
        "description": "How many requests this token may send within a minute.",
        "schema": {"type": "integer"},
        "example": 600,
    },
    "X-RateLimit-Remaining": {
        "description": "How many of them are left in the present minute.",
        "schema": {"type": "integer"},
        "example": 598,
    },
}
_ETAG = {
    "description": "The version of the record, for `If-Match`.",
    "schema": {"type": "string"},
    "example": '"6b86b273ff34fce19d6b"',
}
_LOCATION = {
    "description": "The address of the new record.",
    "schema": {"type": "string"},
    "example": "https://alliance.example/api/v1/contacts/17",
}

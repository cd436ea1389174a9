"""The API's own kind of blueprint: queries are read strictly, and errors are told in words."""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeVar

import flask_smorest  # type: ignore[import-untyped]
from flask import Flask, Request, Response
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from alliance.api.problems import MEDIA_TYPE
from alliance.api.schemas.problems import Problem
from alliance.api.schemas.queries import Day, WholeNumber
from alliance.core.errors import BadInput


class QueryParser(FlaskParser):
    """Reads the query. A parameter without a value counts as left out, as forms send it."""

    DEFAULT_VALIDATION_STATUS = 400

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, Any]:
        """The given values by name. Raises BadInput when one that is single was given twice."""
        found: dict[str, Any] = {}
        for name, values in req.args.lists():
            given = [value for value in values if value]
            if isinstance(schema.fields.get(name), fields.List):
                if given:
                    found[name] = given
                continue
            if len(values) > 1:
                raise BadInput(
                    gettext("`%(name)s` was given more than once; give it once.", name=name),
                    field=name,
                )
            if given or name not in schema.fields:
                found[name] = values[0]
        return found

    def handle_error(
        self,
        error: ValidationError,
        req: Request,
        schema: Schema,
        *,
        error_status_code: int | None,
        error_headers: Mapping[str, str] | None,
    ) -> NoReturn:
        """Tell of the first parameter that is at fault. Raises BadInput."""
        assert isinstance(error.messages, dict)
        wrong: Mapping[str, Any] = error.messages["query"]
        name, messages = next(iter(wrong.items()))
        if name in schema.fields:
            raise BadInput(str(_first(messages)), field=name)
        known = ", ".join(schema.fields) or "–"
        raise BadInput(
            gettext(
                "There is no parameter `%(name)s` here. Leave it out; these are known: %(known)s.",
                name=name[:80],
                known=known,
            ),
            field=name[:80],
        )


_NOTHING: Mapping[str, str] = MappingProxyType({})
View = TypeVar("View", bound=Callable[..., Response])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A group of addresses that read their queries strictly."""

    ARGUMENTS_PARSER = QueryParser()

    def offer(
        self,
        rule: str,
        *,
        name: str,
        query: type[Schema],
        answer: type[Schema],
        path: Mapping[str, str] = _NOTHING,
        links_on: bool = False,
    ) -> Callable[[View], View]:
        """Serve and describe a view that takes its query as a dict first and answers `answer`.

        Summary and description are the view's docstring. `name` is the operation's in programs
        made from the description. `path` explains the parameters in the path; with any, it can
        answer 404. `links_on`: a page of a list, with the address of the next in the header Link.
        """
        headers = {"ETag": _ETAG, "Link": _LINK} if links_on else {"ETag": _ETAG}

        schema = query()

        def serve(view: View) -> View:
            @wraps(view)
            def ask(**path: Any) -> Response:
                given = self.ARGUMENTS_PARSER.parse(schema, location="query", unknown=None)
                return view(given, **path)

            described = self.alt_response(304, "NOT_MODIFIED")(view)
            if path:
                described = self.alt_response(404, "NOT_FOUND")(described)
            described = self.response(200, answer, description=_summary(answer), headers=headers)(
                described
            )
            described = self.arguments(schema, location="query")(described)
            # What is described is not what is called: its wrappers would cost more than the query.
            ask._apidoc = self.doc(operationId=name)(described)._apidoc  # type: ignore[attr-defined]
            told = [{"in": "path", "name": key, "description": path[key]} for key in path]
            self.route(rule, parameters=told)(ask)
            return view

        return serve


_ETAG = {
    "description": "Changes when the answer does; send it back in `If-None-Match`.",
    "schema": {"type": "string"},
    "example": '"5eb63bbbe01eeed093cb22bb8f5acdc3"',
}
_LINK = {
    "description": 'The address of the next page as `rel="next"`; absent on the last page.',
    "schema": {"type": "string"},
    "example": '<https://alliance.example/api/v1/organisations?after=17>; rel="next"',
}


_SECONDS = {
    "description": "Seconds to wait before asking again.",
    "schema": {"type": "integer"},
    "example": 17,
}
_CHALLENGE = {
    "description": "That a token is to be sent as `Authorization: Bearer …`.",
    "schema": {"type": "string"},
    "example": 'Bearer realm="api"',
}
_HEADERS: Mapping[str, Any] = {
    "NO_TOKEN": {"headers": {"WWW-Authenticate": _CHALLENGE}},
    "TOO_MANY": {"headers": {"Retry-After": _SECONDS}},
    "BUSY": {"headers": {"Retry-After": _SECONDS}},
}


def _summary(schema: type[Schema]) -> str:
    return (schema.__doc__ or "").strip().split("\n")[0]


SECURITY_SCHEME: Final = "token"
_TOKEN = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token that an administrator made for your program. Its scopes say what it"
    " may be used for; each operation names those that it needs. A scope for writing includes"
    " reading.",
}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """The API's description. Errors stay with the application, which tells of them in one place."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = "DEFAULT_ERROR"

    def __init__(self, app: Flask, **spec: Any) -> None:
        super().__init__(app, spec_kwargs=spec)
        self.register_field(Day, "string", "date")
        self.register_field(WholeNumber, "integer", None)
        self.spec.components.security_scheme(SECURITY_SCHEME, _TOKEN)

    def _register_error_handlers(self) -> None:
        """Register none: they would answer for pages too."""

    def _register_pagination_header(self) -> None:
        """Describe none: pages are by key."""

    def _register_responses(self) -> None:
        """Describe the answers that several addresses share."""
        told = {"content": {MEDIA_TYPE: {"schema": Problem}}}
        described = {
            "DEFAULT_ERROR": "Something else went wrong; the document says what.",
            "BAD_REQUEST": "A parameter or field is unknown, of the wrong kind or given too often;"
            " `field` names it.",
            "NO_TOKEN": "No token was sent, or one that is unknown, expired or revoked.",
            "NOT_ALLOWED": "The token has not the scope for this; `detail` names it.",
            "MOVED_ON": "Others have changed the record since it was read: `version` is its"
            " present version, `conflicts` tells of the fields that clash.",
            "TOO_LARGE": "The body is larger than may be.",
            "NOT_JSON": "The body is of another kind than the one asked for.",
            "REFUSED": "The request is well-formed, but the rules of the directory say no; `detail`"
            " says why and `field`, where one is meant, names it.",
            "NOT_SEEN": "The header `If-Match` is missing.",
            "TOO_MANY": "The token has sent too many requests within a minute.",
            "BUSY": "The service is resting for a moment, or the answer took too long to find.",
            "NOT_FOUND": "There is no such thing, or it is not public.",
        }
        for name, description in described.items():
            response = {"description": description, **told, **_HEADERS.get(name, {})}
            self.spec.components.response(name, response, lazy=True)
        self.spec.components.response(
            "NOT_MODIFIED",
            {"description": "What you have, by the ETag in `If-None-Match`, is still true."},
            lazy=True,
        )


def _first(messages: Any) -> Any:
    """The first message among those of one parameter: a list, or lists by position."""
    while isinstance(messages, Mapping | Sequence) and not isinstance(messages, str):
        messages = next(iter(messages.values() if isinstance(messages, Mapping) else messages))
    return messages

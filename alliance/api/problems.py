"""Errors as machines are told of them: one shape for everything that can go wrong."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import gettext

MEDIA_TYPE = "application/problem+json"
# Where the pages' error handling finds those who tell of errors otherwise, by beginning of address.
_TELLERS = "alliance.tellers"
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Trouble(Exception):
    """A problem with its status, known where it is met.

    more: further members of the document, such as the conflicts of a stale writer. headers: such
    as Retry-After.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        field: str | None = None,
        more: Mapping[str, Any] = _NOTHING,
        headers: Mapping[str, str] = _NOTHING,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.field = field
        self.more = more
        self.headers = headers


def prepare(app: Flask, prefix: str) -> None:
    """Have every error below `prefix` told as a problem document."""
    app.extensions.setdefault(_TELLERS, {})[prefix] = problem
    app.register_error_handler(Trouble, _tell)


def _tell(trouble: Trouble) -> Response:
    reference = str(g.get("request_id", ""))
    response = problem(trouble.status, trouble.message, reference, trouble.field, trouble.more)
    response.headers.update(trouble.headers)
    return response


def problem(
    code: int,
    message: str,
    reference: str,
    field: str | None,
    more: Mapping[str, Any] = _NOTHING,
) -> Response:
    """The problem document (RFC 9457) for an error; `reference` is the id of the request."""
    told = {
        "type": "about:blank",
        "title": HTTPStatus(code).phrase,
        "status": code,
        "detail": str(_detail(code) or message),
        "instance": reference,
    }
    if field is not None:
        told["field"] = field
    response = Response(json.dumps({**told, **more}, ensure_ascii=False), code, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    # The words follow the reader's language.
    response.vary.update(("Accept-Language", "Cookie"))
    return response


def _detail(code: int) -> str | None:
    """Words for machines' makers where those for readers of pages would mislead."""
    told = {
        404: gettext("There is nothing at this address, or nothing that is public."),
        405: gettext(
            "%(method)s cannot be used here; the header Allow lists what can.",
            method=request.method,
        ),
    }
    return told.get(code)

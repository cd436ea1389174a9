"""Errors as machines are told of them: one shape for everything that can go wrong."""

import json
from http import HTTPStatus

from flask import Flask, Response, request
from flask_babel import gettext

MEDIA_TYPE = "application/problem+json"
# Where the pages' error handling finds those who tell of errors otherwise, by beginning of address.
_TELLERS = "alliance.tellers"


def prepare(app: Flask, prefix: str) -> None:
    """Have every error below `prefix` told as a problem document."""
    app.extensions.setdefault(_TELLERS, {})[prefix] = problem


def problem(code: int, message: str, reference: str, field: str | None) -> Response:
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
    response = Response(json.dumps(told, ensure_ascii=False), code, mimetype=MEDIA_TYPE)
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

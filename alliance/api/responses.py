"""Answers that are data: JSON that may be kept and asked for again by its tag."""

import json
from hashlib import sha256
from typing import Any

from flask import Flask, Response, current_app, request

from alliance.api.auth import is_private

_OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After, X-Request-ID",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_ASKED_BEFORE = {
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_OWN = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
_POLICY = "default-src 'none'; frame-ancestors 'none'"


def prepare(app: Flask, prefix: str) -> None:
    """Open what is public below `prefix` to programs on the pages of others, and nothing else."""

    @app.after_request
    def open_to_all(response: Response) -> Response:
        is_page = response.mimetype == "text/html" and request.method != "OPTIONS"
        if not request.path.startswith(prefix) or is_page:
            return response
        response.headers["Content-Security-Policy"] = _POLICY
        if is_private():
            response.headers.update(_OWN)
            response.vary.add("Authorization")
            return response
        response.headers.update(_OPEN_TO_ALL)
        if request.method == "OPTIONS":
            response.headers.update(_ASKED_BEFORE)
        return response


def json_response(body: str) -> Response:
    """This JSON text with a strong tag made of it, or 304 when the asker has it already."""
    content = body.encode()
    response = Response(content, mimetype="application/json")
    response.set_etag(sha256(content).hexdigest()[:32])
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Vary"] = "Accept-Encoding"
    if "If-None-Match" in request.headers:
        response.make_conditional(request)
    return response


def json_text(value: Any) -> str:
    """A value as JSON, as short as it gets."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def public_address(path: str) -> str:
    """The address of `path` as the world knows it: from configuration, never from the request."""
    base: str = current_app.config["ALLIANCE"].base_url
    return f"{base}{path}"

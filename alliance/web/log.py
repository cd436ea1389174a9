"""The line that every request leaves in the log: method and path, never the query or a person."""

import secrets
import time

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from alliance.core.log import say_often

# Paths asked for every few seconds by machines say nothing when all is well.
_QUIET = ("/health/", "/static/")


def register(app: Flask) -> None:
    """Give every request an id and log it when it is answered."""

    @app.before_request
    def start() -> None:
        clear_contextvars()
        bind_contextvars(request_id=request_id())
        g.request_started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = request_id()
        if response.status_code >= 400 or not request.path.startswith(_QUIET):
            # The query is left out: it may hold the name somebody searched for.
            started = g.get("request_started")
            say_often(
                "alliance.request",
                "request",
                request_id=request_id(),
                method=request.method,
                path=request.path,
                status=response.status_code,
                ms=None if started is None else round((time.perf_counter() - started) * 1000, 1),
            )
        return response


def request_id() -> str:
    """The id of the request being answered: what an error page shows and the log holds."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(8)
    return str(g.request_id)

"""What a visitor is told when something cannot be shown: words and a way on, never a trace."""

from collections.abc import Callable

import structlog
from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from alliance.core.db import db
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.web.languages import direction, gettext, language
from alliance.web.log import request_id

log = structlog.get_logger()
Teller = Callable[[int, str, str, str | None], Response]
# How others than pages tell of errors, by the beginning of their addresses; the API adds itself.
TELLERS = "alliance.tellers"
_RETRY_AFTER_SECONDS = "10"


def prepare(app: Flask) -> None:
    """Translate every error once, here."""
    app.extensions.setdefault(TELLERS, {})
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _bug)


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    response = tell(code, _words(code), None)
    # What the framework knows more of, such as Allow and Location, is kept.
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers.setdefault(name, value)
    return response


def _not_found(error: NotFound) -> Response:
    return tell(404, _words(404), None)


def _refused(error: Refused) -> Response:
    field = error.field if isinstance(error, BadInput) else None
    return tell(400 if isinstance(error, BadInput) else 422, error.message, field)


def _database_away(error: Exception) -> Response:
    log.warning("database_unreachable", kind=type(error).__name__)
    db.session.remove()
    response = tell(503, _words(503), None)
    response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _bug(error: Exception) -> Response:
    return tell(500, _words(500), None, error=error)


def tell(
    code: int, message: str, field: str | None = None, *, error: Exception | None = None
) -> Response:
    """The answer that tells of an error, as a page or as those who ask there want it told."""
    reference = request_id()
    if code >= 500:
        log.error("request_failed", status=code, exc_info=error)
    teller = _teller()
    if teller is not None:
        return teller(code, message, reference, field)
    try:
        body = render_template(
            "errors/error.html", code=code, message=message, reference=reference, field=field
        )
    except Exception:
        # The frame itself needs the database for the alliance's name; the bare page does not.
        bare = current_app.jinja_env.get_template("errors/bare.html")
        code_of_language = language()
        body = bare.render(
            code=code,
            message=message,
            reference=reference,
            lang=code_of_language,
            direction=direction(code_of_language),
        )
    return make_response(body, code)


def is_told_by_page() -> bool:
    """Whether an error at this address would be told by a page, and not by a document."""
    return _teller() is None


def _teller() -> Teller | None:
    tellers: dict[str, Teller] = current_app.extensions[TELLERS]
    return next((tell for start, tell in tellers.items() if request.path.startswith(start)), None)


def _words(code: int) -> str:
    told = {
        400: gettext("The address or the form holds something that cannot be used."),
        403: gettext("You may not see this page."),
        404: gettext("There is no page at this address. It may have moved, or never existed."),
        405: gettext("This page cannot be used in that way."),
        413: gettext("What was sent is too large."),
        429: gettext("That was a lot of requests. Please wait a minute and try again."),
        503: gettext("The service is resting for a moment. Please try again in ten seconds."),
    }
    return told.get(code, gettext("Something went wrong on our side. It has been noted."))

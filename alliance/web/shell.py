"""What every page shares: the frame's values, security headers, caching and error pages."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.templating import Environment
from flask.typing import ResponseReturnValue

from alliance.core.db import db
from alliance.directory.queries.snapshots import present
from alliance.directory.rules.logos import is_logo_name
from alliance.web import errors
from alliance.web.frames import desk_parts, frame_parts
from alliance.web.languages import OWN_NAMES, direction, gettext, language

THEMES = ("system", "light", "dark")
_YEAR = 365 * 24 * 3600
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


class Templates(Environment):
    """Templates that share one set of globals.

    Jinja gives each template a chain of its own and compares the chains at every import of a
    macro, which took a quarter of the time of a page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The environment's own globals unless a template brings some."""
        return self.globals if not d else super().make_globals(d)


def prepare(app: Flask) -> None:
    """Give pages their frame, their headers and their error pages."""
    base = urlsplit(app.config["ALLIANCE"].base_url)
    headers = dict(_HEADERS)
    if base.scheme == "https":
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    app.before_request(_change_theme)
    app.context_processor(frame)
    app.after_request(lambda response: _secure(response, headers))
    errors.prepare(app)


def frame() -> dict[str, Any]:
    """The values that every template finds: who we are, in which language, where the visitor is."""
    code = language()
    state = g.get("directory_state") or present(db.session())
    settings = state.settings
    values: dict[str, Any] = {
        "alliance": {
            "name": settings.name(code),
            "mark": settings.mark,
            "mark_url": _mark_url(settings.mark),
            "contact_address": settings.contact_address,
            "licence": settings.licence,
            "licence_url": settings.licence_url,
        },
        "lang": code,
        "direction": direction(code),
        "theme": theme(),
        "languages": [(one, OWN_NAMES[one]) for one in settings.languages],
        "asset": current_app.extensions["assets"].url,
        "here": here,
        "navigation": _navigation(),
        "base_url": current_app.config["ALLIANCE"].base_url,
    }
    values["frame_parts"] = lambda: frame_parts(values)
    values["desk_parts"] = lambda workspace, url: desk_parts(values, workspace, url)
    return values


def _mark_url(mark: str) -> str:
    """Where the mark is found: a picture that was uploaded, or one of those that are shipped."""
    if is_logo_name(mark):
        return url_for("public.logo", name=mark)
    address: str = current_app.extensions["assets"].url(mark)
    return address


def theme() -> str:
    """The colours the visitor chose: light, dark, or whatever the system prefers."""
    kept = request.cookies.get("theme", "")
    return kept if kept in THEMES else THEMES[0]


def here(**changes: Any) -> str:
    """The present address with some query parameters changed; None removes one.

    A change always leads back to the first page, unless the page itself is what changes.
    """
    values: dict[str, Any] = request.args.to_dict(flat=False)
    values.pop("page", None)
    for key, value in changes.items():
        if value is None:
            values.pop(key, None)
        else:
            values[key] = value
    query = urlencode(values, doseq=True)
    # Decoded, a path may hold what a browser reads as the start of another host: "/\t/elsewhere".
    path = quote(request.path)
    return f"{path}?{query}" if query else path


def _navigation() -> list[tuple[str, str, bool]]:
    at = request.endpoint or ""
    return [
        (gettext("Members"), url_for("public.members"), at.startswith("public.member")),
        (gettext("About"), url_for("public.about"), at == "public.about"),
    ]


def _change_theme() -> ResponseReturnValue | None:
    asked = request.args.get("theme")
    if asked is None or request.method != "GET" or not _is_page():
        return None
    response = redirect(here(theme=None, page=request.args.get("page")), code=303)
    if asked in THEMES:
        response.set_cookie(
            "theme",
            asked,
            max_age=_YEAR,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


def _is_page() -> bool:
    """Whether people look at this address; for programs "theme" is a parameter like any other."""
    if request.blueprint == "console":
        return True
    pages = (None, "public", "sign_in", "staff")
    return request.blueprint in pages and errors.is_told_by_page()


def _secure(response: Response, headers: dict[str, str]) -> Response:
    given = {name for name, _ in response.headers}
    for name, value in headers.items():
        if name not in given:
            response.headers.add(name, value)
    if response.mimetype == "text/html":
        response.vary.update(("Cookie", "Accept-Language"))
        response.headers.setdefault("Cache-Control", "no-cache")
        response.headers.setdefault("Content-Language", g.get("language", "en"))
    return response

"""The pictures of organisations, under names that only what shows them knows."""

from flask import Response, current_app, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.directory.operations.logos import logo_path
from alliance.web.public import public

A_YEAR = 365 * 24 * 60 * 60


@public.get("/logos/<name>")
@allow(Permission.SEE_PUBLIC)
def logo(name: str) -> ResponseReturnValue:
    """A stored logo by its file's name, which is the digest of its bytes; 404 for any other."""
    path = logo_path(current_app.config["ALLIANCE"].instance_path / "logos", name)
    response = Response(path.read_bytes(), content_type="image/webp")
    response.cache_control.public = True
    response.cache_control.max_age = A_YEAR
    response.cache_control.immutable = True
    return response


def logo_address(name: str | None) -> str:
    """Where the logo of this name is found; "" without one."""
    return url_for("public.logo", name=name) if name else ""

"""The API for people: what can be asked, with forms to ask it, and a console to try it in."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.api.description import describe
from alliance.api.operations import operation, operations
from alliance.api.responses import public_address
from alliance.core.db import db
from alliance.directory.queries.snapshots import present

console = Blueprint("console", __name__, url_prefix="/api")


@console.get("/")
@allow(Permission.SEE_PUBLIC)
def show_api() -> ResponseReturnValue:
    """Lead to the version that stands."""
    return redirect(url_for(".show_forms"), code=308)


@console.get("/v1/")
@allow(Permission.SEE_PUBLIC)
def show_forms() -> ResponseReturnValue:
    """Every operation in words, and a plain form for the chosen one; needs no script."""
    state = present(db.session())
    offered = operations(describe(current_app, state), state.reference)
    shown = offered.get(request.args.get("operation", ""), next(iter(offered.values())))
    return render_template(
        "public/api/show.html",
        operations=list(offered.values()),
        shown=shown,
        example=public_address(next(iter(offered.values())).path),
        address=public_address(shown.path),
    )


@console.get("/v1/ask/<name>")
@allow(Permission.SEE_PUBLIC)
def ask(name: str) -> ResponseReturnValue:
    """Turn what a form sent into the address that a program would ask, and lead there."""
    state = present(db.session())
    asked = operation(describe(current_app, state), state.reference, name)
    return redirect(asked.address(request.args), code=303)


@console.get("/v1/console")
@allow(Permission.SEE_PUBLIC)
def show_console() -> ResponseReturnValue:
    """The vendored console, for those who want the whole description at hand."""
    return render_template("public/api/console.html")

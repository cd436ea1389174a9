"""Every request passes here: may this visitor do what the route asks for?

Not signed in: the workspace leads to the sign-in, all else is not found. Signed in without the
permission: the workspace says so in words, all else is not found. Sensitive acts ask for a fresh
proof of who acts. What changes something must come from a page of ours.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect

from alliance.accounts.operations.notes import note_of
from alliance.accounts.operations.sessions import note_seen
from alliance.accounts.permissions import (
    ROLES,
    Permission,
    Role,
    asks_to_confirm,
    permission_of,
)
from alliance.accounts.queries.sessions import SignedIn
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.reactions import commit
from alliance.web import errors, identity, step_up
from alliance.web.languages import gettext
from alliance.web.roles import role_name
from alliance.web.targets import own_path

# Who decides at addresses that programs use, by their beginnings; the API adds itself. A keeper is
# called with the permission and answers None to let the request pass; what the caller may do stands
# in g.permissions then.
KEEPERS = "alliance.keepers"
Keeper = Callable[[Permission], ResponseReturnValue | None]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN = "/sign-in"
_SET_UP = "/staff/account/factors/new"
# All that an administrator without a second factor may do is to set one up, or to leave.
_WITHOUT_FACTOR = (_SET_UP, "/sign-in/confirm")
_PERSONAL = ("/staff", _SIGN_IN, "/sign-out")
# Numbers of records are as large as the database can count.
_LARGEST_NUMBER = 2**63 - 1
_csrf = CSRFProtect()


class Denied(Exception):
    """Somebody who is signed in may not do this."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


def guard(app: Flask) -> None:
    """Let each request through only with the permission that its route declares."""
    app.extensions.setdefault(KEEPERS, {})
    # Checked below, after the permission; a form stays good as long as the session does. Where it
    # came from is compared with our own address, which needs no Referer.
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False
    )
    identity.prepare(app)
    _csrf.init_app(app)
    app.jinja_env.globals["may"] = may
    app.before_request(_ask_permission)
    app.after_request(_keep_private)
    app.register_error_handler(Denied, _tell_denied)
    app.register_error_handler(CSRFError, _tell_forged)


def current_account() -> SignedIn | None:
    """Whoever is signed in."""
    return identity.visitor()


def signed_in() -> SignedIn:
    """Whoever is signed in; leads to the sign-in where nobody is."""
    account = current_account()
    if account is None:
        abort(_lead_to_sign_in())
    return account


def current_actor() -> Actor:
    """The doer that the history names for this request."""
    return signed_in().actor


def present_permissions() -> frozenset[Permission]:
    """What the visitor behind this request may do."""
    if "permissions" in g:
        known: frozenset[Permission] = g.permissions
        return known
    account = current_account()
    if account is None or account.owes_factor:
        return ROLES[Role.ANYONE]
    return account.permissions


def may(permission: Permission | str) -> bool:
    """Whether the visitor has a permission, which templates give by its value."""
    return Permission(permission) in present_permissions()


def _ask_permission() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    view = current_app.view_functions[request.endpoint]
    permission = permission_of(view)
    if permission is None:
        abort(404)
    keeper = _keeper()
    if keeper is not None:
        # Cookies mean nothing to programs.
        g.permissions = ROLES[Role.ANYONE]
        return keeper(permission)
    if permission in ROLES[Role.ANYONE]:
        _refuse_forgery()
        return None
    account = current_account()
    if account is None:
        if not request.path.startswith(_PERSONAL):
            # Hidden and absent look the same.
            abort(404)
        return _lead_to_sign_in()
    if account.owes_factor and not request.path.startswith(_WITHOUT_FACTOR):
        return redirect(_SET_UP, code=303)
    if permission not in account.permissions:
        _refuse(account, permission)
    _refuse_impossible()
    _refuse_forgery()
    note_seen(db.session(), account, clock.now())
    if asks_to_confirm(view) and not account.is_confirmed(clock.now()):
        return step_up.ask(account)
    return None


def _keeper() -> Keeper | None:
    keepers: dict[str, Keeper] = current_app.extensions[KEEPERS]
    return next(
        (keeper for start, keeper in keepers.items() if request.path.startswith(start)), None
    )


def _lead_to_sign_in() -> Response:
    """To the sign-in and back again; what was posted cannot be carried along."""
    wanted = request.full_path.removesuffix("?") if request.method == "GET" else "/staff/"
    target = own_path(wanted, "/staff/")
    address = url_for("sign_in.enter", next=target)
    if request.headers.get("HX-Request") == "true":
        # A part of a page cannot show the sign-in; the whole page goes there.
        return Response(status=204, headers={"HX-Redirect": url_for("sign_in.enter")})
    response = redirect(address, code=303)
    assert isinstance(response, Response)
    return response


def _refuse(account: SignedIn, permission: Permission) -> None:
    if not request.path.startswith(_PERSONAL):
        abort(404)
    identity.write_also_now()
    session = db.session()
    rule = request.url_rule.rule if request.url_rule else ""
    asked = {"permission": (None, permission.value), "path": (None, rule)}
    note_of(session, account.actor, "refused", account.account_id, account.name, asked)
    commit(session)
    raise Denied(account.role)


def _refuse_impossible() -> None:
    """What no record can have for a number or a name is not found, without asking the database."""
    for value in (request.view_args or {}).values():
        is_too_large = isinstance(value, int) and value > _LARGEST_NUMBER
        if is_too_large or (isinstance(value, str) and "\0" in value):
            abort(404)


def _refuse_forgery() -> None:
    """Refuse what would change something and does not come from a page of ours."""
    if request.method in _SAFE:
        return
    if _is_from_elsewhere():
        raise CSRFError("from elsewhere")
    _csrf.protect()


def _is_from_elsewhere() -> bool:
    """What the browser says of the page that sent this; old browsers say nothing."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    own = urlsplit(current_app.config["ALLIANCE"].base_url)
    return origin is not None and origin not in (
        f"{own.scheme}://{own.netloc}", request.host_url.rstrip("/"),
    )  # fmt: skip


def _keep_private(response: Response) -> Response:
    """Nothing personal stays in a cache, nor behind the back button."""
    if request.path.startswith(_PERSONAL):
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def _tell_denied(error: Denied) -> Response:
    return errors.tell(
        403,
        gettext(
            "Your role is %(role)s, which does not include this. Ask an administrator if you"
            " need it.",
            role=role_name(error.role),
        ),
    )


def _tell_forged(_: Any) -> Response:
    return errors.tell(
        400,
        gettext(
            "This form is too old or did not come from a page of ours, so nothing was changed."
            " Go back, load the page again and send it once more."
        ),
    )


def check(app: Flask) -> None:
    """Refuse to start while any route lacks a permission. Raises RuntimeError naming the routes."""
    bare = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if permission_of(app.view_functions[rule.endpoint]) is None
    )
    if bare:
        raise RuntimeError(
            "These routes declare no permission; add @allow(...) to each: " + ", ".join(bare)
        )

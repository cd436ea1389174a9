"""The first step: address and password."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.operations import limits
from alliance.accounts.operations.notes import note_of
from alliance.accounts.operations.signing_in import STRANGER, enter_password
from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.db import db
from alliance.core.text import BadText, fold, normalise_email
from alliance.reactions import commit
from alliance.web import identity
from alliance.web.languages import gettext
from alliance.web.sign_in import sign_in
from alliance.web.step_up import too_many
from alliance.web.targets import own_path

HOME = "/staff/"
_LONGEST_EMAIL = 320


@sign_in.get("/sign-in")
@allow(Permission.SEE_PUBLIC)
def enter() -> ResponseReturnValue:
    """The form; whoever is signed in already goes on."""
    target = own_path(request.args.get("next"), HOME)
    if identity.visitor() is not None:
        return redirect(target, code=303)
    return _page(target)


@sign_in.post("/sign-in")
@allow(Permission.SEE_PUBLIC)
def try_password() -> ResponseReturnValue:
    """Look at address and password; the answer does not tell which of them was wrong."""
    target = own_path(request.form.get("next"), HOME)
    email = request.form.get("email", "")[:_LONGEST_EMAIL].strip()
    password = request.form.get("password", "")
    if not email or not password:
        return _page(target, email=email, error=gettext("Give your address and your password."))
    refusal = _count_try(email)
    if refusal is not None:
        return refusal
    session = db.session()
    entered = enter_password(
        session,
        email,
        password,
        safeguards=identity.safeguards(),
        now=clock.now(),
        user_agent=identity.user_agent(),
    )
    commit(session)
    if entered is None:
        wrong = gettext("Address and password do not belong together. Check both and try again.")
        return _page(target, email=email, error=wrong)
    limits.forget(session, "account", _account_key(email), limits.SIGN_IN)
    limits.forgive(session, "address", identity.client_address(), limits.SIGN_IN)
    if entered.owes_factor:
        identity.begin_half(entered.token)
        return redirect(url_for("sign_in.ask_factor", next=target), code=303)
    identity.begin(entered.token)
    return redirect(target, code=303)


def _count_try(email: str) -> Response | None:
    """Count this try for the account and for the network address; the page to wait, if over."""
    session = db.session()
    for name, key in (("address", identity.client_address()), ("account", _account_key(email))):
        tried = limits.hit(session, name, key, limits.SIGN_IN)
        if not tried.is_allowed:
            if tried.is_first_refused:
                note_of(session, STRANGER, "sign_in_limited", 0, "", {"limit": (None, name)})
                commit(session)
            return too_many(tried)
    return None


def _account_key(email: str) -> str:
    """What an account's tries are counted under: the same for all spellings of its address."""
    try:
        return normalise_email(email)
    except BadText:
        return fold(email)


def _page(target: str, *, email: str = "", error: str = "") -> Response:
    page = render_template("sign_in/enter.html", target=target, email=email, error=error)
    return make_response(page, 400 if error else 200)

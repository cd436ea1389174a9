"""The second step: a code, a passkey or a recovery code."""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.operations import limits
from alliance.accounts.operations.signing_in import Proof, enter_factor
from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.db import db
from alliance.reactions import commit
from alliance.web import identity, passkeys
from alliance.web.languages import gettext
from alliance.web.sign_in import sign_in
from alliance.web.sign_in.password import HOME
from alliance.web.step_up import too_many
from alliance.web.targets import own_path


@sign_in.get("/sign-in/factor")
@allow(Permission.SEE_PUBLIC)
def ask_factor() -> ResponseReturnValue:
    """The form; without a password first, back to the beginning."""
    target = own_path(request.args.get("next"), HOME)
    half = identity.half()
    if half is None:
        return redirect(url_for("sign_in.enter", next=target), code=303)
    return _page(half.account_id, target)


@sign_in.post("/sign-in/factor")
@allow(Permission.SEE_PUBLIC)
def try_factor() -> ResponseReturnValue:
    """Look at what was brought."""
    target = own_path(request.form.get("next"), HOME)
    half = identity.half()
    if half is None:
        return redirect(url_for("sign_in.enter", next=target), code=303)
    session, key = db.session(), str(half.account_id)
    tried = limits.hit(session, "code", key, limits.CODES)
    if not tried.is_allowed:
        return too_many(tried)
    answer = request.form.get("passkey", "")
    proof = Proof(
        code=request.form.get("code", ""), passkey=passkeys.answered(answer) if answer else None
    )
    token = enter_factor(
        session,
        half,
        proof,
        safeguards=identity.safeguards(),
        now=clock.now(),
        user_agent=identity.user_agent(),
    )
    commit(session)
    if token is None:
        return _page(
            half.account_id,
            target,
            gettext("This code does not fit, or was used before. Wait for the next one."),
        )
    limits.forget(session, "code", key, limits.CODES)
    identity.begin(token)
    return redirect(target, code=303)


def _page(account_id: int, target: str, error: str = "") -> Response:
    page = render_template(
        "sign_in/factor.html", target=target, error=error, passkey=passkeys.question(account_id)
    )
    return make_response(page, 400 if error else 200)

"""Proving oneself again before a page with a sensitive act."""

from flask import Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.web import passkeys
from alliance.web.guards import signed_in
from alliance.web.sign_in import sign_in
from alliance.web.sign_in.password import HOME
from alliance.web.step_up import take_proof
from alliance.web.targets import own_path


@sign_in.get("/sign-in/confirm")
@allow(Permission.OWN_ACCOUNT)
def confirm() -> ResponseReturnValue:
    """The question."""
    return _page(own_path(request.args.get("next"), HOME))


@sign_in.post("/sign-in/confirm")
@allow(Permission.OWN_ACCOUNT)
def try_proof() -> ResponseReturnValue:
    """Look at the proof, then go where one wanted to go."""
    target = own_path(request.form.get("next"), HOME)
    refusal = take_proof(signed_in())
    if refusal is None:
        return redirect(target, code=303)
    return _page(target, refusal) if isinstance(refusal, str) else refusal


def _page(target: str, error: str = "") -> Response:
    account = signed_in()
    page = render_template(
        "sign_in/confirm.html",
        account=account,
        action=request.path,
        carried=[("next", target)],
        has_files=False,
        error=error,
        passkey=passkeys.question(account.account_id),
    )
    return make_response(page, 400 if error else 200)

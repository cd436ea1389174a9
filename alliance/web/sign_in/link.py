"""Setting a password by the link that an administrator handed over."""

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from alliance.accounts.operations import limits
from alliance.accounts.operations.links import account_behind, redeem
from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.db import db
from alliance.core.errors import BadInput, Refused
from alliance.reactions import abandon, commit
from alliance.web import identity
from alliance.web.sign_in import sign_in
from alliance.web.step_up import too_many


@sign_in.get("/sign-in/password")
@allow(Permission.SEE_PUBLIC)
def ask_password() -> ResponseReturnValue:
    """The form, for a link that is still good; its token is in the query, which is not logged."""
    return _page(request.args.get("token", ""))


@sign_in.post("/sign-in/password")
@allow(Permission.SEE_PUBLIC)
def set_password() -> ResponseReturnValue:
    """Take the password; the link is used up."""
    token, session = request.form.get("token", ""), db.session()
    tried = limits.hit(session, "link", identity.client_address(), limits.SIGN_IN)
    if not tried.is_allowed:
        return too_many(tried)
    try:
        redeem(
            session,
            token,
            request.form.get("password", ""),
            safeguards=identity.safeguards(),
            now=clock.now(),
        )
    except BadInput as error:
        abandon(session)
        return _page(token, error.message)
    except Refused:
        abandon(session)
        return _page(token)
    commit(session)
    return render_template("sign_in/password_set.html")


def _page(token: str, error: str = "") -> Response:
    account = account_behind(db.session(), token, clock.now())
    page = render_template(
        "sign_in/password.html", token=token, email=account.email if account else "", error=error
    )
    response = make_response(page, 410 if account is None else 400 if error else 200)
    # The address holds the token, which nobody is told as the place that one comes from.
    response.headers["Referrer-Policy"] = "strict-origin"
    return response

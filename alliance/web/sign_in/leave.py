"""Signing out, which leaves nothing behind in the browser."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue

from alliance.accounts.operations.notes import note_of
from alliance.accounts.operations.sessions import end_session
from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.reactions import commit
from alliance.web import identity
from alliance.web.sign_in import sign_in


@sign_in.get("/sign-out")
@allow(Permission.SEE_PUBLIC)
def ask_to_leave() -> ResponseReturnValue:
    """Following a link changes nothing; the page has the button that does."""
    if identity.visitor() is None:
        return redirect("/", code=303)
    return render_template("sign_in/leave.html")


@sign_in.post("/sign-out")
@allow(Permission.SEE_PUBLIC)
def leave() -> ResponseReturnValue:
    """End the session, here and in the database."""
    account, session = identity.visitor(), db.session()
    if account is not None:
        end_session(session, account.session_id, account_id=account.account_id)
        note_of(session, account.actor, "signed_out", account.account_id, account.name)
        commit(session)
    identity.leave()
    response = redirect("/", code=303)
    # Not the cookies: language and colours are no secret, and this one is emptied anyway.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response

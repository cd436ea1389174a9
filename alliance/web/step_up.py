"""Sensitive acts ask again who acts, when the last proof is older than a quarter of an hour.

A page that was asked for comes after the question. A form that was sent is carried along: its
fields stand in the page that asks, and are sent again together with the proof. Files and passwords
are not: they are asked for once more.
"""

from collections.abc import Sequence

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict

from alliance.accounts.operations import limits
from alliance.accounts.operations.sessions import renew_session
from alliance.accounts.operations.signing_in import Proof, is_proved
from alliance.accounts.queries.sessions import SignedIn
from alliance.core import clock
from alliance.core.db import db
from alliance.reactions import commit
from alliance.web import errors, identity, passkeys
from alliance.web.languages import gettext

# Fields of the proof begin so; no form of ours has others that do.
PREFIX = "confirm_"


def ask(account: SignedIn) -> ResponseReturnValue | None:
    """Ask for the proof, or take the one that was sent along; None lets the request pass."""
    if request.method in ("GET", "HEAD"):
        wanted = request.full_path.removesuffix("?")
        return redirect(url_for("sign_in.confirm", next=wanted), code=303)
    if not any(name.startswith(PREFIX) for name in request.form):
        return _page(account, 403, "")
    refusal = take_proof(account)
    if refusal is not None:
        return refusal if isinstance(refusal, Response) else _page(account, 400, refusal)
    kept = [(name, value) for name, value in _fields() if not name.startswith(PREFIX)]
    # The view behind gets its form as it was sent first.
    request.form = ImmutableMultiDict(kept)
    return None


def take_proof(account: SignedIn) -> str | Response | None:
    """Look at the proof in the form; None when it holds, else words or the page of a limit.

    A proof that holds renews the session.
    """
    session, now = db.session(), clock.now()
    key = str(account.account_id)
    tried = limits.hit(session, "proof", key, limits.CODES)
    if not tried.is_allowed:
        return too_many(tried)
    answer = request.form.get(PREFIX + "passkey", "")
    proof = Proof(
        password=request.form.get(PREFIX + "password", ""),
        code=request.form.get(PREFIX + "code", ""),
        passkey=passkeys.answered(answer) if answer else None,
    )
    is_good = is_proved(session, account, proof, safeguards=identity.safeguards(), now=now)
    if not is_good:
        commit(session)
        return gettext("This does not prove who you are. Check the password and the code.")
    token = renew_session(session, account.session_id, now=now)
    commit(session)
    limits.forget(session, "proof", key, limits.CODES)
    identity.renew(token)
    return None


def too_many(tried: limits.Tried) -> Response:
    """The page that asks to wait."""
    minutes = -(-tried.retry_after // 60)
    response = errors.tell(
        429,
        gettext(
            "Too many tries. Please wait %(minutes)s minutes, then try again.", minutes=minutes
        ),
    )
    response.headers["Retry-After"] = str(tried.retry_after)
    return response


def _page(account: SignedIn, code: int, error: str) -> Response:
    page = render_template(
        "sign_in/confirm.html",
        account=account,
        action=request.full_path.removesuffix("?"),
        carried=[(name, value) for name, value in _fields() if _is_carried(name)],
        has_files=any(file.filename for file in request.files.values()),
        error=error,
        passkey=passkeys.question(account.account_id),
    )
    return make_response(page, code)


def _fields() -> Sequence[tuple[str, str]]:
    return list(request.form.items(multi=True))


def _is_carried(name: str) -> bool:
    is_own = name == "csrf_token" or name.startswith(PREFIX)
    return not is_own and "password" not in name

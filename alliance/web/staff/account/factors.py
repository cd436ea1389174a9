"""One's own second factors: setting up, removing, recovery codes."""

from collections.abc import Sequence

import segno
from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length

from alliance.accounts.operations import limits
from alliance.accounts.operations.factors import (
    begin_totp,
    new_recovery_codes,
    pending_secret,
    prove_totp,
    remove_factor,
    welcome_factor,
)
from alliance.accounts.operations.passkeys import keep
from alliance.accounts.permissions import Permission, allow
from alliance.accounts.queries.accounts import get_account
from alliance.accounts.rules.codes import provisioning_uri
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput, Refused
from alliance.core.settings import alliance_settings
from alliance.core.text import squeeze
from alliance.reactions import abandon, commit
from alliance.web import identity, passkeys
from alliance.web.forms import Form
from alliance.web.guards import signed_in
from alliance.web.languages import gettext, language
from alliance.web.staff import staff
from alliance.web.staff.account.acts import act
from alliance.web.staff.frame import say
from alliance.web.step_up import too_many

_NAME = 80


class CodeForm(Form):
    """The first code of a new code generator."""

    code = StringField(
        lazy_gettext("Code"),
        description=lazy_gettext("The six digits that the app shows now."),
        validators=[InputRequired(), Length(max=60)],
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "class": "input--short",
        },
    )


class PasskeyForm(Form):
    """What the browser answered when it made a passkey."""

    name = StringField(
        lazy_gettext("Name of this passkey"),
        description=lazy_gettext("So that you know it again, such as “Office laptop”."),
        validators=[InputRequired(), Length(max=_NAME)],
    )
    passkey = HiddenField()


@staff.get("/account/factors/new")
@allow(Permission.OWN_ACCOUNT, confirm=True)
def new_factor() -> ResponseReturnValue:
    """The choice: an app that shows codes, or a passkey."""
    return _choice(PasskeyForm(formdata=None))


@staff.post("/account/factors/new")
@allow(Permission.OWN_ACCOUNT, confirm=True)
def begin_app() -> ResponseReturnValue:
    """Make a secret for an app; an earlier one that was not proved is dropped."""
    own = signed_in()

    def work(session: Session, _: Actor) -> str:
        stored = get_account(session, own.account_id, lock=True)
        begin_totp(session, stored, safeguards=identity.safeguards(), now=clock.now())
        return url_for("staff.prove_app")

    return act(work, url_for("staff.new_factor"))


@staff.route("/account/factors/new/app", methods=["GET", "POST"])
@allow(Permission.OWN_ACCOUNT, confirm=True)
def prove_app() -> ResponseReturnValue:
    """Show the secret, and finish when a code of it comes back."""
    own, session, form = signed_in(), db.session(), CodeForm()
    secret = pending_secret(session, own.account_id, identity.safeguards())
    if secret is None:
        return redirect(url_for("staff.account" if own.has_factor else "staff.new_factor"), 303)
    if form.validate_on_submit():
        tried = limits.hit(session, "code", str(own.account_id), limits.CODES)
        if not tried.is_allowed:
            return too_many(tried)
        try:
            codes = prove_totp(
                session,
                get_account(session, own.account_id, lock=True),
                form.code.data or "",
                name=gettext("Authenticator app"),
                safeguards=identity.safeguards(),
                now=clock.now(),
                actor=own.actor,
                session_id=own.session_id,
            )
        except Refused as error:
            abandon(session)
            form.tell(error)
        else:
            commit(session)
            limits.forget(session, "code", str(own.account_id), limits.CODES)
            return _welcome(codes)
    uri = provisioning_uri(secret, own.email, alliance_settings(session).name(language()))
    path, size = _square(uri)
    page = render_template(
        "staff/account/app.html", form=form, secret=_grouped(secret), path=path, size=size
    )
    return make_response(page, 422 if form.has_errors else 200)


@staff.post("/account/factors/new/passkey")
@allow(Permission.OWN_ACCOUNT, confirm=True)
def keep_passkey() -> ResponseReturnValue:
    """Store a passkey that the browser has made."""
    own, session, form = signed_in(), db.session(), PasskeyForm()
    given = passkeys.answered(form.passkey.data or "")
    if form.validate():
        try:
            if given is None:
                raise BadInput("The passkey was not made; please try again.", field="name")
            stored = get_account(session, own.account_id, lock=True)
            name = squeeze(form.name.data or "", max_length=_NAME)
            factor = keep(session, stored, given, name=name, now=clock.now())
            codes = welcome_factor(
                session, stored, factor, actor=own.actor, session_id=own.session_id
            )
        except Refused as error:
            abandon(session)
            form.tell(error)
        else:
            commit(session)
            return _welcome(codes)
    return _choice(form)


@staff.post("/account/factors/<int(max=999999999999):id>/remove")
@allow(Permission.OWN_ACCOUNT, confirm=True)
def remove_own_factor(id: int) -> ResponseReturnValue:
    """Take a factor away."""
    own = signed_in()

    def work(session: Session, actor: Actor) -> str:
        stored = get_account(session, own.account_id, lock=True)
        remove_factor(session, stored, id, actor=actor, session_id=own.session_id)
        say(gettext("The second factor is removed, and other browsers are signed out."))
        return url_for("staff.account")

    return act(work, url_for("staff.account"))


@staff.post("/account/recovery-codes")
@allow(Permission.OWN_ACCOUNT, confirm=True)
def make_recovery_codes() -> ResponseReturnValue:
    """New recovery codes in place of the old ones."""
    own, session = signed_in(), db.session()
    if not own.has_factor:
        say(gettext("Recovery codes come with a second factor; set one up first."), late=True)
        return redirect(url_for("staff.account"), 303)
    codes = new_recovery_codes(
        session, get_account(session, own.account_id, lock=True), actor=own.actor
    )
    commit(session)
    return _welcome(codes, is_new=False)


def _choice(form: PasskeyForm) -> ResponseReturnValue:
    own = signed_in()
    page = render_template(
        "staff/account/new_factor.html",
        form=form,
        act=Form(formdata=None),
        account=own,
        options=passkeys.offer(own.account_id, request.host),
    )
    return make_response(page, 422 if form.has_errors else 200)


def _welcome(codes: Sequence[str], *, is_new: bool = True) -> ResponseReturnValue:
    return render_template("staff/account/codes.html", codes=codes, is_new=is_new)


def _square(text: str) -> tuple[str, int]:
    """A text as the path of a square code, and how many modules it is wide."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    return path, len(rows)


def _grouped(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))

"""One's own account: name, language, password, sessions, and what has happened to it."""

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from alliance.accounts.operations.accounts import change_own, set_password
from alliance.accounts.operations.notes import note_of
from alliance.accounts.operations.sessions import end_session, end_sessions
from alliance.accounts.permissions import Permission, allow
from alliance.accounts.queries.accounts import get_account
from alliance.accounts.queries.factors import listed_factors, recovery_codes_left
from alliance.accounts.queries.sessions import open_sessions
from alliance.accounts.rules.passwords import LONGEST, SHORTEST_ALONE, SHORTEST_WITH_FACTOR
from alliance.audit.queries.entries import history_of
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import NotFound
from alliance.core.settings import SHIPPED_LANGUAGES
from alliance.web import identity
from alliance.web.forms import Form, submit
from alliance.web.guards import present_permissions, signed_in
from alliance.web.languages import OWN_NAMES, gettext
from alliance.web.staff import staff
from alliance.web.staff.account.acts import act
from alliance.web.staff.activity import activity_of
from alliance.web.staff.browsers import browser_name
from alliance.web.staff.frame import say
from alliance.web.staff.values import moment

_ENTRIES = 30


class OwnForm(Form):
    """What one may change about oneself without proof."""

    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("As colleagues see it beside what you do."),
        validators=[InputRequired(), Length(max=120)],
        render_kw={"autocomplete": "name"},
    )
    language = SelectField(
        lazy_gettext("Language"),
        choices=[
            SelectChoice("", lazy_gettext("As the browser asks")),
            *(SelectChoice(code, OWN_NAMES[code]) for code in SHIPPED_LANGUAGES),
        ],
    )


class PasswordForm(Form):
    """A new password, typed or pasted once; managers fill it in."""

    password = PasswordField(
        lazy_gettext("New password"),
        validators=[InputRequired(), Length(max=LONGEST)],
        render_kw={"autocomplete": "new-password"},
    )


@staff.route("/account", methods=["GET", "POST"])
@allow(Permission.OWN_ACCOUNT)
def account() -> ResponseReturnValue:
    """The page, and the change of name and language."""
    own = signed_in()
    form = OwnForm(name=own.name, language=own.language or "")

    def work(session: Session, _: Actor) -> str:
        stored = get_account(session, own.account_id, lock=True)
        change_own(session, stored, name=form.name.data or "", language=form.language.data or "")
        say(gettext("Saved."))
        return url_for("staff.account")

    response = submit(form, work)
    if response is not None:
        return response
    session = db.session()
    now = clock.now()
    page = render_template(
        "staff/account/show.html",
        form=form,
        act=Form(formdata=None),
        account=own,
        moment=moment,
        browser_name=browser_name,
        factors=listed_factors(session, own.account_id),
        codes_left=recovery_codes_left(session, own.account_id),
        sessions=open_sessions(session, own.account_id, now),
        entries=activity_of(
            history_of(session, "account", own.account_id, limit=_ENTRIES), present_permissions()
        ),
    )
    return make_response(page, 422 if form.has_errors else 200)


@staff.route("/account/password", methods=["GET", "POST"])
@allow(Permission.OWN_ACCOUNT, confirm=True)
def account_password() -> ResponseReturnValue:
    """Another password; all other sessions end."""
    own = signed_in()
    form = PasswordForm()

    def work(session: Session, actor: Actor) -> str:
        set_password(
            session,
            get_account(session, own.account_id, lock=True),
            form.password.data or "",
            safeguards=identity.safeguards(),
            now=clock.now(),
            actor=actor,
            session_id=own.session_id,
        )
        say(gettext("Your password is changed, and other browsers are signed out."))
        return url_for("staff.account")

    response = submit(form, work)
    if response is not None:
        return response
    page = render_template(
        "staff/account/password.html",
        form=form,
        shortest=SHORTEST_WITH_FACTOR if own.has_factor else SHORTEST_ALONE,
    )
    return make_response(page, 422 if form.has_errors else 200)


@staff.post("/account/sessions/<int(max=999999999999):id>/end")
@allow(Permission.OWN_ACCOUNT)
def end_own_session(id: int) -> ResponseReturnValue:
    """Sign one other browser out."""
    own = signed_in()

    def work(session: Session, actor: Actor) -> str:
        if not end_session(session, id, account_id=own.account_id):
            raise NotFound("There is no such session.")
        note_of(session, actor, "sessions_ended", own.account_id, own.name)
        say(gettext("That browser is signed out."))
        return url_for("staff.account")

    return act(work, url_for("staff.account"))


@staff.post("/account/sessions/end")
@allow(Permission.OWN_ACCOUNT)
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other browsers out."""
    own = signed_in()

    def work(session: Session, actor: Actor) -> str:
        end_sessions(session, own.account_id, but=own.session_id)
        note_of(session, actor, "sessions_ended", own.account_id, own.name)
        say(gettext("All other browsers are signed out."))
        return url_for("staff.account")

    return act(work, url_for("staff.account"))

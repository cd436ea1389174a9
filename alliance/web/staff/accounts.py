"""Accounts of the staff, as administrators keep them."""

from typing import Any

from flask import current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from alliance.accounts.operations import accounts as operations
from alliance.accounts.operations.links import make_link
from alliance.accounts.operations.notes import note
from alliance.accounts.operations.proposals import (
    add_by_page,
    change_role,
    decide,
    keep_one_administrator,
    propose_reset,
    recent_proposals,
)
from alliance.accounts.operations.sessions import end_sessions
from alliance.accounts.permissions import STAFF_ROLES, Permission, Role, allow
from alliance.accounts.queries.accounts import get_account, listed_account, listed_accounts
from alliance.audit.queries.entries import history_of
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.reactions import commit
from alliance.web.forms import Form, submit
from alliance.web.guards import present_permissions, signed_in
from alliance.web.languages import gettext
from alliance.web.roles import role_name
from alliance.web.staff import staff
from alliance.web.staff.account.acts import act
from alliance.web.staff.activity import activity_of
from alliance.web.staff.frame import say
from alliance.web.staff.values import moment

_ENTRIES = 50


class RoleForm(Form):
    """Another role."""

    role = SelectField(lazy_gettext("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.value, role_name(role)) for role in STAFF_ROLES]


class AccountForm(RoleForm):
    """A new account."""

    email = EmailField(
        lazy_gettext("E-mail address"),
        description=lazy_gettext("The person signs in with it."),
        validators=[InputRequired(), Length(max=320)],
    )
    name = StringField(lazy_gettext("Name"), validators=[Optional(), Length(max=120)])


class DecideForm(Form):
    """Yes or no to a proposal."""

    approve = StringField(validators=[Length(max=3)])


@staff.get("/accounts")
@allow(Permission.MANAGE_ACCOUNTS)
def accounts() -> ResponseReturnValue:
    """All accounts, and what waits for a second administrator."""
    session = db.session()
    return render_template(
        "staff/accounts/list.html",
        accounts=listed_accounts(session, clock.now()),
        proposals=recent_proposals(session),
        own_id=signed_in().account_id,
        act=Form(formdata=None),
        role_name=role_name,
        moment=moment,
    )


@staff.route("/accounts/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def add_account() -> ResponseReturnValue:
    """Add an account; its password is set by a link."""
    form = AccountForm(role=Role.EDITOR.value)

    def work(session: Session, actor: Actor) -> str:
        account, is_given = add_by_page(
            session,
            form.email.data or "",
            Role(form.role.data),
            name=form.name.data or "",
            now=clock.now(),
            actor=actor,
        )
        if is_given:
            say(gettext("The account is added. Now make a link, so that a password can be set."))
        else:
            say(gettext("The account is added; the role waits for a second administrator."))
        return url_for("staff.show_account", id=account.id)

    response = submit(form, work)
    if response is not None:
        return response
    page = render_template("staff/accounts/new.html", form=form)
    return make_response(page, 422 if form.has_errors else 200)


@staff.get("/accounts/<int(max=999999999999):id>")
@allow(Permission.MANAGE_ACCOUNTS)
def show_account(id: int) -> ResponseReturnValue:
    """One account with all that can be done to it."""
    return _page(id)


@staff.post("/accounts/<int(max=999999999999):id>/role")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def change_account_role(id: int) -> ResponseReturnValue:
    """Give another role, or propose it."""
    form = RoleForm()

    def work(session: Session, actor: Actor) -> str:
        account = get_account(session, id, lock=True)
        role = Role(form.role.data)
        if change_role(session, account, role, now=clock.now(), actor=actor):
            say(gettext("The role is changed; it counts from now on."))
        else:
            say(gettext("Proposed. The role is given when a second administrator approves it."))
        return url_for("staff.show_account", id=id)

    return submit(form, work) or _page(id, form)


@staff.post("/accounts/<int(max=999999999999):id>/disable")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def disable_account(id: int) -> ResponseReturnValue:
    """Let an account in no more."""

    def work(session: Session, actor: Actor) -> str:
        account = get_account(session, id, lock=True)
        keep_one_administrator(session, account)
        operations.disable(session, account, now=clock.now(), actor=actor)
        say(gettext("The account is disabled and signed out everywhere."))
        return url_for("staff.show_account", id=id)

    return act(work, url_for("staff.show_account", id=id))


@staff.post("/accounts/<int(max=999999999999):id>/enable")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def enable_account(id: int) -> ResponseReturnValue:
    """Let an account in again."""

    def work(session: Session, actor: Actor) -> str:
        operations.enable(session, get_account(session, id, lock=True), actor=actor)
        say(gettext("The account is enabled."))
        return url_for("staff.show_account", id=id)

    return act(work, url_for("staff.show_account", id=id))


@staff.post("/accounts/<int(max=999999999999):id>/end-sessions")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def end_account_sessions(id: int) -> ResponseReturnValue:
    """Sign an account out everywhere."""

    def work(session: Session, actor: Actor) -> str:
        account = get_account(session, id, lock=True)
        end_sessions(session, account.id)
        note(session, actor, "sessions_ended", account)
        say(gettext("The account is signed out everywhere."))
        return url_for("staff.show_account", id=id)

    return act(work, url_for("staff.show_account", id=id))


@staff.post("/accounts/<int(max=999999999999):id>/reset-factors")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def reset_account_factors(id: int) -> ResponseReturnValue:
    """Propose that somebody's lost second factors be taken away."""

    def work(session: Session, actor: Actor) -> str:
        propose_reset(session, get_account(session, id, lock=True), now=clock.now(), actor=actor)
        say(gettext("Proposed. It happens when a second administrator approves it."))
        return url_for("staff.show_account", id=id)

    return act(work, url_for("staff.show_account", id=id))


@staff.post("/accounts/<int(max=999999999999):id>/link")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def make_password_link(id: int) -> ResponseReturnValue:
    """Show a link for setting a password, once."""
    session = db.session()
    account = get_account(session, id, lock=True)
    token = make_link(session, account, now=clock.now(), actor=signed_in().actor)
    email = account.email
    commit(session)
    # Built from our configured address: what a request calls us may be forged.
    link = _base_url() + url_for("sign_in.ask_password", token=token)
    return render_template("staff/accounts/link.html", link=link, email=email, id=id)


@staff.post("/accounts/proposals/<int(max=999999999999):id>")
@allow(Permission.MANAGE_ACCOUNTS, confirm=True)
def decide_proposal(id: int) -> ResponseReturnValue:
    """Approve or decline what another administrator proposed."""
    approve = request.form.get("approve") == "yes"

    def work(session: Session, actor: Actor) -> str:
        account, _ = decide(session, id, approve=approve, now=clock.now(), actor=actor)
        if approve:
            say(gettext("Approved for %(name)s.", name=account.name))
        else:
            say(gettext("Declined for %(name)s.", name=account.name))
        return url_for("staff.accounts")

    return act(work, url_for("staff.accounts"), DecideForm)


def _base_url() -> str:
    return str(current_app.config["ALLIANCE"].base_url)


def _page(id: int, form: RoleForm | None = None) -> ResponseReturnValue:
    session = db.session()
    account = listed_account(session, id, clock.now())
    page = render_template(
        "staff/accounts/show.html",
        account=account,
        form=form or RoleForm(formdata=None, role=account.role.value),
        act=Form(formdata=None),
        is_own=id == signed_in().account_id,
        entries=activity_of(
            history_of(session, "account", id, limit=_ENTRIES), present_permissions()
        ),
        role_name=role_name,
        moment=moment,
    )
    return make_response(page, 422 if form is not None else 200)

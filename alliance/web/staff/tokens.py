"""Tokens of the API: who has which, new ones, and their end."""

from typing import Any

from flask import make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import IntegerField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from alliance.accounts.operations.tokens import (
    MOST_DAYS,
    issue_token,
    listed_tokens,
    revoke_token,
)
from alliance.accounts.permissions import Permission, Scope, allow
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import Refused
from alliance.reactions import abandon, commit
from alliance.web.forms import Form
from alliance.web.guards import signed_in
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.account.acts import act
from alliance.web.staff.frame import say
from alliance.web.staff.values import moment

_YEAR = 365


class TokenForm(Form):
    """A new token."""

    name = StringField(
        lazy_gettext("Name"),
        description=lazy_gettext("Which program uses it, such as “Website feed”."),
        validators=[InputRequired(), Length(max=120)],
    )
    scopes = SelectMultipleField(
        lazy_gettext("May be used for"),
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired(lazy_gettext("Choose at least one."))],
    )
    days = IntegerField(
        lazy_gettext("Good for how many days"),
        default=_YEAR,
        validators=[InputRequired(), NumberRange(1, MOST_DAYS)],
        render_kw={"class": "input--short"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = [SelectChoice(code, words) for code, words in scope_words().items()]


def scope_words() -> dict[str, str]:
    """What each scope allows, in the reader's language."""
    return {
        Scope.ORGANISATIONS_READ.value: gettext("Read organisations"),
        Scope.ORGANISATIONS_WRITE.value: gettext("Read and change organisations, sectors, lists"),
        Scope.CONTACTS_READ.value: gettext("Read contacts with addresses and telephone numbers"),
        Scope.CONTACTS_WRITE.value: gettext("Read and change contacts and who works where"),
        Scope.IMPORTS_WRITE.value: gettext("Import lists"),
        Scope.HISTORY_READ.value: gettext("Read the history"),
    }


@staff.get("/tokens")
@allow(Permission.MANAGE_TOKENS)
def tokens() -> ResponseReturnValue:
    """All tokens, without what must stay secret."""
    return render_template(
        "staff/accounts/tokens.html",
        tokens=listed_tokens(db.session()),
        now=clock.now(),
        words=scope_words(),
        act=Form(formdata=None),
        moment=moment,
    )


@staff.route("/tokens/new", methods=["GET", "POST"])
@allow(Permission.MANAGE_TOKENS, confirm=True)
def add_token() -> ResponseReturnValue:
    """Make a token and show it, once."""
    form, session = TokenForm(), db.session()
    if form.validate_on_submit():
        try:
            token = issue_token(
                session,
                form.name.data or "",
                form.scopes.data or (),
                days=form.days.data,
                now=clock.now(),
                actor=signed_in().actor,
            )
        except Refused as error:
            abandon(session)
            form.tell(error)
        else:
            commit(session)
            return render_template("staff/accounts/token.html", token=token)
    page = render_template("staff/accounts/new_token.html", form=form)
    return make_response(page, 422 if form.has_errors else 200)


@staff.post("/tokens/<int(max=999999999999):id>/revoke")
@allow(Permission.MANAGE_TOKENS, confirm=True)
def revoke(id: int) -> ResponseReturnValue:
    """End a token."""

    def work(session: Session, actor: Actor) -> str:
        name = revoke_token(session, id, now=clock.now(), actor=actor)
        say(gettext("The token “%(name)s” is revoked and refused from now on.", name=name))
        return url_for("staff.tokens")

    return act(work, url_for("staff.tokens"))

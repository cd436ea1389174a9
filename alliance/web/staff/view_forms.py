"""The forms about saved views."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import AnyOf, InputRequired, Length

from alliance.accounts.rules.views import LONGEST_NAME
from alliance.web.forms import Form

ACTS = ("earlier", "later", "open", "whole", "share", "unshare")


class ViewForm(Form):
    """The name of a view, who sees it, and whether the list opens with it."""

    name = StringField(
        lazy_gettext("Name of the view"),
        validators=[
            InputRequired(lazy_gettext("Give the view a name.")),
            Length(max=LONGEST_NAME, message=lazy_gettext("Shorten this to 60 characters.")),
        ],
        render_kw={"autocomplete": "off", "dir": "auto"},
    )
    is_shared = BooleanField(
        lazy_gettext("Share it with everybody in the workspace"),
        description=lazy_gettext("Only you and administrators can change it."),
    )
    opens = BooleanField(lazy_gettext("Open this list with it"))


class ActForm(Form):
    """One thing to do with a view."""

    act = HiddenField(validators=[AnyOf(ACTS)])


class DeleteForm(Form):
    """Nothing but the wish to delete."""


def view_form(**values: Any) -> ViewForm:
    """The form with these values until others are sent."""
    return ViewForm(data=values)

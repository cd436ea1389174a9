"""Settings: what makes this alliance this one, and who sees which field of its members."""

from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.core.settings import SHIPPED_LANGUAGES, AllianceSettings, alliance_settings
from alliance.directory.operations.logos import keep_picture
from alliance.directory.operations.settings import change_setting
from alliance.directory.queries.wording import settings_history
from alliance.directory.rules.listing import DEFAULT_VISIBILITY, defaults_from
from alliance.directory.rules.records import Visibility
from alliance.web.forms import Form, submit
from alliance.web.guards import present_permissions
from alliance.web.languages import OWN_NAMES, gettext
from alliance.web.staff import staff
from alliance.web.staff.activity import activity_of
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label
from alliance.web.staff.lists.revert import RevertForm

_TEXTS = ("contact_address", "time_zone", "licence", "licence_url")


class SettingsForm(Form):
    """Everything but who sees what."""

    contact_address = StringField(
        lazy_gettext("Contact address"),
        description=lazy_gettext("Shown to the public on every page."),
        validators=[InputRequired(), Length(max=254)],
    )
    time_zone = StringField(
        lazy_gettext("Time zone"),
        description=lazy_gettext("In which the alliance’s days begin and end, as Europe/London."),
        validators=[InputRequired(), Length(max=80)],
    )
    languages = SelectMultipleField(
        lazy_gettext("Languages of the pages"),
        description=lazy_gettext("The first is offered first."),
        choices=[SelectChoice(code, OWN_NAMES[code]) for code in SHIPPED_LANGUAGES],
        validators=[InputRequired(lazy_gettext("Choose at least one language."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    licence = StringField(
        lazy_gettext("Licence of the open data"), validators=[InputRequired(), Length(max=200)]
    )
    licence_url = StringField(
        lazy_gettext("Address of the licence"), validators=[InputRequired(), Length(max=500)]
    )
    mark = FileField(
        lazy_gettext("New mark"),
        description=lazy_gettext(
            "A PNG, JPEG or WebP picture up to 2 MB. The old one stays without."
        ),
        validators=[Optional()],
    )


for _code in SHIPPED_LANGUAGES:
    setattr(
        SettingsForm, f"name_{_code}",
        StringField(
            lazy_gettext("Name of the alliance in %(language)s", language=OWN_NAMES[_code]),
            validators=[InputRequired() if _code == "en" else Optional(), Length(max=120)],
        ),
    )  # fmt: skip


class VisibilityForm(Form):
    """Who sees a field, where an organisation has not chosen otherwise."""


for _field in DEFAULT_VISIBILITY:
    setattr(
        VisibilityForm, _field,
        SelectField(
            choices=[
                SelectChoice(Visibility.PUBLIC.value, lazy_gettext("Everyone")),
                SelectChoice(Visibility.PORTAL.value, lazy_gettext("Members")),
                SelectChoice(Visibility.SECRETARIAT.value, lazy_gettext("Secretariat only")),
            ],
        ),
    )  # fmt: skip


@staff.route("/settings", methods=["GET", "POST"])
@allow(Permission.CHANGE_SETTINGS, confirm=True)
def settings() -> ResponseReturnValue:
    """Name, mark, address, zone, languages and licence, with what they were before."""
    session = db.session()
    now = alliance_settings(session)
    names = {f"name_{code}": text for code, text in now.names}
    form = SettingsForm(data={**{key: getattr(now, key) for key in _TEXTS}, **names,
                              "languages": list(now.languages)})  # fmt: skip
    done = submit(form, lambda session, actor: _change(session, actor, form, now))
    if done is not None:
        return done
    page = render_template(
        "staff/settings/index.html",
        form=form,
        revert=RevertForm(),
        entries=activity_of(settings_history(session)[:50], present_permissions()),
    )
    return page, 422 if form.has_errors else 200


@staff.route("/settings/visibility", methods=["GET", "POST"])
@allow(Permission.CHANGE_SETTINGS, confirm=True)
def default_visibility() -> ResponseReturnValue:
    """Who sees a field of organisations unless one of them has chosen otherwise."""
    session = db.session()
    usual = defaults_from(alliance_settings(session).visibility)
    form = VisibilityForm(data={field: level.value for field, level in usual.items()})
    for field in DEFAULT_VISIBILITY:
        form[field].label.text = field_label("organisation", field)

    def change(session: Session, actor: Actor) -> str:
        chosen = {field: form[field].data for field in DEFAULT_VISIBILITY}
        change_setting(session, "visibility", chosen, actor=actor)
        say(gettext("The settings were changed."))
        return url_for("staff.default_visibility")

    done = submit(form, change)
    if done is not None:
        return done
    page = render_template("staff/settings/visibility.html", form=form)
    return page, 422 if form.has_errors else 200


@staff.post("/settings/revert")
@allow(Permission.CHANGE_SETTINGS, confirm=True)
def revert_setting() -> ResponseReturnValue:
    """Put a setting back to what an entry of the history says it was before."""
    form = RevertForm()

    def put_back(session: Session, actor: Actor) -> str:
        found = {entry.id: entry for entry in settings_history(session)}
        entry = found.get(int(form.entry.data or 0))
        if entry is None:
            raise BadInput(gettext("This change cannot be taken back."))
        before = entry.changes["value"][0]
        change_setting(
            session, entry.subject_name, before, actor=actor, reason=gettext("Taken back")
        )
        say(gettext("The earlier setting is back."))
        return url_for("staff.settings")

    done = submit(form, put_back)
    if done is None:
        raise BadInput("; ".join(map(str, form.form_errors)) or gettext("Try again."))
    return done


def _change(session: Session, actor: Actor, form: Any, now: AllianceSettings) -> str:
    for key in _TEXTS:
        if form[key].data.strip() != getattr(now, key):
            change_setting(session, key, form[key].data, actor=actor)
    kept = {code: text for code, text in now.names if code not in SHIPPED_LANGUAGES}
    names = {code: form[f"name_{code}"].data.strip() for code in SHIPPED_LANGUAGES}
    named = {**{code: text for code, text in names.items() if text}, **kept}
    if named != dict(now.names):
        change_setting(session, "names", named, actor=actor)
    if tuple(form.languages.data) != now.languages:
        change_setting(session, "languages", form.languages.data, actor=actor)
    if form.mark.data:
        folder = current_app.config["ALLIANCE"].instance_path / "logos"
        try:
            name = keep_picture(form.mark.data.read(), folder=folder)
        except BadInput as error:
            raise BadInput(error.message, field="mark") from None
        change_setting(session, "mark", name, actor=actor)
    say(gettext("The settings were changed."))
    return url_for("staff.settings")

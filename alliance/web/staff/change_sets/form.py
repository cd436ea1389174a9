"""The form of an act on many records: which records, what to do, and with which values."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import lazy_gettext
from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from alliance.core.errors import BadInput
from alliance.directory.rules.bulk import ACTS, Act, ActName
from alliance.directory.rules.listing import DEFAULT_VISIBILITY
from alliance.directory.rules.records import Visibility
from alliance.web.forms import Form
from alliance.web.languages import gettext
from alliance.web.numbers import whole_number
from alliance.web.staff.change_sets.words import act_label, term_choices
from alliance.web.staff.labels import field_label
from alliance.web.staff.values import level_name

MOST_RECORDS = 20_000
# The query of a list without any filter, of which all records were chosen.
EVERYTHING = "all=yes"
# Which fields of the form each act uses.
FIELDS: Mapping[str, Sequence[str]] = {
    ActName.ADD_SECTORS: ("sectors",),
    ActName.REMOVE_SECTORS: ("sectors",),
    ActName.SET_CATEGORY: ("category", "body_kind"),
    ActName.SET_COUNTRY: ("country",),
    ActName.SET_LANGUAGE: ("language",),
    ActName.SET_LISTED: ("is_listed",),
    ActName.SET_VISIBILITY: ("field", "level"),
    ActName.END_MEMBERSHIP: ("on", "why"),
    ActName.SET_TIME_ZONE: ("time_zone",),
    ActName.ARCHIVE: (),
    ActName.RESTORE: (),
}
# Without these an act cannot be done; what is not sent is no error of the field but of the act.
_NEEDED = ("sectors", "category", "country", "is_listed", "field", "on", "why")
_NOT_FILTERS = ("csrf_token", "submission", "id", "ids", "all", "act", "query")


class BulkForm(Form):
    """An act on many records. step: "" (choose), "values" (look at it) or "apply"."""

    ids = HiddenField()
    query = HiddenField()
    act = HiddenField()
    step = HiddenField()
    expected_count = HiddenField()
    sectors = SelectMultipleField(
        lazy_gettext("Sectors"),
        validators=[Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    category = SelectField(lazy_gettext("Kind of member"), validators=[Optional()])
    body_kind = SelectField(lazy_gettext("Kind of body"), validators=[Optional()])
    country = SelectField(lazy_gettext("Home country"), validators=[Optional()])
    language = StringField(
        lazy_gettext("Language"),
        description=lazy_gettext("Its code, such as en, fr or ar. Empty takes it away."),
        validators=[Optional(), Length(max=20)],
        render_kw={"class": "input--short", "dir": "ltr"},
    )
    time_zone = StringField(
        lazy_gettext("Time zone"),
        description=lazy_gettext("Such as Africa/Nairobi. Empty takes it away."),
        validators=[Optional(), Length(max=60)],
        render_kw={"dir": "ltr"},
    )
    is_listed = RadioField(lazy_gettext("Shown to the public"), validators=[Optional()])
    field = SelectField(lazy_gettext("Field"), validators=[Optional()])
    level = SelectField(lazy_gettext("Who sees it"), validators=[Optional()])
    on = DateField(lazy_gettext("First day without membership"), validators=[Optional()])
    why = StringField(lazy_gettext("Why it ends"), validators=[Optional(), Length(max=500)])
    reason = TextAreaField(
        lazy_gettext("Why"),
        description=lazy_gettext("Kept in the history of each record."),
        validators=[Optional(), Length(max=500)],
        render_kw={"rows": 2},
    )

    def offer(self) -> None:
        """Fill the options of the closed lists, in the reader's language."""
        for name in _NEEDED:
            self[name].flags.optional = False
        nothing = [("", gettext("Choose"))]
        self.sectors.choices = term_choices("sectors", in_use=self.act.data == ActName.ADD_SECTORS)
        self.category.choices = nothing + term_choices("categories")
        self.body_kind.choices = [("", gettext("As it is")), *term_choices("body_kinds")]
        self.country.choices = nothing + term_choices("countries")
        self.is_listed.choices = [("yes", gettext("Yes")), ("no", gettext("No"))]
        fields = (*DEFAULT_VISIBILITY, "email", "phone", "street", "postcode")
        self.field.choices = nothing + [
            (name, field_label("organisation", name)) for name in dict.fromkeys(fields)
        ]
        levels = [(level.value, level_name(level.value)) for level in Visibility]
        self.level.choices = [("", gettext("As usual for this field")), *levels]


def first_form(subject_kind: str) -> Any:
    """The form for what a list has posted: the boxes that were ticked, or all that match.

    Besides `id` or `ids` and `act` a list may post its own filters, which count with all=yes only.
    """
    given = request.form
    ids = ",".join([*given.getlist("ids"), *given.getlist("id")])
    query = given.get("query", "")
    if given.get("all") == "yes":
        filters = [(k, v) for k, v in given.items(multi=True) if k not in _NOT_FILTERS]
        query = query or urlencode(filters) or request.query_string.decode("utf-8", "replace")
        # No filter at all is a choice too: everything.
        query, ids = query or EVERYTHING, ""
    act = given.get("act", "")
    known = act in ACTS[subject_kind]
    form = BulkForm(formdata=None, data={"ids": ids, "query": query, "act": act if known else ""})
    form.offer()
    return form


def numbers(text: str) -> list[int]:
    """Ids from "1,2,5". Raises BadInput."""
    found = set()
    for part in text.split(","):
        number = whole_number(part)
        if part and number is None:
            raise BadInput("These are no records; go back to the list and choose them again.")
        if number is not None:
            found.add(number)
    return sorted(found)


def act_of(form: Any, subject_kind: str) -> Act:
    """What the form asks for. Raises BadInput naming the field."""
    name = form.act.data
    if name not in ACTS[subject_kind]:
        raise BadInput("Choose what to do.", field="act")
    uses = FIELDS[name]
    if "is_listed" in uses and form.is_listed.data not in ("yes", "no"):
        raise BadInput("Choose yes or no.", field="is_listed")
    code = next(
        (
            form[field].data
            for field in ("category", "country", "language", "time_zone")
            if field in uses
        ),
        None,
    )
    return Act(
        ActName(name),
        sectors=tuple(int(id) for id in form.sectors.data or ()) if "sectors" in uses else (),
        code=code or None,
        body_kind=(form.body_kind.data or None) if "body_kind" in uses else None,
        is_on=form.is_listed.data == "yes",
        field=(form.field.data or None) if "field" in uses else None,
        level=Visibility(form.level.data) if "level" in uses and form.level.data else None,
        on=form.on.data if "on" in uses and isinstance(form.on.data, date) else None,
        why=form.why.data if "why" in uses else None,
    )


def act_choices(subject_kind: str) -> list[tuple[str, str]]:
    """What can be done to records of this kind, as options."""
    return [(name.value, act_label(name)) for name in ACTS[subject_kind]]

"""The forms about people: who they are, where they work, and what becomes of that."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import request
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)
from wtforms import Form as PlainForm

from alliance.core.errors import Refused
from alliance.directory.rules.affiliations import RoleFull
from alliance.directory.rules.records import Address, AddressState, ContactRecord
from alliance.web.forms import Form
from alliance.web.languages import gettext
from alliance.web.staff.labels import field_label
from alliance.web.staff.values import language_name

# Offered in the list of languages; any other that is stored is offered, too.
LANGUAGES = re.findall(
    "[a-z]+",
    "ar bg bn bs ca cs da de el en es et fa fi fil fr ga ha he hi hr hu id is it ja ka kk km ko lo"
    " lt lv mk mn ms mt my ne nl no pl ps pt ro ru rw si sk sl sq sr sv sw ta th tr uk ur uz vi zh"
    " zu",
)
_FIELDS = ("name", "latin_name", "sort_name", "language", "time_zone", "addresses", "phones")
_MOST_ADDRESSES = 20


def address_state(state: AddressState) -> str:
    """What is known of an address, in words."""
    return {
        AddressState.UNVERIFIED: gettext("Unverified"),
        AddressState.VERIFIED: gettext("Verified"),
        AddressState.BOUNCING: gettext("Bouncing"),
    }[state]


def language_choices(*stored: str | None) -> list[tuple[str, str]]:
    """Languages by name, an empty choice first."""
    codes = dict.fromkeys((*LANGUAGES, *filter(None, stored)))
    named = sorted(((code, language_name(code)) for code in codes), key=lambda one: one[1])
    return [("", gettext("Not known")), *named]


class AddressForm(PlainForm):
    """One address with what is known of it."""

    email = StringField()
    state = SelectField(default=AddressState.UNVERIFIED.value)

    def __init__(self, *given: Any, **values: Any) -> None:
        """Labels are made in the language of the request."""
        super().__init__(*given, **values)
        self.email.label.text = gettext("E-mail address")
        self.email.render_kw = {"inputmode": "email", "dir": "ltr"}
        self.state.label.text = gettext("State")
        self.state.choices = [(one.value, address_state(one)) for one in AddressState]


class Pressed(Field):
    """What a button sends; it shows nothing by itself."""

    widget = None


class PeopleForm(Form):
    """A form about people; a role that is fully held is offered to be handed over."""

    full: RoleFull | None = None

    def tell(self, error: Refused) -> None:
        """Show a refusal; remember who holds the role that was asked for."""
        if isinstance(error, RoleFull):
            self.full = error
            self.form_errors.append(
                gettext("As many people have this role there as may. One of them can hand it over.")
            )
            return
        super().tell(error)


class ContactForm(PeopleForm):
    """Everything of a contact, or some fields of it."""

    version = HiddenField()
    name = StringField()
    latin_name = StringField(validators=[validators.Optional()])
    sort_name = StringField(validators=[validators.Optional()])
    language = SelectField(validators=[validators.Optional()])
    time_zone = StringField(validators=[validators.Optional()])
    addresses = FieldList(FormField(AddressForm), max_entries=_MOST_ADDRESSES)
    phones = TextAreaField(validators=[validators.Optional()])
    reason = StringField(validators=[validators.Optional()])
    # What one decided where two have changed the same field: keep-<field>=yours or theirs.
    keep = Pressed()
    add = Pressed()
    remove = Pressed()

    def prepare(self, fields: Sequence[str] = _FIELDS, stored: ContactRecord | None = None) -> None:
        """Word the form, and take out what is not asked for."""
        for field in set(_FIELDS) - set(fields):
            delattr(self, field)
        hints = _hints()
        for field in fields:
            self[field].label.text = field_label("contact", field)
            self[field].description = hints.get(field, "")
        if "language" in fields:
            typed = self.language.data if isinstance(self.language.data, str) else None
            self.language.choices = language_choices(stored.language if stored else None)
            if stored is None and typed and typed not in dict(self.language.choices):
                self.language.choices = language_choices()
        if "phones" in fields:
            self.phones.render_kw = {"rows": 3, "dir": "ltr"}
        self.reason.label.text = gettext("Reason")
        self.reason.description = gettext("Stands in the history.")

    @property
    def changes_a_list(self) -> bool:
        """Whether “add” or “remove” of the addresses was pressed; then the form is shown again."""
        return request.method == "POST" and bool(self.add.data or self.remove.data)

    def change_list(self) -> None:
        """One more address, or one less."""
        if self.add.data and len(self.addresses) < _MOST_ADDRESSES:
            self.addresses.append_entry()
        kept = [one.data for one in self.addresses if one.name != self.remove.data]
        while len(self.addresses):
            self.addresses.pop_entry()
        for values in kept:
            self.addresses.append_entry(values)

    def changes(self, fields: Iterable[str]) -> dict[str, Any]:
        """The fields as a contact's document holds them."""
        return {field: _READERS.get(field, _optional)(self[field].data) for field in fields}


def shown_values(contact: ContactRecord) -> Mapping[str, Any]:
    """A contact as the form shows it at first."""
    return {
        "name": contact.name,
        "latin_name": contact.latin_name or "",
        "sort_name": contact.sort_name or "",
        "language": contact.language or "",
        "time_zone": contact.time_zone or "",
        "addresses": [{"email": one.email, "state": one.state.value} for one in contact.addresses],
        "phones": "\n".join(contact.phones),
    }


def _optional(typed: str | None) -> str | None:
    return typed if typed and not typed.isspace() else None


def _addresses(entries: list[dict[str, Any]]) -> tuple[Address, ...]:
    return tuple(
        Address((one["email"] or "").strip(), AddressState(one["state"] or "unverified"))
        for one in entries
        if (one["email"] or "").strip()
    )


_READERS: Mapping[str, Any] = {
    "name": lambda typed: typed or "",
    "addresses": _addresses,
    "phones": lambda typed: tuple(
        line.strip() for line in (typed or "").splitlines() if line.strip()
    ),
}


def _hints() -> Mapping[str, str]:
    return {
        "name": gettext("In the person’s own script and order, in one field."),
        "latin_name": gettext("Only where the name is written in another script."),
        "sort_name": gettext("Only where lists should sort it otherwise, such as “Okafor, Ngozi”."),
        "time_zone": gettext("Such as Europe/London."),
        "addresses": gettext("The first one is written to."),
        "phones": gettext("One a line, with the code of the country, such as +254 20 123456."),
    }


class ReasonForm(PeopleForm):
    """An act that asks for nothing but a reason."""

    reason = StringField(validators=[validators.Optional()])

    def prepare(self) -> None:
        """Word the form."""
        self.reason.label.text = gettext("Reason")
        self.reason.description = gettext("Stands in the history.")


class NoteForm(PeopleForm):
    """A note that staff write about somebody."""

    text = TextAreaField()

    def prepare(self) -> None:
        """Word the form."""
        self.text.label.text = gettext("Note")
        self.text.render_kw = {"rows": 3}

"""The form of an organisation: from its record to fields, and from fields to what changes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField

from alliance.accounts.rules.visible import hidden_fields
from alliance.core.actor import Actor
from alliance.core.errors import BadInput
from alliance.directory.rules.organisations import LONGEST
from alliance.directory.rules.records import (
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Precision,
)
from alliance.directory.rules.versions import version_of
from alliance.web.forms import Form
from alliance.web.guards import present_permissions
from alliance.web.languages import gettext
from alliance.web.numbers import whole_number
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation import choices
from alliance.web.staff.organisation.fields import (
    OPTIONAL,
    Choice,
    Choices,
    DomainEntry,
    IdentifierEntry,
    Lines,
    MembershipEntry,
    NameEntry,
    Text,
    repeated,
    repeated_countries,
)

_LTR = {"dir": "ltr"}


class VersionedForm(Form):
    """A form about a record as its writer saw it."""

    version = HiddenField()


class NewForm(VersionedForm):
    """A form for a new record, which may say that it is none of those that are there."""

    anyway = BooleanField()


def _text(**marks: Any) -> Any:
    return Text(validators=OPTIONAL, render_kw=marks or None)


def _lines(field: str, rows: int) -> Any:
    return Lines(validators=OPTIONAL, render_kw={"rows": rows, "data_longest": LONGEST[field]})


# How each field of a record is asked for, in the order of the form.
_ASKED: Mapping[str, Callable[[], Any]] = {
    "name": lambda: Text(render_kw={"autocomplete": "off", "class": "input--wide"}),
    "language": lambda: _text(**_LTR, size=8),
    "names": lambda: repeated(NameEntry),
    "category": Choice,
    "body_kind": lambda: Choice(validators=OPTIONAL),
    "country": lambda: Choice(validators=OPTIONAL),
    "city": lambda: _text(),
    "postcode": lambda: _text(size=12),
    "street": lambda: _lines("street", 2),
    "email": lambda: _text(**_LTR, inputmode="email"),
    "phone": lambda: _text(**_LTR, inputmode="tel"),
    "website": lambda: _text(**_LTR, inputmode="url"),
    "description": lambda: _lines("description", 8),
    "sectors": lambda: Choices(validators=OPTIONAL),
    "countries": repeated_countries,
    "identifiers": lambda: repeated(IdentifierEntry),
    "domains": lambda: repeated(DomainEntry),
    "memberships": lambda: repeated(MembershipEntry),
    "is_listed": BooleanField,
    "source": lambda: _lines("source", 2),
    "notes": lambda: _lines("notes", 4),
}
FIELDS = tuple(_ASKED)
# What is edited in its place on the record page: the others need more room.
INLINE = frozenset(FIELDS) - {"names", "identifiers", "domains", "memberships", "countries"}
MOST_SECTORS = 500


def asked_fields() -> tuple[str, ...]:
    """The fields that the present visitor may see and change."""
    hidden = hidden_fields("organisation", present_permissions())
    return tuple(field for field in FIELDS if field not in hidden)


def organisation_form(
    record: OrganisationRecord | None,
    *,
    fields: tuple[str, ...] | None = None,
    is_sent: bool = True,
) -> VersionedForm:
    """A form of these fields, of all that the visitor may change unless they are named.

    It holds what was sent, unless `is_sent` says to leave that aside, else what the record holds;
    without a record it is empty.
    """
    asked = fields if fields is not None else asked_fields()
    base = VersionedForm if record is not None else NewForm
    kind = type("OrganisationForm", (base,), {name: _ASKED[name]() for name in asked})
    values: dict[str, Any] = {"is_listed": True}
    if record is not None:
        values = {**form_data(record, asked), "version": version_of(record)}
    form: VersionedForm = kind(data=values) if is_sent else kind(formdata=None, data=values)
    _word(form, record, asked)
    return form


def _word(form: VersionedForm, record: OrganisationRecord | None, asked: tuple[str, ...]) -> None:
    """Give the fields their labels, hints and choices in the reader's language."""
    nothing = [("", gettext("Not known"))]
    offered: Mapping[str, Callable[[], list[tuple[str, str]]]] = {
        "category": lambda: (
            choices.categories() if record else [("", gettext("Choose")), *choices.categories()]
        ),
        "body_kind": lambda: nothing + choices.body_kinds(),
        "country": lambda: nothing + choices.countries(),
        "sectors": lambda: choices.sectors(frozenset(record.sectors if record else ())),
    }
    hints = _hints()
    for name in asked:
        form[name].label.text = field_label("organisation", name)
        form[name].description = hints.get(name, "")
        if name in offered:
            form[name].choices = offered[name]()


def _hints() -> dict[str, str]:
    return {
        "name": gettext("The official name, in its own script."),
        "language": gettext("Its code, such as en or ar."),
        "names": gettext("Short, translated and former names are found by search as well."),
        "website": gettext("With https:// at the beginning."),
        "phone": gettext("With the code of the country, such as +254."),
        "domains": gettext("Who writes from a verified domain may belong to the organisation."),
        "is_listed": gettext("Shown while it is a member; taken out, it has no public page."),
        "source": gettext("Where this is known from."),
    }


def form_data(record: OrganisationRecord, fields: tuple[str, ...]) -> dict[str, Any]:
    """The values of a record as the form holds them."""
    special: Mapping[str, Callable[[], Any]] = {
        "sectors": lambda: [str(one) for one in record.sectors],
        "names": lambda: [_parts(one, "kind text language valid_from valid_until")
                          for one in record.names],
        "identifiers": lambda: [_parts(one, "scheme value") for one in record.identifiers],
        "domains": lambda: [
            {**_parts(one, "domain includes_subdomains"), "is_verified": bool(one.verified_on)}
            for one in record.domains
        ],
        "memberships": lambda: [
            _parts(one, "joined_on precision is_at_latest ended_on end_reason")
            for one in record.memberships
        ],
        "countries": lambda: list(record.countries),
    }  # fmt: skip
    return {name: special[name]() if name in special else getattr(record, name) for name in fields}


def _parts(one: Any, names: str) -> dict[str, Any]:
    return {name: getattr(one, name) for name in names.split()}


def changes_in(
    form: Form, before: OrganisationRecord | None, *, actor: Actor, today: date
) -> dict[str, Any]:
    """The fields of the record as the form has them. Raises BadInput naming the field.

    before: the record as it is, for who verified its domains.
    """
    read: Mapping[str, Callable[[Any], Any]] = {
        "name": lambda data: data or "",
        "category": lambda data: data or "",
        "is_listed": bool,
        "sectors": _sectors,
        "countries": lambda data: tuple(one for one in data if one),
        "names": lambda data: tuple(_name(one) for one in data if _is_filled(one, "text")),
        "identifiers": lambda data: tuple(
            Identifier(one["scheme"] or "", one["value"])
            for one in data
            if _is_filled(one, "value")
        ),
        "domains": lambda data: _domains(data, before, actor, today),
        "memberships": lambda data: tuple(
            _membership(one)
            for one in data
            if one["joined_on"] or one["ended_on"] or one["end_reason"]
        ),
    }
    found = {}
    for name in FIELDS:
        if name in form:
            data = form[name].data
            found[name] = read[name](data) if name in read else (data or None)
    return found


def pairs(form: Form) -> Iterator[tuple[str, str]]:
    """What a browser would send of this form, but for its hidden fields."""
    for field in form:
        if not isinstance(field, HiddenField):
            yield from _pairs(field)


def _pairs(field: Any) -> Iterator[tuple[str, str]]:
    if hasattr(field, "entries"):
        for entry in field.entries:
            yield from _pairs(entry)
    elif hasattr(field, "form"):
        for part in field.form:
            yield from _pairs(part)
    elif isinstance(field, BooleanField):
        if field.data:
            yield field.name, "y"
    elif isinstance(field.data, list):
        yield from ((field.name, str(one)) for one in field.data)
    elif isinstance(field.data, date):
        yield field.name, field.data.isoformat()
    else:
        yield field.name, str(field.data or "")


def _is_filled(one: Mapping[str, Any], field: str) -> bool:
    return bool(one[field] and not one[field].isspace())


def _sectors(data: list[str] | None) -> tuple[int, ...]:
    found = []
    for one in data or ():
        number = whole_number(one)
        if number is None:
            raise BadInput(
                f"Sectors: there is no “{one[:40]}”; choose of the list.", field="sectors"
            )
        found.append(number)
    return tuple(found)


def _name(one: Mapping[str, Any]) -> Name:
    known = {kind.value: kind for kind in NameKind}
    if one["kind"] not in known:
        raise BadInput(f"Names: say what “{one['text'][:40]}” is.", field="names")
    return Name(
        known[one["kind"]],
        one["text"],
        one["language"] or None,
        one["valid_from"],
        one["valid_until"],
    )


def _domains(
    data: list[dict[str, Any]], before: OrganisationRecord | None, actor: Actor, today: date
) -> tuple[Domain, ...]:
    known = {one.domain: one for one in before.domains} if before is not None else {}
    found = []
    for one in data:
        if not _is_filled(one, "domain"):
            continue
        there = known.get(one["domain"])
        on, by = (there.verified_on, there.verified_by) if there else (None, None)
        if not one["is_verified"]:
            on, by = None, None
        elif on is None:
            on, by = today, actor.name
        found.append(Domain(one["domain"], bool(one["includes_subdomains"]), on, by))
    return tuple(found)


def _membership(one: Mapping[str, Any]) -> Membership:
    if one["joined_on"] is None:
        raise BadInput("Membership: give the day from which it is a member.", field="memberships")
    known = {each.value: each for each in Precision}
    if one["precision"] not in known:
        raise BadInput("Membership: say how exactly the day is known.", field="memberships")
    return Membership(
        one["joined_on"],
        known[one["precision"]],
        bool(one["is_at_latest"]),
        one["ended_on"],
        one["end_reason"] or None,
    )

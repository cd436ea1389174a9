"""From a table to good rows and named errors."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from alliance.core.text import normalise_domain
from alliance.directory.rules.contacts import LONGEST_NAME
from alliance.directory.rules.exporting import unneutral
from alliance.directory.rules.records import Name, NameKind
from alliance.imports.fields import FIELDS, Subject, folded_heading
from alliance.imports.mapping import ColumnMapping
from alliance.imports.matching.names import folded, script_of
from alliance.imports.reading import Fault, Table
from alliance.imports.rows.cells import Literal
from alliance.imports.rows.closed_lists import ReferenceLists
from alliance.imports.rows.dates import Order, order_of
from alliance.imports.rows.schemas import DATES, schema_of
from alliance.imports.rows.values import CheckedRows, ContactRow, OrganisationRow

_NOTHING = frozenset(("", "-", "–", "—", "n/a", "N/A", "?", "."))
# Countries and first names repeat, addresses do not.
_MOST_KNOWN = 3000
_NAME_KINDS = {
    "acronym": NameKind.ACRONYM,
    "short_name": NameKind.SHORT,
    "former_name": NameKind.FORMER,
    "latin_name": NameKind.LATIN,
    "trading_name": NameKind.TRADING,
    "translation": NameKind.TRANSLATION,
}
_PLAIN = (
    "body_kind", "language", "country", "city", "postcode", "street", "email", "phone", "website",
    "description", "is_listed", "source",
)  # fmt: skip
# Names under these belong to whoever has a page there.
_HOSTS = frozenset(
    (
        "facebook.com", "linkedin.com", "twitter.com", "x.com", "instagram.com", "youtube.com",
        "sites.google.com", "google.com", "wordpress.com", "medium.com", "github.com", "t.me",
        "vk.com", "weibo.com", "linktr.ee",
    )
)  # fmt: skip


class _BadRow(ValueError):
    """A row whose cells are good one by one and wrong together."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def check_rows(
    table: Table, mapping: ColumnMapping, lists: ReferenceLists, subject: Subject
) -> tuple[CheckedRows, list[Fault]]:
    """The good rows of a table and what is wrong with the others, in the order of the rows."""
    schema = schema_of(mapping, lists, _orders(table, mapping))
    readers = {header: _Reader(cell) for header, cell in schema.fields.items()}
    faulty = {fault.row for fault in table.faults}
    faults = list(table.faults)
    organisations: list[OrganisationRow] = []
    contacts: list[ContactRow] = []
    bad: dict[str, int] = {}
    columns = [(at, header) for at, header in enumerate(table.headers) if header in mapping.columns]
    for record in table.records:
        cells = _cells(record.cells, columns, mapping)
        found, errors = _loaded(cells, readers)
        faults.extend(Fault(record.number, header, message) for header, message in errors)
        if errors or record.number in faulty:
            bad.update(dict.fromkeys(_keys(cells, mapping), record.number))
            continue
        try:
            values = _by_field(found, mapping)
            if subject is Subject.ORGANISATION:
                organisations.append(_organisation(record.number, values))
            if subject is Subject.CONTACT or _has_person(values):
                contacts.append(_contact(record.number, values, subject))
        except _BadRow as error:
            faults.append(Fault(record.number, _header(mapping, error.field), str(error)))
            bad.update(dict.fromkeys(_keys(cells, mapping), record.number))
            if organisations and organisations[-1].number == record.number:
                organisations.pop()
    headers = {field: _header(mapping, field) for field in FIELDS}
    rows = CheckedRows(tuple(organisations), tuple(contacts), headers, bad)
    return rows, sorted(faults, key=lambda fault: fault.row)


def _keys(cells: Mapping[str, str], mapping: ColumnMapping) -> list[str]:
    """By what other rows may refer to a row."""
    fields = ("reference", "id", "name")
    return [
        text
        for field in fields
        for header in mapping.headers_of(field)
        for text in (cells.get(header, "").strip(), folded(cells.get(header, "")))
        if text
    ]


def _orders(table: Table, mapping: ColumnMapping) -> dict[str, Order]:
    return {
        header: order_of(record.cells[at] for record in table.records)
        for at, header in enumerate(table.headers)
        if header in mapping.columns and mapping.columns[header].field in DATES
    }


def _cells(
    cells: tuple[str, ...], columns: list[tuple[int, str]], mapping: ColumnMapping
) -> dict[str, str]:
    """The cells that say something, by heading, translated where the mapping says how."""
    found = {}
    for at, header in columns:
        text = cells[at]
        rule = mapping.columns[header]
        if rule.values:
            key = folded_heading(text)
            text = rule.values.get(key, "" if rule.is_closed else text)
        if text.strip() in _NOTHING:
            continue
        marked = unneutral(text) if text.startswith("'") else None
        found[header] = text if marked is None else Literal(marked)
    for field, value in mapping.defaults.items():
        for header in mapping.headers_of(field):
            found.setdefault(header, value)
    return found


def _loaded(
    cells: Mapping[str, str], readers: Mapping[str, "_Reader"]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    for header, text in cells.items():
        value = readers[header].read(text)
        if isinstance(value, ValidationError):
            errors.append((header, str(value.messages[0])))
        else:
            values[header] = value
    return values, errors


class _Reader:
    """Reads the cells of one column by its field of the schema, each spelling once."""

    def __init__(self, cell: fields.Field[Any]) -> None:
        self._cell = cell
        self._known: dict[tuple[type, str], Any] = {}

    def read(self, text: str) -> Any:
        """The value, or the error that the field raises."""
        key = (type(text), text)
        if key in self._known:
            return self._known[key]
        try:
            value = self._cell.deserialize(text)
        except ValidationError as error:
            return error
        if len(self._known) < _MOST_KNOWN:
            self._known[key] = value
        return value


def _by_field(found: Mapping[str, Any], mapping: ColumnMapping) -> dict[str, Any]:
    """Values by field; those of fields that several columns give as tuples."""
    values: dict[str, Any] = {}
    for header, value in found.items():
        rule = mapping.columns[header]
        if not FIELDS[rule.field].is_many:
            values[rule.field] = value
            continue
        if rule.field == "translations":
            value = tuple(Name(NameKind.TRANSLATION, text, code) for code, text in value)
        elif rule.field in _NAME_KINDS:
            value = tuple(Name(_NAME_KINDS[rule.field], text, rule.detail) for text in value)
        elif rule.field in ("notes", "contact_notes"):
            value = (f"{rule.label}: {value}" if rule.label else value,)
        elif not isinstance(value, tuple):
            value = (value,)
        values[rule.field] = (*values.get(rule.field, ()), *value)
    return values


def _organisation(number: int, values: Mapping[str, Any]) -> OrganisationRow:
    if "name" not in values:
        raise _BadRow("name", "The name is missing. Write it, or delete the row.")
    plain = {name: values[name] for name in _PLAIN if name in values}
    if "body_kind" in plain:
        plain["category"], plain["body_kind"] = plain["body_kind"]
    if "category" in values:
        plain["category"], kind = values["category"]
        if kind:
            plain["body_kind"] = kind
    plain = {name: value for name, value in plain.items() if value is not None}
    if "dissolved_on" in values:
        plain["dissolved_on"] = values["dissolved_on"].on
    if "notes" in values:
        plain["notes"] = "\n".join(values["notes"])
    joined = values.get("joined_on") or values.get("seen_on")
    ended = values["ended_on"].on if "ended_on" in values else None
    if ended and joined and ended <= joined.on:
        raise _BadRow("ended_on", f"The membership ends on {ended} before it began on {joined.on}.")
    return OrganisationRow(
        number,
        values["name"],
        plain,
        reference=values.get("reference"),
        stated_id=values.get("id"),
        slug=values.get("slug"),
        names=_other_names(values),
        countries=values.get("countries", ()),
        sectors=tuple(dict.fromkeys(values.get("sectors", ()))),
        identifiers=(*values.get("identifier", ()), *values.get("identifiers", ())),
        domains=_domains(plain.get("website")),
        joined=joined,
        is_at_latest=values.get("is_at_latest", "joined_on" not in values and "seen_on" in values),
        ended_on=ended,
        end_reason=values.get("end_reason"),
        parent=values.get("parent"),
    )


def _other_names(values: Mapping[str, Any]) -> tuple[Name, ...]:
    names = [name for field in (*_NAME_KINDS, "translations") for name in values.get(field, ())]
    return tuple(dict.fromkeys(name for name in names if name.text != values["name"]))


def _domains(website: str | None) -> tuple[str, ...]:
    if website is None:
        return ()
    domain = normalise_domain(website)
    return () if domain in _HOSTS else (domain,)


def _has_person(values: Mapping[str, Any]) -> bool:
    return any(
        FIELDS[field].subject is Subject.CONTACT and field != "contact_language" for field in values
    )


def _contact(number: int, values: Mapping[str, Any], subject: Subject) -> ContactRow:
    name = _person_name(values)
    if not name:
        field = "last_name" if "first_name" in values else "contact_name"
        raise _BadRow(field, "The contact's name is missing. Write it, or delete the row.")
    if len(name) > LONGEST_NAME:
        raise _BadRow(
            "last_name", f"The name has {len(name)} letters; shorten it to {LONGEST_NAME}."
        )
    started, left = values.get("started_on"), values.get("left_on")
    if started and left and left.on < started.on:
        raise _BadRow("left_on", f"The role ends on {left.on} before it began on {started.on}.")
    if subject is Subject.CONTACT and not (
        values.get("organisation_reference")
        or values.get("organisation_name")
        or values.get("contact_id")
    ):
        raise _BadRow(
            "organisation_reference",
            "The row does not say for which organisation the contact works. Write its reference or"
            " its name.",
        )
    return ContactRow(
        number,
        name,
        stated_id=values.get("contact_id"),
        organisation_reference=values.get("organisation_reference"),
        organisation_name=values.get("organisation_name"),
        latin_name=values.get("contact_latin_name"),
        emails=_each_once(values, "contact_email", "contact_emails"),
        phones=_each_once(values, "contact_phone", "contact_phones"),
        language=values.get("contact_language"),
        time_zone=values.get("time_zone"),
        notes="\n".join(values["contact_notes"]) if "contact_notes" in values else None,
        job_title=values.get("job_title"),
        role=values.get("role"),
        is_primary=values.get("is_primary"),
        started_on=started.on if started else None,
        left_on=left.on if left else None,
    )


def _each_once(values: Mapping[str, Any], *fields: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for field in fields for one in values.get(field, ())))


def _person_name(values: Mapping[str, Any]) -> str:
    """One name: family name first and without a blank where the script is written so."""
    first, last = values.get("first_name", ""), values.get("last_name", "")
    if not (first or last):
        return str(values.get("contact_name", ""))
    if first and last and script_of(first) == script_of(last) == "han":
        return f"{last}{first}"
    return f"{first} {last}".strip()


def _header(mapping: ColumnMapping, field: str) -> str:
    """The heading of a field's column, or what the field is called where there is no column."""
    headers = mapping.headers_of(field)
    return headers[0] if headers else FIELDS[field].label

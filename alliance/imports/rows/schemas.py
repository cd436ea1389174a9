"""The marshmallow schema of a table: one field a column, by what its mapping says."""

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from alliance.core.errors import BadInput
from alliance.imports.mapping import ColumnMapping, ColumnRule
from alliance.imports.rows.cells import (
    Cell,
    DayCell,
    EmailCell,
    FlagCell,
    IdentifierCell,
    IdentifiersCell,
    LanguageCell,
    ListedCell,
    NameCell,
    NumberCell,
    PhoneCell,
    SeveralCell,
    SeveralListedCell,
    SeveralNamesCell,
    TranslationsCell,
    WebsiteCell,
    WordCell,
    ZoneCell,
)
from alliance.imports.rows.closed_lists import ReferenceLists, UnknownSpelling
from alliance.imports.rows.dates import Order

DATES = frozenset({"joined_on", "seen_on", "ended_on", "dissolved_on", "started_on", "left_on"})

Maker = Callable[[ReferenceLists, Order, ColumnRule], fields.Field[Any]]

_MAKERS: Mapping[str, Maker] = {
    "id": lambda *_: NumberCell(),
    "slug": lambda *_: WordCell(longest=200),
    "reference": lambda *_: Cell(longest=100),
    "name": lambda *_: NameCell(),
    "acronym": lambda *_: SeveralNamesCell(),
    "short_name": lambda *_: SeveralNamesCell(),
    "former_name": lambda *_: SeveralNamesCell(),
    "latin_name": lambda *_: SeveralNamesCell(),
    "trading_name": lambda *_: SeveralNamesCell(),
    "translation": lambda *_: SeveralNamesCell(),
    "translations": lambda *_: TranslationsCell(),
    "category": lambda lists, *_: ListedCell(lists.categories),
    "body_kind": lambda lists, *_: ListedCell(lists.body_kinds),
    "language": lambda lists, *_: LanguageCell(lists.languages),
    "country": lambda lists, *_: ListedCell(lists.countries),
    "countries": lambda lists, *_: SeveralListedCell(lists.countries),
    "city": lambda *_: WordCell(longest=120),
    "postcode": lambda *_: WordCell(longest=30),
    "street": lambda *_: WordCell(longest=300, lines=True),
    "website": lambda *_: WebsiteCell(),
    "email": lambda *_: EmailCell(),
    "phone": lambda *_: PhoneCell(),
    "description": lambda *_: Cell(longest=10_000, lines=True),
    "sectors": lambda lists, *_: SeveralListedCell(lists.sectors),
    "identifier": lambda lists, _, rule: IdentifierCell(_register(lists, rule)),
    "identifiers": lambda lists, *_: IdentifiersCell(lists.schemes),
    "end_reason": lambda *_: Cell(longest=500),
    "is_at_latest": lambda *_: FlagCell(),
    "is_listed": lambda *_: FlagCell(),
    "notes": lambda *_: Cell(longest=20_000, lines=True),
    "source": lambda *_: Cell(longest=1000),
    "parent": lambda *_: Cell(longest=300),
    "contact_id": lambda *_: NumberCell(),
    "contact_reference": lambda *_: Cell(longest=100),
    "organisation_reference": lambda *_: Cell(longest=100),
    "organisation_name": lambda *_: Cell(longest=300),
    "contact_name": lambda *_: NameCell(longest=200),
    "first_name": lambda *_: NameCell(longest=150),
    "last_name": lambda *_: NameCell(longest=150),
    "contact_latin_name": lambda *_: NameCell(longest=200),
    "contact_email": lambda *_: EmailCell(),
    "contact_phone": lambda *_: PhoneCell(),
    "contact_emails": lambda *_: SeveralCell(EmailCell()),
    "contact_phones": lambda *_: SeveralCell(PhoneCell()),
    "contact_language": lambda lists, *_: LanguageCell(lists.languages),
    "time_zone": lambda *_: ZoneCell(),
    "job_title": lambda *_: WordCell(longest=200),
    "role": lambda lists, *_: ListedCell(lists.roles),
    "is_primary": lambda *_: FlagCell(),
    "contact_notes": lambda *_: Cell(longest=20_000, lines=True),
    "joined_on": lambda _, order, __: DayCell(order),
    "seen_on": lambda _, order, __: DayCell(order),
    "ended_on": lambda _, order, __: DayCell(order, whole_days=True),
    "dissolved_on": lambda _, order, __: DayCell(order, whole_days=True),
    "started_on": lambda _, order, __: DayCell(order, whole_days=True),
    "left_on": lambda _, order, __: DayCell(order, whole_days=True),
}


def _register(lists: ReferenceLists, rule: ColumnRule) -> str:
    try:
        return lists.schemes.find(rule.detail or "lei")
    except UnknownSpelling as error:
        raise BadInput(f"The mapping names no register: {error}", field="mapping") from None


def schema_of(mapping: ColumnMapping, lists: ReferenceLists, orders: Mapping[str, Order]) -> Schema:
    """The schema that loads a row given as {heading: text}, with blank cells left out.

    `orders` says for each heading of dates which number comes first.
    """
    made = {
        header: _MAKERS[rule.field](lists, orders.get(header, Order.UNKNOWN), rule)
        for header, rule in mapping.columns.items()
    }
    return Schema.from_dict(made, name="Row")()

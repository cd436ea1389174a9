"""Records as rows of a spreadsheet that an import reads back: export, edit, import.

The headings are known to the importer (alliance/imports/headings.py); they and the values stand in
English whatever the reader's language, so that a file made by one person is read for another. An
organisation is known again by its number and address, a contact by its number, so names may be
edited too. Each row is made of its record alone, so a file of any length needs little memory.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Any, Final

from alliance.directory.rules.open_data import harmless, shortened
from alliance.directory.rules.records import (
    AffiliationRecord,
    ContactRecord,
    Membership,
    NameKind,
    OrganisationRecord,
)
from alliance.directory.rules.reference import Labels, Reference, label_of

SEPARATOR: Final = "; "
_PARTS = re.compile(r"([\\;|])")


@dataclass(frozen=True, slots=True)
class Wording:
    """What the codes of the closed lists are called in a file, each by a name that is its own."""

    categories: Mapping[str, str]
    body_kinds: Mapping[str, str]
    countries: Mapping[str, str]
    sectors: Mapping[int, str]
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact in one of its affiliations, or in none; `organisation` is that one's name."""

    contact: ContactRecord
    affiliation: AffiliationRecord | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an export. `field` is that of the record, by which it may be hidden."""

    heading: str
    field: str
    text: Callable[[Any, Wording], str] = with_default(repr=False)


def wording(reference: Reference) -> Wording:
    """The names of all codes, made once for a file."""
    return Wording(
        _named({code: (one.names, code) for code, one in reference.categories.items()}),
        _named({code: (one.names, code) for code, one in reference.body_kinds.items()}),
        _named({code: (one.names, code) for code, one in reference.countries.items()}),
        _named({id: (one.names, one.slug) for id, one in reference.sectors.items()}),
        _named({code: (one.names, code) for code, one in reference.roles.items()}),
    )


def organisation_headings(hidden: Collection[str] = ()) -> tuple[str, ...]:
    """The headings of a sheet of organisations; `hidden` are fields that may not be seen."""
    return _headings(ORGANISATION_COLUMNS, hidden)


def organisation_row(
    record: OrganisationRecord, words: Wording, *, parent: str = "", hidden: Collection[str] = ()
) -> tuple[str, ...]:
    """The cells of an organisation in the order of the headings, none of which runs as a formula.

    parent: the name of the body it stands under.
    """
    return _row(ORGANISATION_COLUMNS, (record, parent), words, hidden)


def contact_headings(hidden: Collection[str] = ()) -> tuple[str, ...]:
    """The headings of a sheet of contacts with their affiliations."""
    return _headings(CONTACT_COLUMNS, hidden)


def contact_row(
    row: ContactRow, words: Wording, *, hidden: Collection[str] = ()
) -> tuple[str, ...]:
    """The cells of a contact in one affiliation, none of which runs as a formula."""
    return _row(CONTACT_COLUMNS, row, words, hidden)


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a table programme would run it as a formula.

    `unneutral` gives the text back, whatever it was.
    """
    return f"'{text}" if _looks_neutral(f"'{text}") else text


def unneutral(text: str) -> str | None:
    """What `neutral` was given if it put an apostrophe before it, else None."""
    return text[1:] if _looks_neutral(text) else None


def _looks_neutral(text: str) -> bool:
    bare = text.lstrip("'")
    return bare != text and harmless(bare) != bare


def differing(
    before: Iterable[tuple[Column, str]], after: Iterable[tuple[Column, str]]
) -> list[tuple[Column, str, str]]:
    """The columns in which two rows differ, with what stood and what will stand."""
    pairs = zip(before, after, strict=True)
    return [(column, one, other) for (column, one), (_, other) in pairs if one != other]


def organisation_cells(
    record: OrganisationRecord, words: Wording, *, parent: str = ""
) -> list[tuple[Column, str]]:
    """Each column with its text, for people to read and not for a file."""
    return [(one, one.text((record, parent), words)) for one in ORGANISATION_COLUMNS]


def contact_cells(row: ContactRow, words: Wording) -> list[tuple[Column, str]]:
    """Each column with its text, for people to read and not for a file."""
    return [(one, one.text(row, words)) for one in CONTACT_COLUMNS]


def _headings(columns: Iterable[Column], hidden: Collection[str]) -> tuple[str, ...]:
    return tuple(one.heading for one in columns if one.field not in hidden)


def _row(
    columns: Iterable[Column], value: Any, words: Wording, hidden: Collection[str]
) -> tuple[str, ...]:
    return tuple(neutral(one.text(value, words)) for one in columns if one.field not in hidden)


def _named(terms: Mapping[Any, tuple[Labels, str]]) -> dict[Any, str]:
    """The English name of each term, or its code where another term has the same name."""
    labels = {key: label_of(names, "en") for key, (names, _) in terms.items()}
    times = Counter(label.casefold() for label in labels.values())
    return {
        key: label if label and times[label.casefold()] == 1 else terms[key][1]
        for key, label in labels.items()
    }


def _own(name: str) -> Callable[[Any, Wording], str]:
    return lambda value, _: _plain(getattr(value[0], name))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else str(value)


def _names(kind: NameKind) -> Callable[[Any, Wording], str]:
    def text(value: Any, _: Wording) -> str:
        return _joined(one.text for one in value[0].names if one.kind is kind)

    return text


def _translations(value: Any, _: Wording) -> str:
    found = [one for one in value[0].names if one.kind is NameKind.TRANSLATION]
    return SEPARATOR.join(
        f"{one.language}: {_escaped(one.text)}" if one.language else _escaped(one.text)
        for one in found
    )


def _joined(texts: Iterable[str]) -> str:
    return SEPARATOR.join(map(_escaped, texts))


def _escaped(text: str) -> str:
    """A text among several in a cell: what parts them has a backslash before it."""
    return _PARTS.sub(r"\\\1", text)


def _last(record: OrganisationRecord) -> Membership | None:
    """The stretch of membership that a row tells of: the last one."""
    return max(record.memberships, key=lambda one: one.joined_on, default=None)


def _since(value: Any, _: Wording) -> str:
    """The first day as exactly as it is known."""
    last = _last(value[0])
    if last is None:
        return ""
    # “At the latest” is a day on which it was seen, whatever is known of the year.
    precision = None if last.is_at_latest else last.precision
    return shortened(last.joined_on.isoformat(), precision)


def _of_membership(name: str) -> Callable[[Any, Wording], str]:
    def text(value: Any, _: Wording) -> str:
        last = _last(value[0])
        return "" if last is None else _plain(getattr(last, name))

    return text


def _of_affiliation(name: str) -> Callable[[ContactRow, Wording], str]:
    def text(row: ContactRow, _: Wording) -> str:
        return _plain(getattr(row.affiliation, name)) if row.affiliation else ""

    return text


def _of_contact(name: str) -> Callable[[ContactRow, Wording], str]:
    return lambda row, _: _plain(getattr(row.contact, name))


def _role(row: ContactRow, words: Wording) -> str:
    if row.affiliation is None:
        return ""
    return words.roles.get(row.affiliation.role, row.affiliation.role)


def _listed(name: str, codes: Callable[[Wording], Mapping[Any, str]]) -> Callable[..., str]:
    def text(value: Any, words: Wording) -> str:
        found = getattr(value[0], name)
        several = found if isinstance(found, tuple) else () if found is None else (found,)
        return SEPARATOR.join(codes(words).get(one, str(one)) for one in several)

    return text


def _identifiers(value: Any, _: Wording) -> str:
    return SEPARATOR.join(f"{one.scheme}: {one.value}" for one in value[0].identifiers)


ORGANISATION_COLUMNS: Final = (
    Column("ID", "id", _own("id")),
    Column("Name", "name", _own("name")),
    Column("Address in the directory", "slug", _own("slug")),
    Column("Acronym", "names", _names(NameKind.ACRONYM)),
    Column("Short name", "names", _names(NameKind.SHORT)),
    Column("Former names", "names", _names(NameKind.FORMER)),
    Column("Trading name", "names", _names(NameKind.TRADING)),
    Column("Name in Latin letters", "names", _names(NameKind.LATIN)),
    Column("Names in other languages", "names", _translations),
    Column("Language", "language", _own("language")),
    Column("Category", "category", _listed("category", lambda words: words.categories)),
    Column("Kind of body", "body_kind", _listed("body_kind", lambda words: words.body_kinds)),
    Column("Country", "country", _listed("country", lambda words: words.countries)),
    Column(
        "Countries of operation", "countries", _listed("countries", lambda words: words.countries)
    ),
    Column("City", "city", _own("city")),
    Column("Postcode", "postcode", _own("postcode")),
    Column("Street", "street", _own("street")),
    Column("Website", "website", _own("website")),
    Column("E-mail", "email", _own("email")),
    Column("Telephone", "phone", _own("phone")),
    Column("Description", "description", _own("description")),
    Column("Sectors", "sectors", _listed("sectors", lambda words: words.sectors)),
    Column("Register numbers", "identifiers", _identifiers),
    Column("Member since", "memberships", _since),
    Column("Joined at the latest", "memberships", _of_membership("is_at_latest")),
    Column("Member until", "memberships", _of_membership("ended_on")),
    Column("Reason for leaving", "memberships", _of_membership("end_reason")),
    Column("Dissolved on", "dissolved_on", _own("dissolved_on")),
    Column("Listed in public", "is_listed", _own("is_listed")),
    Column("Parent", "parent_id", lambda value, _: value[1]),
    Column("Notes", "notes", _own("notes")),
    Column("Source", "source", _own("source")),
)
CONTACT_COLUMNS: Final = (
    Column("Contact ID", "id", _of_contact("id")),
    Column("Name", "name", _of_contact("name")),
    Column("Name in Latin letters", "latin_name", _of_contact("latin_name")),
    Column(
        "E-mail addresses",
        "addresses",
        lambda row, _: SEPARATOR.join(one.email for one in row.contact.addresses),
    ),
    Column("Telephones", "phones", lambda row, _: SEPARATOR.join(row.contact.phones)),
    Column("Language", "language", _of_contact("language")),
    Column("Time zone", "time_zone", _of_contact("time_zone")),
    Column("Organisation ID", "organisation_id", _of_affiliation("organisation_id")),
    Column("Organisation", "organisation_id", lambda row, _: row.organisation),
    Column("Role", "role", _role),
    Column("Job title", "job_title", _of_affiliation("job_title")),
    Column("In the role since", "started_on", _of_affiliation("started_on")),
    Column("In the role until", "ended_on", _of_affiliation("ended_on")),
    Column("Notes", "notes", _of_contact("notes")),
)

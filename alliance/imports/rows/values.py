"""What a good row says: only the fields that its cells give."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from alliance.directory.rules.records import Identifier, Name
from alliance.imports.rows.dates import Day


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation as a row gives it. `plain` are the record's own single fields that are given.

    `number` is the row's; `stated_id` the directory's number that a cell claims; `is_at_latest`
    that it was seen as a member on the day `joined`.
    """

    number: int
    name: str
    plain: Mapping[str, Any]
    reference: str | None = None
    stated_id: int | None = None
    slug: str | None = None
    names: tuple[Name, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[int, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    domains: tuple[str, ...] = ()
    joined: Day | None = None
    is_at_latest: bool = False
    ended_on: date | None = None
    end_reason: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person as a row gives it, with the organisation that the row names."""

    number: int
    name: str
    stated_id: int | None = None
    organisation_reference: str | None = None
    organisation_name: str | None = None
    latin_name: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    language: str | None = None
    time_zone: str | None = None
    notes: str | None = None
    job_title: str | None = None
    role: str | None = None
    is_primary: bool | None = None
    started_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """The good rows of a table; a row may give an organisation and a contact.

    `headers` name the column of each field; `bad` are rows with errors by reference and by name.
    """

    organisations: tuple[OrganisationRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    bad: Mapping[str, int] = field(default_factory=dict)

"""The documents of the directory: an organisation, a contact, an affiliation, each as one value.

Every reader and writer of the directory exchanges these; tables are only where they are kept.
Collections are tuples in a canonical order, so that two equal documents compare equal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class NameKind(StrEnum):
    """What a further name of an organisation is; the official name is the document's own `name`."""

    SHORT = "short"
    ACRONYM = "acronym"
    FORMER = "former"
    TRANSLATION = "translation"
    LATIN = "latin"
    TRADING = "trading"


class Visibility(StrEnum):
    """Who may see a field, from widest to narrowest."""

    PUBLIC = "public"
    PORTAL = "portal"
    SECRETARIAT = "secretariat"


class Precision(StrEnum):
    """How exactly the first day of a membership is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class AddressState(StrEnum):
    """What is known of an e-mail address."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BOUNCING = "bouncing"


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """A further name with the days it was in use, both inclusive; None means open."""

    kind: NameKind
    text: str
    language: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A register entry, e.g. scheme `lei`, in the register's canonical spelling."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, order=True)
class Domain:
    """A web domain in ASCII form; it proves nothing until staff verified it."""

    domain: str
    includes_subdomains: bool = False
    verified_on: date | None = None
    verified_by: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """One stretch of membership: member from `joined_on` up to, not including, `ended_on`.

    `precision` says how much of `joined_on` is known; `is_at_latest` that the organisation was
    seen as a member on that day and may have joined earlier.
    """

    joined_on: date
    precision: Precision = Precision.DAY
    is_at_latest: bool = False
    ended_on: date | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True)
class OrganisationRecord:
    """An organisation with all that the directory knows of it. `id` is None until it is stored.

    `archived_on`: put away, shown to staff only. `delete_on`: deleted, and gone for good that day.
    """

    name: str
    category: str
    id: int | None = None
    slug: str | None = None
    body_kind: str | None = None
    language: str | None = None
    country: str | None = None
    city: str | None = None
    postcode: str | None = None
    street: str | None = None
    email: str | None = None
    phone: str | None = None
    website: str | None = None
    description: str | None = None
    parent_id: int | None = None
    logo: str | None = None
    is_listed: bool = True
    notes: str | None = None
    source: str | None = None
    dissolved_on: date | None = None
    merged_into_id: int | None = None
    archived_on: date | None = None
    delete_on: date | None = None
    former_slugs: tuple[str, ...] = ()
    names: tuple[Name, ...] = ()
    countries: tuple[str, ...] = ()
    sectors: tuple[int, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    domains: tuple[Domain, ...] = ()
    memberships: tuple[Membership, ...] = ()
    visibility: Mapping[str, Visibility] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Address:
    """An e-mail address of a contact; the first of a contact's addresses is written to."""

    email: str
    state: AddressState = AddressState.UNVERIFIED


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A person: one name in its own script, with Latin and sort forms where they differ."""

    name: str
    id: int | None = None
    latin_name: str | None = None
    sort_name: str | None = None
    language: str | None = None
    time_zone: str | None = None
    notes: str | None = None
    archived_on: date | None = None
    delete_on: date | None = None
    addresses: tuple[Address, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AffiliationRecord:
    """A contact working for an organisation in a role, from `started_on` to before `ended_on`."""

    contact_id: int
    organisation_id: int
    role: str
    id: int | None = None
    job_title: str | None = None
    started_on: date | None = None
    ended_on: date | None = None

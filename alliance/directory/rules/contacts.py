"""The one check of a contact's and of an affiliation's document, whoever wants to store it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from alliance.core.errors import BadInput
from alliance.directory.rules.fields import (
    check_day,
    checked,
    language_code,
    tidy_name,
    tidy_text,
    zone_name,
)
from alliance.directory.rules.reaching import email_address, phone_number
from alliance.directory.rules.records import Address, AffiliationRecord, ContactRecord
from alliance.directory.rules.reference import Reference

LONGEST_NAME = 200
LONGEST_JOB_TITLE = 200
LONGEST_NOTES = 20_000
MOST_ADDRESSES = 20


def tidy_contact(record: ContactRecord, before: ContactRecord | None = None) -> ContactRecord:
    """The contact in the form in which it is stored; tidying twice changes nothing.

    before: what is stored now; what has not changed since is not checked again. Raises BadInput
    naming the field, with a remedy.
    """
    changes = {
        field: check(getattr(record, field))
        for field, check in _CHECKS.items()
        if getattr(record, field) != (getattr(before, field) if before else None)
    }
    differing = {
        field: value for field, value in changes.items() if value != getattr(record, field)
    }
    return replace(record, **differing) if differing else record


def tidy_affiliation(
    record: AffiliationRecord, reference: Reference, before: AffiliationRecord | None = None
) -> AffiliationRecord:
    """The affiliation in the form in which it is stored. Raises BadInput naming the field."""
    if (before is None or record.role != before.role) and record.role not in reference.roles:
        raise BadInput(
            f"Role: there is no “{record.role[:60]}” in the list; choose an entry of it.",
            field="role",
        )
    for field in ("started_on", "ended_on"):
        check_day(field, getattr(record, field))
    if record.started_on and record.ended_on and record.ended_on < record.started_on:
        raise BadInput(
            f"Ended on: it cannot end on {record.ended_on.isoformat()} when it begins on"
            f" {record.started_on.isoformat()}; give a later end.",
            field="ended_on",
        )
    title = tidy_text("job_title", record.job_title, longest=LONGEST_JOB_TITLE)
    return replace(record, job_title=title) if title != record.job_title else record


def _optional(field: str, check: Callable[[str], str]) -> Callable[[str | None], str | None]:
    def tidied(text: str | None) -> str | None:
        return checked(field, check, text) if text and not text.isspace() else None

    return tidied


def _addresses(addresses: tuple[Address, ...]) -> tuple[Address, ...]:
    _count("addresses", addresses)
    kept: dict[str, Address] = {}
    for one in addresses:
        email = checked("addresses", email_address, one.email)
        kept.setdefault(email, replace(one, email=email) if email != one.email else one)
    return tuple(kept.values())


def _phones(phones: tuple[str, ...]) -> tuple[str, ...]:
    _count("phones", phones)
    return tuple(dict.fromkeys(checked("phones", phone_number, one) for one in phones))


def _count(field: str, given: tuple[Any, ...]) -> None:
    if len(given) > MOST_ADDRESSES:
        raise BadInput(
            f"{field.capitalize()}: {len(given)} are too many for one person; keep the"
            f" {MOST_ADDRESSES} in use.",
            field=field,
        )


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda text: tidy_name("name", text, longest=LONGEST_NAME),
    "latin_name": lambda text: tidy_text("latin_name", text, longest=LONGEST_NAME),
    "sort_name": lambda text: tidy_text("sort_name", text, longest=LONGEST_NAME),
    "language": _optional("language", language_code),
    "time_zone": _optional("time_zone", zone_name),
    "notes": lambda text: tidy_text("notes", text, longest=LONGEST_NOTES, lines=True),
    "addresses": _addresses,
    "phones": _phones,
}

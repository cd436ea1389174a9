"""Loads generated data through the product's own operations, as an import would write it."""

import csv
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from alliance import reactions
from alliance.core.actor import command_actor
from alliance.core.text import fold
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.reference import reference
from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
    Membership,
    OrganisationRecord,
)
from alliance.directory.rules.reference import Reference

ACTOR = command_actor("benchmark")
AT_ONCE = 5_000
Row = Mapping[str, str]
One = TypeVar("One")

# The generator's categories as a category and a kind of body.
KINDS = {
    "company": ("company", None),
    "startup": ("company", "startup"),
    "association": ("civil_society", "association"),
    "ngo": ("civil_society", "ngo"),
    "university": ("civil_society", "university"),
    "public-body": ("government", "public_body"),
}
MEMBERS_NOW = ("active", "grace")
MEMBERS_ONCE = ("lapsed", "former")
# The generator names a group of locales where it means the names that are given there.
LANGUAGES = {"gr": "el", "nd": None}


def load(session: Session, folder: Path) -> dict[str, dict[int, int]]:
    """Store the generated organisations and contacts, committing batch by batch.

    Returns for "organisation" and "contact" which id each of the generator's ids became.
    """
    lists = reference(session)
    slugs = _sectors(folder, lists)
    ends = _last_days(folder)
    working_in = _sectors_of(folder)
    organisations: dict[int, int] = {}
    contacts: dict[int, int] = {}
    for rows in _batches(_rows(folder / "organisations.csv")):
        records = [
            _organisation(row, [slugs[one] for one in working_in[row["id"]]], ends) for row in rows
        ]
        ids = save_organisations(session, records, actor=ACTOR, reason="Generated")
        organisations.update(zip((int(row["id"]) for row in rows), ids, strict=True))
        reactions.commit(session)
    for rows in _batches(_rows(folder / "contacts.csv")):
        ids = save_contacts(session, [_contact(row) for row in rows], actor=ACTOR)
        contacts.update(zip((int(row["id"]) for row in rows), ids, strict=True))
        links = [
            _affiliation(row, id, organisations[int(row["organisation_id"])])
            for row, id in zip(rows, ids, strict=True)
        ]
        save_affiliations(session, links, actor=ACTOR)
        reactions.commit(session)
    return {"organisation": organisations, "contact": contacts}


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _batches(rows: Iterator[One]) -> Iterator[list[One]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _sectors(folder: Path, lists: Reference) -> dict[str, int]:
    """The generator's sectors as ours, found by their label as an import would find them."""
    known: dict[str, int] = {}
    for id, term in lists.sectors.items():
        for label in (term.slug, *term.aliases, *term.names.values()):
            known.setdefault(fold(label), id)
    # A term's own name goes before another term's alias.
    known |= {fold(term.names["en"]): id for id, term in lists.sectors.items()}
    return {row["id"]: known[fold(row["name"])] for row in _rows(folder / "sectors.csv")}


def _sectors_of(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in _rows(folder / "organisation_sectors.csv"):
        found.setdefault(row["organisation_id"], []).append(row["sector_id"])
    return found


def _last_days(folder: Path) -> dict[str, date]:
    """The last day of each organisation's last term."""
    last: dict[str, str] = {}
    for row in _rows(folder / "memberships.csv"):
        known = last.get(row["organisation_id"], "")
        last[row["organisation_id"]] = max(known, row["ends_on"])
    return {id: date.fromisoformat(day) for id, day in last.items()}


def _organisation(row: Row, sectors: list[int], ends: Mapping[str, date]) -> OrganisationRecord:
    category, kind = KINDS[row["category"]]
    status = row["status"]
    memberships: tuple[Membership, ...] = ()
    if status in MEMBERS_NOW:
        memberships = (Membership(date.fromisoformat(row["joined_on"])),)
    elif status in MEMBERS_ONCE:
        joined, ended = date.fromisoformat(row["joined_on"]), ends[row["id"]] + timedelta(days=1)
        memberships = (Membership(joined, ended_on=ended, end_reason=status),)
    return OrganisationRecord(
        name=row["name"],
        category=category,
        body_kind=kind,
        country=row["country"],
        city=row["city"] or None,
        postcode=row["postcode"] or None,
        street=row["street"] or None,
        email=row["email"] or None,
        phone=row["phone"] or None,
        website=row["website"] or None,
        description=row["description"],
        # The generator hides whoever is no member today, which here follows from the membership.
        is_listed=row["is_public"] == "t" or status in MEMBERS_ONCE,
        sectors=tuple(sectors),
        memberships=memberships,
    )


def _contact(row: Row) -> ContactRecord:
    names = (row["first_name"], row["last_name"])
    is_chinese = row["language"] == "zh"
    state = AddressState.VERIFIED if row["email_verified"] == "t" else AddressState.UNVERIFIED
    return ContactRecord(
        name="".join(reversed(names)) if is_chinese else " ".join(names),
        language=LANGUAGES.get(row["language"], row["language"]),
        addresses=(Address(row["email"].lower(), state),) if row["email"] else (),
        phones=(row["phone"],) if row["phone"] else (),
    )


def _affiliation(row: Row, contact: int, organisation: int) -> AffiliationRecord:
    values: dict[str, Any] = {
        "role": "primary_contact" if row["is_primary"] == "t" else "member_of_staff",
        "job_title": row["job_title"] or None,
        "started_on": date.fromisoformat(row["created_at"]),
    }
    return AffiliationRecord(contact_id=contact, organisation_id=organisation, **values)

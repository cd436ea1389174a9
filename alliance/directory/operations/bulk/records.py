"""Organisations and contacts by the same words, for what treats both alike."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.directory.models import Contact, Organisation
from alliance.directory.operations.contacts import save_contacts
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import among, contacts_of, records_of
from alliance.directory.rules.contacts import tidy_contact
from alliance.directory.rules.documents import contact_from, organisation_from
from alliance.directory.rules.organisations import tidy
from alliance.directory.rules.reference import Reference

AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Handling:
    """How records of one kind are read, checked and stored."""

    table: type[Organisation] | type[Contact]
    read: Callable[[Session, Collection[int]], Mapping[int, Any]]
    save: Callable[..., list[int]]
    rebuild: Callable[..., Any]
    check: Callable[[Any, Reference, Any], Any]


HANDLINGS: Mapping[str, Handling] = {
    "organisation": Handling(Organisation, records_of, save_organisations, organisation_from, tidy),
    "contact": Handling(
        Contact,
        contacts_of,
        save_contacts,
        contact_from,
        lambda record, _, before: tidy_contact(record, before),
    ),
}


def hold(session: Session, subject_kind: str, ids: Sequence[int]) -> None:
    """Nobody else changes these records until the transaction ends; all in one order."""
    table = HANDLINGS[subject_kind].table
    session.execute(
        select(table.id).where(among(table.id, ids)).order_by(table.id).with_for_update()
    )


def pieces(ids: Collection[int]) -> list[list[int]]:
    """Ids in order, each once, in pieces that are worked off at once."""
    ordered = sorted(set(ids))
    return [ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE)]

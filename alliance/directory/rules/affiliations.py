"""Who may take which role in an organisation, and which roles nobody reachable has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from alliance.core.errors import BadInput, Refused
from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
)
from alliance.directory.rules.reference import RoleTerm, label_of


class Gap(StrEnum):
    """Why a role that an organisation needs does not reach anybody."""

    NOBODY = "nobody"
    NO_ADDRESS = "no_address"
    BOUNCING = "bouncing"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role that fewer people hold, or can be reached in, than the organisation needs.

    `gap` is the evidence: nobody holds it, no holder has an address, all addresses bounce, or some
    are reached and more are needed.
    """

    role: str
    minimum: int
    holders: int
    reachable: int
    gap: Gap = Gap.NOBODY


class RoleFull(Refused):
    """As many people hold a role as may; `role` is its code, `holders` are the contacts' ids."""

    def __init__(self, message: str, *, role: str, holders: Sequence[int]) -> None:
        super().__init__(message)
        self.role = role
        self.holders = tuple(holders)


def check_role(
    role: RoleTerm,
    contact_id: int,
    others: Iterable[AffiliationRecord],
    *,
    category: str,
    on: date,
) -> None:
    """Refuse a role that the organisation's category does not have, or that is fully held.

    others: the organisation's affiliations; those that end by `on` do not count. Raises BadInput
    for a role of another category, RoleFull for one that is fully held, else Refused.
    """
    name = label_of(role.names, "en")
    if role.category is not None and role.category != category:
        raise BadInput(
            f"“{name}” is a role in a {role.category.replace('_', ' ')} only; choose another.",
            field="role",
        )
    held = [one for one in others if one.role == role.code and not has_ended(one, on=on)]
    if any(one.contact_id == contact_id for one in held):
        raise Refused(f"This contact is “{name}” there already; end that first, or leave it so.")
    if role.maximum is not None and len(held) >= role.maximum:
        most = "one" if role.maximum == 1 else str(role.maximum)
        raise RoleFull(
            f"An organisation has at most {most} “{name}”, and this one has {len(held)}; end one"
            " of these roles first.",
            role=role.code,
            holders=list(dict.fromkeys(one.contact_id for one in held)),
        )


def vacancies(
    affiliations: Iterable[AffiliationRecord],
    reachable: Collection[int],
    roles: Mapping[str, RoleTerm],
    *,
    category: str,
    today: date,
    addressed: Collection[int] = (),
) -> tuple[Vacancy, ...]:
    """The roles that one organisation needs and has nobody, or nobody reachable, in today.

    reachable: ids of contacts whom a letter would reach; addressed: of those who have any address.
    In the order of the closed list.
    """
    active = [one for one in affiliations if is_active(one, on=today)]
    found = []
    for role in roles.values():
        if role.category not in (None, category):
            continue
        holders = {one.contact_id for one in active if one.role == role.code}
        vacancy = vacancy_of(
            role,
            holders=len(holders),
            addressed=len(holders.intersection(addressed)),
            reachable=len(holders.intersection(reachable)),
        )
        if vacancy is not None:
            found.append(vacancy)
    return tuple(found)


def vacancy_of(role: RoleTerm, *, holders: int, addressed: int, reachable: int) -> Vacancy | None:
    """Whether a role lacks people whom a letter reaches, and why; None when all is well.

    holders: how many hold it today; addressed, reachable: how many of them have an address, and
    one that does not bounce. This is the one rule behind the record, the list and the home page.
    """
    if reachable >= role.minimum:
        return None
    gap = Gap.BOUNCING
    if not holders:
        gap = Gap.NOBODY
    elif reachable:
        gap = Gap.TOO_FEW
    elif not addressed:
        gap = Gap.NO_ADDRESS
    return Vacancy(role.code, role.minimum, holders, reachable, gap)


def is_reachable(contact: ContactRecord) -> bool:
    """Whether a letter reaches the contact: not put away, and an address does not bounce."""
    is_put_away = contact.archived_on is not None or contact.delete_on is not None
    return not is_put_away and has_working_address(contact.addresses)


def has_working_address(addresses: Iterable[Address]) -> bool:
    """Whether one of the addresses does not bounce."""
    return any(one.state is not AddressState.BOUNCING for one in addresses)


def is_active(one: AffiliationRecord, *, on: date) -> bool:
    """Whether the contact works in that role on a day; an unknown start lies before all days."""
    return (one.started_on is None or one.started_on <= on) and not has_ended(one, on=on)


def has_ended(one: AffiliationRecord, *, on: date) -> bool:
    """Whether the affiliation is over on a day; its `ended_on` is the first day without it."""
    return one.ended_on is not None and one.ended_on <= on


def overlap(one: AffiliationRecord, other: AffiliationRecord) -> bool:
    """Whether there is a day on which both are; one that ends as it begins is on no day."""
    first = max(one.started_on or date.min, other.started_on or date.min)
    last = min(one.ended_on or date.max, other.ended_on or date.max)
    return first < last


def ended_by(one: AffiliationRecord, *, on: date) -> date:
    """The first day without an affiliation that is to end on a day.

    One that was to begin later never does: it ends on the day of its own beginning.
    """
    return max(on, one.started_on) if one.started_on else on

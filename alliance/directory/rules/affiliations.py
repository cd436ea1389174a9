"""Who may take which role in an organisation, and which roles nobody reachable has."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alliance.core.errors import BadInput, Refused
from alliance.directory.rules.records import AddressState, AffiliationRecord, ContactRecord
from alliance.directory.rules.reference import RoleTerm, label_of


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A role that fewer people hold, or can be reached in, than the organisation needs."""

    role: str
    minimum: int
    holders: int
    reachable: int


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
    for a role of another category, else Refused.
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
        raise Refused(
            f"An organisation has at most {most} “{name}”, and this one has {len(held)}; end one"
            " of these roles first."
        )


def vacancies(
    affiliations: Iterable[AffiliationRecord],
    reachable: Collection[int],
    roles: Mapping[str, RoleTerm],
    *,
    category: str,
    today: date,
) -> tuple[Vacancy, ...]:
    """The roles that one organisation needs and has nobody, or nobody reachable, in today.

    reachable: ids of contacts whom a letter would reach. In the order of the closed list.
    """
    active = [one for one in affiliations if is_active(one, on=today)]
    found = []
    for role in roles.values():
        if role.minimum == 0 or role.category not in (None, category):
            continue
        holders = {one.contact_id for one in active if one.role == role.code}
        reached = holders.intersection(reachable)
        if len(reached) < role.minimum:
            found.append(Vacancy(role.code, role.minimum, len(holders), len(reached)))
    return tuple(found)


def is_reachable(contact: ContactRecord) -> bool:
    """Whether the contact has an address that does not bounce."""
    return any(one.state is not AddressState.BOUNCING for one in contact.addresses)


def is_active(one: AffiliationRecord, *, on: date) -> bool:
    """Whether the contact works in that role on a day; an unknown start lies before all days."""
    return (one.started_on is None or one.started_on <= on) and not has_ended(one, on=on)


def has_ended(one: AffiliationRecord, *, on: date) -> bool:
    """Whether the affiliation is over on a day; its `ended_on` is the first day without it."""
    return one.ended_on is not None and one.ended_on <= on

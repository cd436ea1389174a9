"""Roles change hands: what needs a second administrator waits here for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.accounts.models import Account, RoleGrant
from alliance.accounts.operations.notes import note
from alliance.accounts.permissions import STAFF_ROLES, Role
from alliance.accounts.queries.accounts import get_account
from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.core.reads import Read

_RECENT = Read("""
    SELECT asked.id, asked.account_id, holder.name, holder.role, asked.role, asked.proposed_by,
        proposer.name, asked.proposed_at, decider.name, asked.decided_at, asked.is_approved
    FROM account_role_grants AS asked
    JOIN accounts AS holder ON holder.id = asked.account_id
    JOIN accounts AS proposer ON proposer.id = asked.proposed_by
    LEFT JOIN accounts AS decider ON decider.id = asked.decided_by
    ORDER BY asked.decided_at IS NOT NULL, asked.id DESC LIMIT 50
""")


@dataclass(frozen=True, slots=True)
class ListedGrant:
    """A proposed role, waiting or decided."""

    id: int
    account_id: int
    name: str
    present_role: Role
    role: Role
    proposed_by: int
    proposer: str
    proposed_at: datetime
    decider: str | None
    decided_at: datetime | None
    is_approved: bool | None


def needs_two(account: Account, role: Role, actor: Actor) -> bool:
    """Whether a role is given by two people: that of an administrator, and any to oneself."""
    return role is Role.ADMINISTRATOR or account.id == actor.id


def change_role(
    session: Session, account: Account, role: Role, *, now: datetime, actor: Actor
) -> bool:
    """Give a role, or propose it where that takes two people; returns whether it is given.

    Raises BadInput for a role that cannot be given, Refused for one that is proposed already.
    """
    if role not in STAFF_ROLES:
        raise BadInput("Choose one of the roles of the staff.", field="role")
    if account.role == role:
        return True
    if actor.id is not None and needs_two(account, role, actor):
        propose(session, account, role, now=now, actor=actor)
        return False
    _give(session, account, role, now=now, actor=actor)
    return True


def propose(session: Session, account: Account, role: Role, *, now: datetime, actor: Actor) -> None:
    """Ask for a second administrator's word on a role."""
    assert actor.id is not None
    if _waiting(session, account.id):
        raise Refused("A role for this account waits already for a second administrator.")
    session.add(RoleGrant(account_id=account.id, role=role, proposed_by=actor.id, proposed_at=now))
    session.flush()
    note(session, actor, "role_proposed", account, {"role": (account.role.value, role.value)})


def decide(
    session: Session, id: int, *, approve: bool, now: datetime, actor: Actor
) -> tuple[Account, Role]:
    """Approve or decline a proposed role; returns whose and which.

    Raises NotFound for one that does not wait, Refused for a proposer, or the one who would get the
    role, who approves.
    """
    grant = session.get(RoleGrant, id, with_for_update=True)
    if grant is None or grant.decided_at is not None:
        raise NotFound("There is no such proposal, or somebody was faster.")
    account = get_account(session, grant.account_id, lock=True)
    if approve and actor.id in (grant.proposed_by, grant.account_id):
        raise Refused("This takes a second administrator, who did not propose it.")
    grant.decided_by, grant.decided_at, grant.is_approved = actor.id, now, approve
    session.flush()
    if approve:
        _give(session, account, grant.role, now=now, actor=actor)
    else:
        note(session, actor, "role_declined", account, {"role": (grant.role.value, None)})
    return account, grant.role


def recent_grants(session: Session) -> Sequence[ListedGrant]:
    """Proposals that wait, then those that were decided, newest first; at most 50."""
    found = []
    for id, account_id, name, present, role, by, proposer, at, *decided in _RECENT.rows(session):
        decider, decided_at, is_approved = decided
        found.append(
            ListedGrant(
                id,
                account_id,
                name,
                Role(present),
                Role(role),
                by,
                proposer,
                at,
                decider,
                decided_at,
                is_approved,
            )
        )
    return found


def _give(session: Session, account: Account, role: Role, *, now: datetime, actor: Actor) -> None:
    _keep_one_administrator(session, account)
    before = account.role
    account.role = role
    session.flush()
    note(session, actor, "changed", account, {"role": (before.value, role.value)})
    # What was proposed for another present is asked for anew.
    for grant in _waiting(session, account.id):
        grant.decided_by, grant.decided_at, grant.is_approved = actor.id, now, False
    session.flush()


def _keep_one_administrator(session: Session, account: Account) -> None:
    """Refuse to take the role from the last administrator who can sign in."""
    if account.role is not Role.ADMINISTRATOR or account.disabled_at is not None:
        return
    others = session.scalars(
        select(Account.id)
        .where(
            Account.role == Role.ADMINISTRATOR,
            Account.disabled_at.is_(None),
            Account.id != account.id,
        )
        .with_for_update()
    ).all()
    if not others:
        raise Refused("This is the last administrator; name another one first.")


def _waiting(session: Session, account_id: int) -> Sequence[RoleGrant]:
    return session.scalars(
        select(RoleGrant).where(RoleGrant.account_id == account_id, RoleGrant.decided_at.is_(None))
    ).all()

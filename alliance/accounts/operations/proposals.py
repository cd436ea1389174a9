"""What takes two administrators: one proposes, another approves.

That is the role of an administrator, any role for oneself, and the reset of a second factor: alone
nobody can raise himself or take over another's account. Where there is just one administrator the
console does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from alliance.accounts.models import Account, Proposal
from alliance.accounts.operations.accounts import add_account
from alliance.accounts.operations.factors import has_factor, reset_factors
from alliance.accounts.operations.links import close_ways_in
from alliance.accounts.operations.notes import note
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR, STAFF_ROLES, Role
from alliance.accounts.queries.accounts import get_account
from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.core.reads import Read

_RECENT = Read("""
    SELECT asked.id, asked.account_id, holder.name, holder.role, asked.role, asked.proposed_by,
        proposer.name, asked.proposed_at, decider.name, asked.decided_at, asked.is_approved
    FROM account_proposals AS asked
    JOIN accounts AS holder ON holder.id = asked.account_id
    JOIN accounts AS proposer ON proposer.id = asked.proposed_by
    LEFT JOIN accounts AS decider ON decider.id = asked.decided_by
    ORDER BY asked.decided_at IS NOT NULL, asked.id DESC LIMIT 50
""")


@dataclass(frozen=True, slots=True)
class ListedProposal:
    """A proposal, waiting or decided; without `role` it is to reset the second factors."""

    id: int
    account_id: int
    name: str
    present_role: Role
    role: Role | None
    proposed_by: int
    proposer: str
    proposed_at: datetime
    decider: str | None
    decided_at: datetime | None
    is_approved: bool | None

    def is_for(self, account_id: int) -> bool:
        """Whether somebody may approve it: neither who proposed it nor whom it is about."""
        return account_id not in (self.proposed_by, self.account_id)


def takes_two(account: Account, role: Role, actor: Actor) -> bool:
    """Whether a role is given by two people; at the console one is enough."""
    return actor.id is not None and (role is Role.ADMINISTRATOR or account.id == actor.id)


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
    if takes_two(account, role, actor):
        _propose(session, account, role, now=now, actor=actor)
        return False
    _give(session, account, role, now=now, actor=actor)
    return True


def add_by_page(
    session: Session, email: str, role: Role, *, name: str, now: datetime, actor: Actor
) -> tuple[Account, bool]:
    """Add an account; returns it and whether it has its role.

    An administrator begins as nobody, who may do nothing, until a second administrator approves.
    """
    waits = role is Role.ADMINISTRATOR and actor.id is not None
    account = add_account(
        session, email, Role.ANYONE if waits else role, name=name, now=now, actor=actor
    )
    if waits:
        _propose(session, account, role, now=now, actor=actor)
    return account, not waits


def propose_reset(session: Session, account: Account, *, now: datetime, actor: Actor) -> None:
    """Ask for a second administrator's word on the reset of somebody's second factors."""
    _propose(session, account, None, now=now, actor=actor)


def decide(
    session: Session, id: int, *, approve: bool, now: datetime, actor: Actor
) -> tuple[Account, Role | None]:
    """Approve or decline what was proposed; returns for whom, and which role if it is about one.

    A new administrator without a second factor gets no way in but a link that is made after that.
    Raises NotFound for one that does not wait; Refused when the one who approves has proposed it,
    or is whom it is about.
    """
    proposal = session.get(Proposal, id, with_for_update=True)
    if proposal is None or proposal.decided_at is not None:
        raise NotFound("There is no such proposal, or somebody was faster.")
    account = get_account(session, proposal.account_id, lock=True)
    if approve and actor.id in (proposal.proposed_by, proposal.account_id):
        raise Refused("This takes a second administrator, who did not propose it.")
    proposal.decided_by, proposal.decided_at, proposal.is_approved = actor.id, now, approve
    session.flush()
    if not approve:
        role = proposal.role.value if proposal.role else None
        note(session, actor, "proposal_declined", account, {"role": (role, None)})
    elif proposal.role is None:
        reset_factors(session, account, actor=actor)
    else:
        _give(session, account, proposal.role, now=now, actor=actor)
        if proposal.role in NEEDS_SECOND_FACTOR and not has_factor(session, account.id):
            close_ways_in(session, account, actor=actor)
    return account, proposal.role


def recent_proposals(session: Session) -> Sequence[ListedProposal]:
    """Proposals that wait, then those that were decided, newest first; at most 50."""
    found = []
    for row in _RECENT.rows(session):
        id, account_id, name, present_role, role, *rest = row
        proposed_by, proposer, proposed_at, decider, decided_at, is_approved = rest
        found.append(
            ListedProposal(
                id=id,
                account_id=account_id,
                name=name,
                present_role=Role(present_role),
                role=None if role is None else Role(role),
                proposed_by=proposed_by,
                proposer=proposer,
                proposed_at=proposed_at,
                decider=decider,
                decided_at=decided_at,
                is_approved=is_approved,
            )
        )
    return found


def _propose(
    session: Session, account: Account, role: Role | None, *, now: datetime, actor: Actor
) -> None:
    assert actor.id is not None
    if _waiting(session, account.id):
        raise Refused("A proposal for this account waits already for a second administrator.")
    session.add(Proposal(account_id=account.id, role=role, proposed_by=actor.id, proposed_at=now))
    session.flush()
    if role is None:
        note(session, actor, "reset_proposed", account)
    else:
        note(session, actor, "role_proposed", account, {"role": (account.role.value, role.value)})


def _give(session: Session, account: Account, role: Role, *, now: datetime, actor: Actor) -> None:
    keep_one_administrator(session, account)
    before = account.role
    account.role = role
    session.flush()
    note(session, actor, "changed", account, {"role": (before.value, role.value)})
    # What was proposed while the role was another is to be asked for anew.
    for proposal in _waiting(session, account.id):
        proposal.decided_by, proposal.decided_at, proposal.is_approved = actor.id, now, False
    session.flush()


def keep_one_administrator(session: Session, account: Account) -> None:
    """Refuse to take the last administrator away."""
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


def _waiting(session: Session, account_id: int) -> Sequence[Proposal]:
    return session.scalars(
        select(Proposal).where(Proposal.account_id == account_id, Proposal.decided_at.is_(None))
    ).all()

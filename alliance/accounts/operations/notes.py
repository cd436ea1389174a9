"""What the history is told about accounts; never a password, a code or a token."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.accounts.models import Account
from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.actor import Actor, ActorKind

SUBJECT = "account"


def note(
    session: Session,
    actor: Actor,
    action: str,
    account: Account,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    *,
    reason: str | None = None,
) -> None:
    """Write one entry about an account, in this transaction."""
    note_of(session, actor, action, account.id, account.name, changes, reason=reason)


def note_of(
    session: Session,
    actor: Actor,
    action: str,
    account_id: int,
    name: str,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    *,
    reason: str | None = None,
) -> None:
    """As `note`, where only number and name of the account are at hand; 0 stands for none."""
    entry = Note(action, SUBJECT, account_id, name, changes or {})
    record(session, actor, [entry], at=clock.now(), reason=reason)


def itself(account: Account) -> Actor:
    """The person of an account as the doer."""
    return Actor(ActorKind.PERSON, account.name, account.id)

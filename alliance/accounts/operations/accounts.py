"""Making accounts, giving them passwords, letting nobody in any more."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from alliance.accounts.models import Account
from alliance.accounts.operations.factors import has_factor
from alliance.accounts.operations.notes import itself, note
from alliance.accounts.operations.passwords import hash_password
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.operations.sessions import end_sessions
from alliance.accounts.permissions import Role
from alliance.accounts.queries.accounts import account_of
from alliance.accounts.rules.passwords import check_password
from alliance.core.actor import Actor
from alliance.core.errors import BadInput, Refused
from alliance.core.settings import SHIPPED_LANGUAGES, alliance_settings
from alliance.core.text import BadText, normalise_email, squeeze

_LONGEST_NAME = 120


def add_account(
    session: Session,
    email: str,
    role: Role,
    *,
    name: str = "",
    now: datetime,
    actor: Actor,
    reason: str | None = None,
) -> Account:
    """An account that has no password yet. Without a name it is called by its address.

    Raises BadInput for an address that cannot be used or has an account already.
    """
    address = tidy_email(email)
    if account_of(session, address) is not None:
        raise BadInput("This address has an account already.", field="email")
    account = Account(
        email=address,
        name=tidy_account_name(name) or address.partition("@")[0],
        role=role,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError:
        raise BadInput("This address has an account already.", field="email") from None
    changes = {"role": (None, role.value), "email": (None, address)}
    note(session, actor, "created", account, changes, reason=reason)
    return account


def tidy_email(email: str) -> str:
    """An address in the form in which it is stored. Raises BadInput."""
    try:
        return normalise_email(email)
    except BadText as error:
        raise BadInput(error.message, field="email") from None


def tidy_account_name(name: str) -> str:
    """A person's name in the form in which it is stored. Raises BadInput."""
    try:
        return squeeze(name, max_length=_LONGEST_NAME)
    except BadText as error:
        raise BadInput(error.message, field="name") from None


def set_password(
    session: Session,
    account: Account,
    password: str,
    *,
    safeguards: Safeguards,
    now: datetime,
    actor: Actor,
    session_id: int | None = None,
    field: str = "password",
) -> None:
    """Give an account a password; its sessions end, except `session_id`.

    Raises BadInput for a password that others would guess.
    """
    settings = alliance_settings(session)
    check_password(
        password,
        has_factor=has_factor(session, account.id),
        context=[account.name, account.email, *(name for _, name in settings.names)],
        field=field,
    )
    account.password_hash = hash_password(password, safeguards.cost)
    account.password_changed_at = now
    session.flush()
    end_sessions(session, account.id, but=session_id)
    note(session, actor, "password_changed", account)


def disable(
    session: Session, account: Account, *, now: datetime, actor: Actor, reason: str | None = None
) -> None:
    """Let an account in no more, from the next request on; its tokens of the API rest too."""
    if account.id == actor.id:
        raise Refused("You cannot disable your own account; ask another administrator.")
    if account.disabled_at is not None:
        return
    account.disabled_at = now
    session.flush()
    end_sessions(session, account.id)
    note(session, actor, "disabled", account, reason=reason)


def enable(session: Session, account: Account, *, actor: Actor, reason: str | None = None) -> None:
    """Let an account in again."""
    if account.disabled_at is None:
        return
    account.disabled_at = None
    session.flush()
    note(session, actor, "enabled", account, reason=reason)


def change_own(session: Session, account: Account, *, name: str, language: str) -> None:
    """Change one's own name and language ("" follows the browser). Raises BadInput."""
    wanted_name = tidy_account_name(name)
    if not wanted_name:
        raise BadInput("Give the name that others know you by.", field="name")
    if language and language not in SHIPPED_LANGUAGES:
        raise BadInput("Choose one of the languages.", field="language")
    before = {"name": account.name, "language": account.language}
    after = {"name": wanted_name, "language": language or None}
    changes = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    if not changes:
        return
    account.name, account.language = wanted_name, language or None
    session.flush()
    note(session, itself(account), "changed", account, changes)

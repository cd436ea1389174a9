"""Accounts and sign-ins for tests, as rows and therefore fast; a test names what matters."""

from datetime import timedelta
from itertools import count

import pyotp
from sqlalchemy import update
from sqlalchemy.orm import Session

from alliance.accounts.models import Account, AccountSession, Factor, FactorKind
from alliance.accounts.operations.passwords import Cost, hash_password
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.operations.sessions import begin_session
from alliance.accounts.permissions import Role
from alliance.accounts.queries.sessions import digest
from alliance.core import clock
from config import Config

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_COST = Cost(64, 1)
_numbers = count(1)


def make_account(
    session: Session,
    role: Role = Role.MEMBERSHIP_MANAGER,
    *,
    email: str | None = None,
    name: str | None = None,
    password: str | None = PASSWORD,
) -> Account:
    """A stored account without a second factor."""
    number = next(_numbers)
    account = Account(
        email=email or f"{role.value}{number}@alliance.example",
        name=name or f"{role.value.replace('_', ' ').title()} {number}",
        role=role,
        password_hash=password and hash_password(password, _COST),
        created_at=clock.now(),
    )
    session.add(account)
    session.flush()
    return account


def give_totp(session: Session, account: Account, config: Config, secret: str = SECRET) -> Factor:
    """A code generator that counts already."""
    factor = Factor(
        account_id=account.id,
        kind=FactorKind.TOTP,
        name="Telephone",
        secret=safeguards(config).sealed(secret),
        counter=0,
        created_at=clock.now(),
        proved_at=clock.now(),
    )
    session.add(factor)
    session.flush()
    return factor


def code_now(secret: str = SECRET, *, steps: int = 0) -> str:
    """What the code generator shows now, or some steps of 30 seconds later."""
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


def safeguards(config: Config) -> Safeguards:
    """Those of the application under test."""
    return Safeguards.derived(
        config.secret_key, memory_kib=config.password_memory_kib, rounds=config.password_rounds
    )


def open_session(session: Session, account: Account, *, minutes_ago: int = 0) -> str:
    """Sign an account in; returns the token. `minutes_ago`: when it last proved who it is."""
    then = clock.now() - timedelta(minutes=minutes_ago)
    token = begin_session(session, account.id, now=then, user_agent="Test")
    session.execute(
        update(AccountSession)
        .where(AccountSession.token_hash == digest(token))
        .values(last_seen_at=clock.now())
    )
    return token

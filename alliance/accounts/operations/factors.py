"""Second factors: code generators and recovery codes; each code is good once."""

import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime

import pyotp
from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from alliance.accounts.models import Account, Factor, FactorKind, RecoveryCode
from alliance.accounts.operations.notes import itself, note
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.operations.sessions import end_sessions
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR
from alliance.accounts.rules.codes import (
    canonical_code,
    canonical_recovery_code,
    recovery_digest,
    step_of_code,
)
from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_MOST_FACTORS = 10


def begin_totp(session: Session, account: Account, *, safeguards: Safeguards, now: datetime) -> str:
    """Make a secret for a code generator; it counts once `prove_totp` has seen a code of it.

    Returns the secret. A set-up that was begun before and not finished is dropped.
    """
    _refuse_too_many(session, account.id)
    session.execute(
        delete(Factor).where(
            Factor.account_id == account.id,
            Factor.kind == FactorKind.TOTP,
            Factor.proved_at.is_(None),
        )
    )
    secret = pyotp.random_base32()
    session.add(
        Factor(
            account_id=account.id,
            kind=FactorKind.TOTP,
            name="",
            secret=safeguards.sealed(secret),
            counter=0,
            created_at=now,
        )
    )
    session.flush()
    return secret


def pending_secret(session: Session, account_id: int, safeguards: Safeguards) -> str | None:
    """The secret of a set-up that is not finished yet."""
    factor = _pending(session, account_id)
    return None if factor is None else safeguards.opened(factor.secret)


def prove_totp(
    session: Session,
    account: Account,
    code: str,
    *,
    name: str,
    safeguards: Safeguards,
    now: datetime,
    actor: Actor,
    session_id: int | None,
) -> Sequence[str]:
    """Finish the set-up of a code generator with a first code.

    Other sessions of the account end. Returns new recovery codes when there were none, else ().
    Raises BadInput for a code that does not fit.
    """
    factor = _pending(session, account.id)
    secret = None if factor is None else safeguards.opened(factor.secret)
    if factor is None or secret is None:
        raise BadInput("This set-up has ended; begin it again.", field="code")
    step = step_of_code(secret, canonical_code(code), now, after=0)
    if step is None:
        raise BadInput(
            "This code does not fit. Wait for the next one, and check the clock of the telephone.",
            field="code",
        )
    factor.counter, factor.proved_at, factor.name = step, now, name
    session.flush()
    return welcome_factor(session, account, factor, actor=actor, session_id=session_id)


def welcome_factor(
    session: Session, account: Account, factor: Factor, *, actor: Actor, session_id: int | None
) -> Sequence[str]:
    """What follows when a factor is new: history, other sessions end, recovery codes."""
    note(session, actor, "factor_added", account, {"factor": (None, factor.kind.value)})
    end_sessions(session, account.id, but=session_id)
    if _unused_codes(session, account.id):
        return ()
    return new_recovery_codes(session, account, actor=actor)


def new_recovery_codes(session: Session, account: Account, *, actor: Actor) -> Sequence[str]:
    """Ten new recovery codes in place of the old ones; they are not shown again."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = [b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
             for _ in range(RECOVERY_CODES)]  # fmt: skip
    session.execute(
        insert(RecoveryCode),
        [{"account_id": account.id, "code_hash": recovery_digest(code)} for code in codes],
    )
    note(session, actor, "recovery_codes_made", account)
    return ["-".join(code[at : at + 4] for at in range(0, len(code), 4)) for code in codes]


def use_code(
    session: Session, account: Account, typed: str, *, safeguards: Safeguards, now: datetime
) -> bool:
    """Whether a typed code proves the account, from a generator or of recovery; using it up."""
    code = canonical_code(typed)
    if not code:
        return _use_recovery_code(session, account, typed, now)
    factors = session.scalars(
        select(Factor).where(
            Factor.account_id == account.id,
            Factor.kind == FactorKind.TOTP,
            Factor.proved_at.is_not(None),
        )
    ).all()
    for factor in factors:
        secret = safeguards.opened(factor.secret)
        step = None if secret is None else step_of_code(secret, code, now, after=factor.counter)
        # The row decides between two who bring the same code at once.
        if step is not None and _changed(
            session,
            update(Factor)
            .where(Factor.id == factor.id, Factor.counter < step)
            .values(counter=step, last_used_at=now),
        ):
            return True
    return False


def _use_recovery_code(session: Session, account: Account, typed: str, now: datetime) -> bool:
    if not canonical_recovery_code(typed):
        return False
    used = _changed(
        session,
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == recovery_digest(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now),
    )
    if used:
        note(session, itself(account), "recovery_code_used", account)
    return used


def remove_factor(
    session: Session, account: Account, factor_id: int, *, actor: Actor, session_id: int | None
) -> None:
    """Take a factor away; other sessions end. Raises NotFound, or Refused for the last one needed.

    Recovery codes go with the last factor.
    """
    proved = _proved(session, account.id)
    gone = next((one for one in proved if one.id == factor_id), None)
    if gone is None:
        raise NotFound("There is no such factor.")
    if len(proved) == 1 and account.role in NEEDS_SECOND_FACTOR:
        raise Refused("An administrator keeps a second factor; add another one first.")
    session.execute(delete(Factor).where(Factor.id == gone.id))
    if len(proved) == 1:
        session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    note(session, actor, "factor_removed", account, {"factor": (gone.kind.value, None)})
    end_sessions(session, account.id, but=session_id)


def reset_factors(
    session: Session, account: Account, *, actor: Actor, reason: str | None = None
) -> None:
    """Take all factors and recovery codes away, for somebody who lost them; sessions end."""
    session.execute(delete(Factor).where(Factor.account_id == account.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    end_sessions(session, account.id)
    note(session, actor, "factors_reset", account, reason=reason)


def has_factor(session: Session, account_id: int) -> bool:
    """Whether a second factor is set up."""
    return bool(_proved(session, account_id))


def _refuse_too_many(session: Session, account_id: int) -> None:
    if len(_proved(session, account_id)) >= _MOST_FACTORS:
        raise Refused("There are ten factors already; remove one that is not used any more.")


def _proved(session: Session, account_id: int) -> Sequence[Factor]:
    return session.scalars(
        select(Factor).where(Factor.account_id == account_id, Factor.proved_at.is_not(None))
    ).all()


def _pending(session: Session, account_id: int) -> Factor | None:
    return session.scalar(
        select(Factor).where(
            Factor.account_id == account_id,
            Factor.kind == FactorKind.TOTP,
            Factor.proved_at.is_(None),
        )
    )


def _unused_codes(session: Session, account_id: int) -> int:
    return len(
        session.scalars(
            select(RecoveryCode.code_hash).where(
                RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
            )
        ).all()
    )


def _changed(session: Session, statement: object) -> bool:
    done = session.execute(
        statement.execution_options(synchronize_session=False)  # type: ignore[attr-defined]
    )
    assert isinstance(done, CursorResult)
    return done.rowcount == 1

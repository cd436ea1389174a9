"""Signing in: a password, then the second factor; and proving oneself again later."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alliance.accounts.models import Account
from alliance.accounts.operations.factors import has_factor, use_code
from alliance.accounts.operations.notes import itself, note, note_of
from alliance.accounts.operations.passkeys import PasskeyAnswer, use_passkey
from alliance.accounts.operations.passwords import hash_password, is_outdated, is_password
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.operations.sessions import begin_session, end_session
from alliance.accounts.queries.accounts import account_of, get_account
from alliance.accounts.queries.sessions import HalfSignedIn, SignedIn
from alliance.accounts.rules.passwords import LONGEST
from alliance.core.actor import Actor, ActorKind

# Whoever tries a password is nobody that we know.
STRANGER = Actor(ActorKind.SYSTEM, "somebody at the sign-in")


@dataclass(frozen=True, slots=True)
class Entered:
    """The password was right. `token` signs in, or, if `owes_factor`, only leads to the factor."""

    token: str
    owes_factor: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody brings to prove who he is; what is not asked for may stay empty."""

    password: str = ""
    code: str = ""
    passkey: PasskeyAnswer | None = None


def enter_password(
    session: Session,
    email: str,
    password: str,
    *,
    safeguards: Safeguards,
    now: datetime,
    user_agent: str,
) -> Entered | None:
    """The first step of a sign-in; None, told in the history, when it fails.

    As much is done for an address without an account, so that its absence does not show.
    """
    account = account_of(session, email)
    is_open = account is not None and account.disabled_at is None
    stored = account.password_hash if account is not None and is_open else None
    is_right = is_password(password[:LONGEST], stored, safeguards.cost)
    if account is None or not is_right or len(password) > LONGEST:
        name = "" if account is None else account.name
        note_of(session, STRANGER, "sign_in_refused", account.id if account else 0, name)
        return None
    assert stored is not None
    if is_outdated(stored, safeguards.cost):
        account.password_hash = hash_password(password, safeguards.cost)
        session.flush()
    owes_factor = has_factor(session, account.id)
    token = begin_session(
        session, account.id, now=now, user_agent=user_agent, is_whole=not owes_factor
    )
    if not owes_factor:
        note(session, itself(account), "signed_in", account)
    return Entered(token, owes_factor)


def enter_factor(
    session: Session,
    half: HalfSignedIn,
    proof: Proof,
    *,
    safeguards: Safeguards,
    now: datetime,
    user_agent: str,
) -> str | None:
    """The second step by code or passkey; the token that signs in, or None, told in the history."""
    account = get_account(session, half.account_id)
    if not _has_proved_factor(session, account, proof, safeguards=safeguards, now=now):
        note(session, STRANGER, "code_refused", account)
        return None
    end_session(session, half.session_id, account_id=half.account_id)
    note(session, itself(account), "signed_in", account, {"second_factor": (None, True)})
    return begin_session(session, half.account_id, now=now, user_agent=user_agent)


def is_proved(
    session: Session,
    signed_in: SignedIn,
    proof: Proof,
    *,
    safeguards: Safeguards,
    now: datetime,
) -> bool:
    """Whether the holder of a session proves again who he is; told in the history if not.

    By a passkey, which asks for a finger or a number itself, or by the password and, where the
    account has a second factor, a code.
    """
    account = get_account(session, signed_in.account_id)
    if proof.passkey is not None:
        is_right = use_passkey(session, account.id, proof.passkey, now=now)
    else:
        stored = account.password_hash
        is_right = is_password(proof.password[:LONGEST], stored, safeguards.cost)
        if is_right and signed_in.has_factor:
            is_right = use_code(session, account, proof.code, safeguards=safeguards, now=now)
    if not is_right:
        note(session, signed_in.actor, "proof_refused", account)
    return is_right


def _has_proved_factor(
    session: Session, account: Account, proof: Proof, *, safeguards: Safeguards, now: datetime
) -> bool:
    if proof.passkey is not None:
        return use_passkey(session, account.id, proof.passkey, now=now)
    return use_code(session, account, proof.code, safeguards=safeguards, now=now)

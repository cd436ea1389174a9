"""Passkeys: made and asked for by the browser, checked here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from alliance.accounts.models import Account, Factor, FactorKind
from alliance.core.errors import BadInput

LARGEST_ANSWER = 20_000


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks for a passkey: the host name it belongs to, and the address of our pages."""

    host: str
    origin: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PasskeyAnswer:
    """What the browser answered (JSON), and the challenge it was given."""

    party: Party
    challenge: bytes
    answer: str


def offer(session: Session, account: Account, party: Party) -> tuple[str, bytes]:
    """The options (JSON) for making a passkey, and their challenge."""
    options = generate_registration_options(
        rp_id=party.host,
        rp_name=party.name,
        user_id=f"account:{account.id}".encode(),
        user_name=account.email,
        user_display_name=account.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(session, account.id),
    )
    return options_to_json(options), options.challenge


def ask(session: Session, account_id: int, party: Party) -> tuple[str, bytes] | None:
    """The options (JSON) for using a passkey, and their challenge; None without any passkey."""
    known = _descriptors(session, account_id)
    if not known:
        return None
    options = generate_authentication_options(
        rp_id=party.host,
        allow_credentials=known,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options), options.challenge


def keep(
    session: Session, account: Account, given: PasskeyAnswer, *, name: str, now: datetime
) -> Factor:
    """Store a passkey that was just made. Raises BadInput when it cannot be trusted."""
    try:
        made = verify_registration_response(
            credential=given.answer,
            expected_challenge=given.challenge,
            expected_rp_id=given.party.host,
            expected_origin=given.party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise BadInput(
            "The passkey could not be made; please try again.", field="passkey"
        ) from None
    if session.scalar(select(Factor.id).where(Factor.credential_id == made.credential_id)):
        raise BadInput("This passkey is known already.", field="passkey")
    factor = Factor(
        account_id=account.id,
        kind=FactorKind.PASSKEY,
        name=name,
        secret=made.credential_public_key,
        credential_id=made.credential_id,
        counter=made.sign_count,
        created_at=now,
        proved_at=now,
    )
    session.add(factor)
    session.flush()
    return factor


def use_passkey(session: Session, account_id: int, given: PasskeyAnswer, *, now: datetime) -> bool:
    """Whether an answer proves the account by one of its passkeys; notes the use."""
    factor = _factor_in(session, account_id, given.answer)
    if factor is None:
        return False
    try:
        proved = verify_authentication_response(
            credential=given.answer,
            expected_challenge=given.challenge,
            expected_rp_id=given.party.host,
            expected_origin=given.party.origin,
            credential_public_key=factor.secret,
            credential_current_sign_count=factor.counter,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return False
    session.execute(
        update(Factor)
        .where(Factor.id == factor.id)
        .values(counter=proved.new_sign_count, last_used_at=now)
    )
    return True


def _factor_in(session: Session, account_id: int, answer: str) -> Factor | None:
    try:
        parsed: Any = _json(answer)
        credential_id = base64url_to_bytes(parsed["id"])
    except (ValueError, TypeError, KeyError):
        return None
    return session.scalar(
        select(Factor).where(Factor.account_id == account_id, Factor.credential_id == credential_id)
    )


def _json(answer: str) -> Mapping[str, Any]:
    if len(answer) > LARGEST_ANSWER:
        raise ValueError("too long")
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise TypeError("no object")
    return parsed


def _descriptors(session: Session, account_id: int) -> list[PublicKeyCredentialDescriptor]:
    known = session.scalars(
        select(Factor.credential_id).where(
            Factor.account_id == account_id, Factor.kind == FactorKind.PASSKEY
        )
    )
    return [PublicKeyCredentialDescriptor(id=each) for each in known if each is not None]

"""What second factors an account has, without their secrets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from alliance.core.reads import Read

_FACTORS = Read("""
    SELECT id, kind, name, created_at, last_used_at FROM account_factors
    WHERE account_id = :account_id AND proved_at IS NOT NULL ORDER BY id
""")
_CODES_LEFT = Read("""
    SELECT count(*) FROM account_recovery_codes
    WHERE account_id = :account_id AND used_at IS NULL
""")


@dataclass(frozen=True, slots=True)
class ListedFactor:
    """A second factor; `kind` is totp or passkey."""

    id: int
    kind: str
    name: str
    created_at: datetime
    last_used_at: datetime | None


def listed_factors(session: Session, account_id: int) -> Sequence[ListedFactor]:
    """The factors of an account that count, oldest first."""
    return [ListedFactor(*row) for row in _FACTORS.rows(session, account_id=account_id)]


def recovery_codes_left(session: Session, account_id: int) -> int:
    """How many recovery codes were not used yet."""
    return int(_CODES_LEFT.first(session, account_id=account_id)[0])

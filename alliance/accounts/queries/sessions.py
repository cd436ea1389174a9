"""Who is behind a session token: one statement, which also tells the state of the directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from alliance.accounts.permissions import NEEDS_SECOND_FACTOR, ROLES, Permission, Role
from alliance.accounts.rules.sessions import IDLE, is_confirmed
from alliance.core.actor import Actor, ActorKind
from alliance.core.reads import Read
from alliance.directory.queries.search import Version

# The version as queries/search.py of the directory reads it.
_SIGNED_IN = Read("""
    SELECT account.id, account.name, account.email, account.role, account.language, held.id,
        held.created_at, held.last_seen_at, held.confirmed_at, EXISTS (
            SELECT 1 FROM account_factors AS factor
            WHERE factor.account_id = account.id AND factor.proved_at IS NOT NULL
        ), version.number, version.written_by
    FROM account_sessions AS held
    JOIN accounts AS account ON account.id = held.account_id
    CROSS JOIN (
        SELECT coalesce(sum(version), 0)::bigint AS number,
            coalesce(max(xmin::text::bigint), 0) AS written_by
        FROM history_clock WHERE subject = 'directory'
    ) AS version
    WHERE held.token_hash = :token_hash AND held.is_whole AND account.disabled_at IS NULL
        AND held.expires_at > :now AND held.last_seen_at > :idle_since
""")
_SECOND_STEP = Read("""
    SELECT account.id, account.name, account.email, held.id
    FROM account_sessions AS held
    JOIN accounts AS account ON account.id = held.account_id
    WHERE held.token_hash = :token_hash AND NOT held.is_whole AND account.disabled_at IS NULL
        AND held.expires_at > :now
""")
_OPEN = Read("""
    SELECT id, created_at, last_seen_at, expires_at, user_agent FROM account_sessions
    WHERE account_id = :account_id AND is_whole
        AND expires_at > :now AND last_seen_at > :idle_since
    ORDER BY last_seen_at DESC, id DESC LIMIT 100
""")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whoever is signed in, as of this request.

    `confirmed_at`: when he last proved who he is. `has_factor`: a second factor is set up.
    `directory_version`: the state of the directory at this moment.
    """

    account_id: int
    name: str
    email: str
    role: Role
    language: str | None
    session_id: int
    signed_in_at: datetime
    last_seen_at: datetime
    confirmed_at: datetime
    has_factor: bool
    directory_version: Version

    @property
    def actor(self) -> Actor:
        """The doer that history entries name."""
        return Actor(ActorKind.PERSON, self.name, self.account_id)

    @property
    def owes_factor(self) -> bool:
        """Whether the role asks for a second factor that is not set up yet."""
        return self.role in NEEDS_SECOND_FACTOR and not self.has_factor

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows, now."""
        return ROLES[self.role]

    def is_confirmed(self, now: datetime) -> bool:
        """Whether sensitive acts are open without another proof."""
        return is_confirmed(self.confirmed_at, now)


@dataclass(frozen=True, slots=True)
class HalfSignedIn:
    """Somebody whose password was right and whose second factor is awaited."""

    account_id: int
    name: str
    email: str
    session_id: int

    @property
    def actor(self) -> Actor:
        """The doer that history entries name."""
        return Actor(ActorKind.PERSON, self.name, self.account_id)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser that is signed in, for the list of one's sessions."""

    id: int
    signed_in_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    user_agent: str


def digest(token: str) -> bytes:
    """What is kept of a random token of 256 bits: enough to know it again, no use to a thief."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def signed_in_by(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in by this token; None for an ended, idle, unknown or disabled one."""
    row = _SIGNED_IN.first(session, token_hash=digest(token), now=now, idle_since=now - IDLE)
    if row is None:
        return None
    return SignedIn(
        account_id=row[0],
        name=row[1],
        email=row[2],
        role=Role(row[3]),
        language=row[4],
        session_id=row[5],
        signed_in_at=row[6],
        last_seen_at=row[7],
        confirmed_at=row[8],
        has_factor=row[9],
        directory_version=Version(row[10], row[11]),
    )


def half_signed_in_by(session: Session, token: str, now: datetime) -> HalfSignedIn | None:
    """Whose second factor is awaited by this token, if any."""
    row = _SECOND_STEP.first(session, token_hash=digest(token), now=now)
    return None if row is None else HalfSignedIn(*row)


def open_sessions(session: Session, account_id: int, now: datetime) -> Sequence[OpenSession]:
    """The browsers in which an account is signed in, last used first, at most 100."""
    rows = _OPEN.rows(session, account_id=account_id, now=now, idle_since=now - IDLE)
    return [OpenSession(*row) for row in rows]

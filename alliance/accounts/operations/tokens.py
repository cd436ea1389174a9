"""Tokens of the API: issued, looked up, revoked.

A token can do what its scopes say, and no more than whoever made it. When that account is disabled
or loses the right to manage tokens, the token rests.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from alliance.accounts.models import ApiToken
from alliance.accounts.permissions import ROLES, SCOPES, Permission, Role, Scope
from alliance.accounts.queries.sessions import digest
from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.actor import Actor, ActorKind
from alliance.core.errors import BadInput, NotFound
from alliance.core.reads import Read
from alliance.core.text import BadText, squeeze

SUBJECT = "token"
MOST_DAYS: Final = 3660
# Says to whoever finds one what it is, and to programs that look for lost secrets.
_BEGINS: Final = "alliance_"
_SHOWN: Final = len(_BEGINS) + 6
_LONGEST_NAME: Final = 120
_USED_EVERY: Final = timedelta(minutes=1)

_PRESENTED = Read("""
    SELECT token.id, token.name, token.scopes, token.account_id, account.role, token.last_used_at
    FROM api_tokens AS token LEFT JOIN accounts AS account ON account.id = token.account_id
    WHERE token.token_hash = :token_hash AND token.revoked_at IS NULL
        AND (token.expires_at IS NULL OR token.expires_at > :now)
        AND (token.account_id IS NULL OR account.disabled_at IS NULL)
""")
_LISTED = Read("""
    SELECT id, name, prefix, scopes, made_by, created_at, expires_at, last_used_at, revoked_at
    FROM api_tokens ORDER BY revoked_at IS NOT NULL, id DESC LIMIT 500
""")


@dataclass(frozen=True, slots=True)
class Bearer:
    """The program behind a token; `account_id` is None for a token made at the console."""

    id: int
    name: str
    scopes: frozenset[Scope]
    account_id: int | None
    permissions: frozenset[Permission]
    last_used_at: datetime | None

    @property
    def actor(self) -> Actor:
        """The doer that the history names."""
        return Actor(ActorKind.COMMAND, f"token “{self.name}”", self.account_id)


@dataclass(frozen=True, slots=True)
class ListedToken:
    """A token in the list, of which only the beginning is known."""

    id: int
    name: str
    prefix: str
    scopes: Sequence[str]
    made_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def issue_token(
    session: Session,
    name: str,
    scopes: Collection[str],
    *,
    days: int | None,
    now: datetime,
    actor: Actor,
) -> str:
    """Make a token and return it; nobody can see it again. `days` None: it does not expire.

    An actor with an account is the one whose rights bound the token. Raises BadInput.
    """
    tidy, wanted = _tidy_name(name), _tidy_scopes(scopes)
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadInput(f"Give a number of days from 1 to {MOST_DAYS}.", field="days")
    token = _BEGINS + secrets.token_urlsafe(32)
    id = session.scalar(
        insert(ApiToken)
        .values(
            name=tidy,
            token_hash=digest(token),
            prefix=token[:_SHOWN],
            scopes=wanted,
            account_id=actor.id,
            made_by=actor.name,
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
        .returning(ApiToken.id)
    )
    assert id is not None
    changes = {"scopes": (None, wanted), "days": (None, days)}
    record(session, actor, [Note("created", SUBJECT, id, tidy, changes)], at=clock.now())
    return token


def revoke_token(session: Session, id: int, *, now: datetime, actor: Actor) -> str:
    """End a token from the next call on; returns its name. Raises NotFound."""
    name: str | None = session.scalar(
        update(ApiToken)
        .where(ApiToken.id == id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.name)
    )
    if name is None:
        raise NotFound(f"There is no token {id} that could be revoked.")
    record(session, actor, [Note("revoked", SUBJECT, id, name)], at=clock.now())
    return name


def token_of(session: Session, presented: str, now: datetime) -> Bearer | None:
    """Who presents a token; None for one that is unknown, expired, revoked or at rest."""
    row = _PRESENTED.first(session, token_hash=digest(presented), now=now)
    if row is None:
        return None
    id, name, kept_scopes, account_id, role, last_used_at = row
    known = set(Scope)
    scopes = frozenset(Scope(scope) for scope in kept_scopes if scope in known)
    permissions = frozenset[Permission]().union(*(SCOPES[scope] for scope in scopes))
    if account_id is not None:
        own = ROLES[Role(role)]
        if Permission.MANAGE_TOKENS not in own:
            return None
        permissions &= own
    return Bearer(id, name, scopes, account_id, permissions, last_used_at)


def note_used(session: Session, bearer: Bearer, now: datetime) -> bool:
    """Remember that a token is in use, at most once a minute; returns whether it was written."""
    if bearer.last_used_at is not None and now - bearer.last_used_at < _USED_EVERY:
        return False
    session.execute(
        update(ApiToken)
        .where(ApiToken.id == bearer.id)
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
    return True


def listed_tokens(session: Session) -> Sequence[ListedToken]:
    """All tokens, those that are good or expired first, newest first; at most 500."""
    return [ListedToken(*row) for row in _LISTED.rows(session)]


def _tidy_name(name: str) -> str:
    try:
        tidy = squeeze(name, max_length=_LONGEST_NAME)
    except BadText as error:
        raise BadInput(error.message, field="name") from None
    if not tidy:
        raise BadInput("Give a name that says which program uses the token.", field="name")
    return tidy


def _tidy_scopes(scopes: Collection[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    unknown = sorted(set(scopes) - set(known))
    if unknown or not scopes:
        raise BadInput(f"Choose scopes from {', '.join(known)}.", field="scopes")
    return [scope for scope in known if scope in scopes]

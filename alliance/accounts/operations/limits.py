"""How often something may be tried: counted in the database, so by all workers together."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Any

import psycopg
from limits import RateLimitItem, parse
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from alliance.core import clock

SIGN_IN = "10 per 5 minutes"
CODES = "5 per 5 minutes"

_COUNT = text("""
    INSERT INTO account_tallies AS known (key, count, ends_at)
    VALUES (:key, :amount, :ends_at)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.ends_at <= :now THEN 0 ELSE known.count END + :amount,
        ends_at = CASE WHEN known.ends_at <= :now THEN excluded.ends_at ELSE known.ends_at END
    RETURNING count
""")
_LOOK = text("SELECT count, ends_at FROM account_tallies WHERE key = :key AND ends_at > :now")
_TAKE_BACK = text(
    "UPDATE account_tallies SET count = greatest(count - 1, 0) WHERE key = :key RETURNING 1"
)
_FORGET = text("DELETE FROM account_tallies WHERE key = :key RETURNING 1")
_FORGET_ALL = text("DELETE FROM account_tallies RETURNING 1")


@dataclass(frozen=True, slots=True)
class Tried:
    """Whether one more try is allowed; `retry_after`: else seconds until the next one is.

    `count`: the tries of this stretch of time, this one included. `is_first_refused`: this is the
    try that went over the limit, worth one entry in the history.
    """

    is_allowed: bool
    count: int
    retry_after: int = 0
    is_first_refused: bool = False


class TallyStorage(Storage):
    """Counts kept in PostgreSQL, for the limiters of the package `limits`."""

    STORAGE_SCHEME = ["alliance+postgresql"]  # noqa: RUF012 (declared so by the base)

    def __init__(self, bind: Engine | Connection) -> None:
        """`bind`: an engine counts for itself, whatever becomes of the request's transaction."""
        super().__init__()
        self._bind = bind
        self.last_count = 0

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """What may go wrong below."""
        return (SQLAlchemyError, psycopg.Error)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more; the first one begins a window of `expiry` seconds."""
        now = clock.now()
        rows = self._run(
            _COUNT,
            key=_digest(key),
            amount=amount,
            now=now,
            ends_at=now + timedelta(seconds=expiry),
        )
        self.last_count = int(rows[0][0])
        return self.last_count

    def get(self, key: str) -> int:
        """The count in the present window."""
        rows = self._run(_LOOK, key=_digest(key), now=clock.now())
        return int(rows[0][0]) if rows else 0

    def get_expiry(self, key: str) -> float:
        """When the present window ends, in seconds since 1970."""
        now = clock.now()
        rows = self._run(_LOOK, key=_digest(key), now=now)
        return float((rows[0][1] if rows else now).timestamp())

    def check(self) -> bool:
        """Whether the database answers."""
        return bool(self._run(text("SELECT 1")))

    def reset(self) -> int | None:
        """Forget all counts."""
        return len(self._run(_FORGET_ALL))

    def clear(self, key: str) -> None:
        """Forget the count of one key."""
        self._run(_FORGET, key=_digest(key))

    def take_back(self, key: str) -> None:
        """Count one less."""
        self._run(_TAKE_BACK, key=_digest(key))

    def _run(self, statement: Any, **values: Any) -> list[Any]:
        if isinstance(self._bind, Connection):
            return list(self._bind.execute(statement, values).all())
        engine = self._bind.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            return list(connection.execute(statement, values).all())


def hit(place: Session | Engine, name: str, key: str, limit: str) -> Tried:
    """Count a try of `key` under `name`, and say whether it is allowed by `limit`.

    The limit reads like "10 per 5 minutes". The count stands even if the transaction of `place` is
    rolled back. Only digests of keys are stored.
    """
    storage, item = TallyStorage(_bind(place)), _item(limit)
    limiter = FixedWindowRateLimiter(storage)
    if limiter.hit(item, name, key):
        return Tried(True, storage.last_count)
    seconds = limiter.get_window_stats(item, name, key).reset_time - clock.now().timestamp()
    count = storage.last_count
    return Tried(False, count, max(1, ceil(seconds)), count == item.amount + 1)


def forgive(place: Session | Engine, name: str, key: str, limit: str) -> None:
    """Count a try one less, as when it turned out to be right."""
    TallyStorage(_bind(place)).take_back(_item(limit).key_for(name, key))


def forget(place: Session | Engine, name: str, key: str, limit: str) -> None:
    """Begin to count anew."""
    FixedWindowRateLimiter(TallyStorage(_bind(place))).clear(_item(limit), name, key)


def _bind(place: Session | Engine) -> Engine | Connection:
    return place if isinstance(place, Engine) else place.get_bind()


def _item(limit: str) -> RateLimitItem:
    return parse(limit)


def _digest(key: str) -> bytes:
    return sha256(key.encode("utf-8", "surrogatepass")).digest()

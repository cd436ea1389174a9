"""Passwords at rest: Argon2id, at the cost that the installation affords."""

from dataclasses import dataclass
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hash costs: memory in KiB, and how often it is gone through."""

    memory_kib: int
    rounds: int


def hash_password(password: str, cost: Cost) -> str:
    """The hash to be stored, with its salt and cost written into it."""
    return _hasher(cost).hash(_bytes(password))


def is_password(password: str, stored: str | None, cost: Cost) -> bool:
    """Whether a password is the one behind `stored`; with None as much work, and always no."""
    try:
        return _hasher(cost).verify(stored or _nobodys(cost), _bytes(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str, cost: Cost) -> bool:
    """Whether a hash was made at another cost and is to be made anew at the next sign-in."""
    return _hasher(cost).check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=8)
def _hasher(cost: Cost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.rounds, memory_cost=cost.memory_kib, parallelism=1)


@lru_cache(maxsize=8)
def _nobodys(cost: Cost) -> str:
    """A hash that no account has, for as much work as with one."""
    return _hasher(cost).hash(b"nobody")

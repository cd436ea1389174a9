"""How long a sign-in lasts, and how long a proof of oneself."""

from datetime import datetime, timedelta
from typing import Final

IDLE: Final = timedelta(hours=1)
ABSOLUTE: Final = timedelta(hours=24)
# Time to find the telephone with the codes on it.
SECOND_STEP: Final = timedelta(minutes=10)
PROOF_HOLDS: Final = timedelta(minutes=15)
SEEN_EVERY: Final = timedelta(minutes=1)
LONGEST_USER_AGENT: Final = 200


def is_confirmed(confirmed_at: datetime, now: datetime) -> bool:
    """Whether the last proof is fresh enough for a sensitive act."""
    return now - PROOF_HOLDS <= confirmed_at


def short_user_agent(header: str) -> str:
    """What a browser says of itself, as it is kept: printable and not too long."""
    kept = "".join(letter for letter in header if letter.isprintable())
    return kept[:LONGEST_USER_AGENT]

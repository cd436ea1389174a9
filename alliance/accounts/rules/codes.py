"""One-time codes and recovery codes, however they are spelt."""

import unicodedata
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from pyotp import TOTP

DIGITS: Final = 6
SECONDS: Final = 30
# Clocks may differ by a step either way.
_STEPS_AROUND: Final = (0, -1, 1)
_LONGEST_TYPED: Final = 60
# Letters and digits that look alike, as the alphabet of recovery codes has them.
_LOOK_ALIKE: Final = str.maketrans("018", "olb")


def canonical_code(typed: str) -> str:
    """The digits of a typed code as 0 to 9, whatever the script and the blanks between; or ""."""
    digits = ""
    for letter in typed[:_LONGEST_TYPED]:
        value = unicodedata.decimal(letter, None)
        if value is not None:
            digits += str(value)
        elif unicodedata.category(letter)[0] not in "ZCP":
            return ""
    return digits if len(digits) == DIGITS else ""


def step_at(now: datetime) -> int:
    """The number of the time step at an instant."""
    return int(now.timestamp()) // SECONDS


def code_at(secret: str, now: datetime) -> str:
    """The code that a generator with this secret shows at an instant."""
    return TOTP(secret, digits=DIGITS, interval=SECONDS).generate_otp(step_at(now))


def step_of_code(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that a canonical code belongs to, if it is near `now` and later than `after`.

    `after`: the last step that was used; a code is good once.
    """
    if not code:
        return None
    generator, present = TOTP(secret, digits=DIGITS, interval=SECONDS), step_at(now)
    matching = [
        present + distance
        for distance in _STEPS_AROUND
        if compare_digest(generator.generate_otp(present + distance), code)
    ]
    return next((step for step in matching if step > after), None)


def canonical_recovery_code(typed: str) -> str:
    """A typed recovery code in lower case without blanks and hyphens, look-alikes as meant."""
    kept = "".join(letter for letter in typed[:_LONGEST_TYPED].lower() if letter.isalnum())
    return kept.translate(_LOOK_ALIKE)


def recovery_digest(code: str) -> bytes:
    """What is kept of a recovery code: it has 80 random bits, so a plain digest is enough."""
    return sha256(canonical_recovery_code(code).encode("utf-8", "surrogatepass")).digest()


def provisioning_uri(secret: str, email: str, issuer: str) -> str:
    """What a code generator reads from the picture."""
    return TOTP(secret, digits=DIGITS, interval=SECONDS).provisioning_uri(
        name=email, issuer_name=issuer.replace(":", " ")
    )

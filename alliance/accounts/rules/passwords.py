"""Which passwords are good enough: long, not common, not made of what is known of the person."""

import re
from collections.abc import Iterable
from typing import Final

from alliance.core.errors import BadInput
from alliance.core.text import fold

SHORTEST_ALONE: Final = 15
SHORTEST_WITH_FACTOR: Final = 8
LONGEST: Final = 200
# Of 0 to 4: guesses below 10**8 are within reach of a patient robot.
_LEAST_SCORE: Final = 3
# The estimate grows with the square of the length.
_LONGEST_ESTIMATED: Final = 72
_SHORTEST_WORD: Final = 4


def check_password(
    password: str, *, has_factor: bool, context: Iterable[str], field: str = "password"
) -> None:
    """Raise BadInput, saying what to do, for a password that others would guess.

    `context`: texts that somebody who knows the person would try, such as name and mail address.
    The password is taken exactly as it is: nothing is trimmed and no kind of character demanded.
    """
    shortest = SHORTEST_WITH_FACTOR if has_factor else SHORTEST_ALONE
    if len(password) < shortest:
        raise BadInput(
            f"This password has {len(password)} characters; use {shortest} or more."
            " Four or five words in a row are easy to keep in mind.",
            field=field,
        )
    if len(password) > LONGEST:
        raise BadInput(f"Use {LONGEST} characters or fewer.", field=field)
    if "\x00" in password:
        raise BadInput("A password cannot hold this control character.", field=field)
    known = _words(context)
    if _is_made_of(password, known):
        raise BadInput(
            "This password is made of names that others know; choose words that have nothing"
            " to do with you or the alliance.",
            field=field,
        )
    if _is_easy(password, known):
        raise BadInput(
            "This password is among those that are tried first; choose another, such as four or"
            " five words that nobody else would put together.",
            field=field,
        )


def _words(texts: Iterable[str]) -> list[str]:
    """The folded words of the context, and each text as one word."""
    found: set[str] = set()
    for text in texts:
        parts = re.findall(r"\w+", fold(text))
        found.update(parts, ["".join(parts)])
    return sorted(word for word in found if len(word) >= _SHORTEST_WORD)


def _is_made_of(password: str, known: Iterable[str]) -> bool:
    """Whether fewer than eight characters are left when words of the context are taken out."""
    left = fold(password)
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, "")
    return left != fold(password) and len(left) < SHORTEST_WITH_FACTOR


def _is_easy(password: str, known: list[str]) -> bool:
    # Imported late: its lists take a while to load, and most processes never set a password.
    from zxcvbn import zxcvbn

    estimate = zxcvbn(password[:_LONGEST_ESTIMATED], user_inputs=known)
    return bool(estimate["score"] < _LEAST_SCORE)

"""The words by which the secretariat finds organisations and people. Staff notes are never among
them, for a word that is found tells that it stands there.
"""

import re
from collections.abc import Iterable
from typing import Final

from alliance.core.text import search_words

NAME: Final = 1
OTHER_NAME: Final = 2
CODE: Final = 3
ADDRESS: Final = 4
_SHORTEST_LABEL: Final = 4
_NO_DIGIT = re.compile(r"\D+")

Words = frozenset[tuple[str, int]]


def organisation_words(
    name: str,
    *,
    slug: str | None = None,
    other_names: Iterable[str] = (),
    identifiers: Iterable[str] = (),
    domains: Iterable[str] = (),
) -> Words:
    """Words with their kind: NAME, OTHER_NAME, or CODE for register entries, domains and slug."""
    named = search_words(name)
    others = frozenset[str]().union(*map(search_words, other_names))
    codes = frozenset[str]().union(
        search_words(slug or "") - named,
        *map(search_words, identifiers),
        *map(_domain_words, domains),
    )
    return frozenset(
        (
            *((word, NAME) for word in named),
            *((word, OTHER_NAME) for word in others),
            *((word, CODE) for word in codes),
        )
    )


def contact_words(
    names: Iterable[str | None],
    *,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
) -> Words:
    """Words with their kind: NAME, or ADDRESS for what only some of the staff may see."""
    named = frozenset[str]().union(*(search_words(name) for name in names if name))
    addresses = frozenset[str]().union(*map(_email_words, emails))
    numbers = {_NO_DIGIT.sub("", phone) for phone in phones} - {""}
    return frozenset(
        (
            *((word, NAME) for word in named),
            *((word, ADDRESS) for word in addresses - named),
            *((number[:48], ADDRESS) for number in numbers),
        )
    )


def _email_words(email: str) -> frozenset[str]:
    """The whole, the part before @, and the parts of the domain that mean something."""
    local, _, domain = email.rpartition("@")
    return search_words(local) | _domain_words(domain) | _whole(email)


def _domain_words(domain: str) -> frozenset[str]:
    labels = domain.split(".")[:-1]
    telling = (label for label in labels if len(label) >= _SHORTEST_LABEL)
    return _whole(domain).union(*map(search_words, telling))


def _whole(text: str) -> frozenset[str]:
    """The text as one word, which is what `parse_query` also looks for."""
    parts = search_words(text)
    return frozenset((max(parts, key=len),)) if parts else frozenset()

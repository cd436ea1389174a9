"""Which web domain may stand for an organisation, and which only looks like another's."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import idna
from publicsuffixlist import PublicSuffixList
from rapidfuzz.distance import OSA

from alliance.core.errors import BadInput
from alliance.core.text import normalise_domain

_PROVIDERS = Path(__file__).resolve().parent.parent / "data" / "mail_providers.txt"
_SHORTEST_MISSPELT = 5
# Signs and letters that are drawn like other letters, each by the one that stands for its group.
_DRAWN_ALIKE = {
    "0": "o", "1": "l", "i": "l", "|": "l", "5": "s", "3": "e",
    "а": "a", "ѕ": "s", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "l",
    "ӏ": "l", "ј": "j", "ԁ": "d", "һ": "h", "ԛ": "q", "ԝ": "w", "ь": "b", "г": "r", "п": "n",
    "м": "m", "т": "t", "к": "k", "н": "h", "в": "b",
    "α": "a", "ο": "o", "ρ": "p", "ν": "v", "υ": "u", "κ": "k", "ι": "l", "ε": "e", "τ": "t",
    "γ": "y", "χ": "x", "ω": "w", "η": "n",
    "ı": "l", "ł": "l", "ø": "o", "đ": "d", "ɡ": "g", "ɑ": "a", "օ": "o", "ս": "u", "ո": "n",
    "հ": "h", "ց": "g", "զ": "q",
}  # fmt: skip
_DRAWN_AS_ONE = (("rn", "m"), ("vv", "w"), ("cl", "d"))
# How a drawn letter may be spelt in ASCII, as a regular expression.
_SPELLINGS = {
    "o": "[o0]", "l": "[l1i]", "s": "[s5]", "e": "[e3]", "m": "(?:m|rn)", "w": "(?:w|vv)",
    "d": "(?:d|cl)",
}  # fmt: skip


class Provider(StrEnum):
    """What sort of mailboxes a provider gives to anybody."""

    FREE = "free"
    DISPOSABLE = "disposable"


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A domain that could be taken for `domain`, and why, in words for a reviewer."""

    domain: str
    reason: str


def check_domain(text: str) -> str:
    """The domain in ASCII form (UTS 46), from a domain or a web address.

    Raises BadInput when it is no domain, when everybody can have a name or a mailbox under it (a
    public suffix, a free-mail or a disposable provider), or when it is an address of a machine.
    """
    return _checked(text)


@lru_cache(maxsize=8192)
def _checked(text: str) -> str:
    try:
        domain = normalise_domain(text)
    except BadInput as error:
        raise BadInput(error.message, field="domains") from None
    registered = _suffixes().privatesuffix(domain)
    if registered is None:
        shown = shown_domain(domain)
        raise BadInput(
            f"Anybody can have a name under {shown}, so it cannot stand for one organisation; give"
            f" its own domain, such as name.{shown}.",
            field="domains",
        )
    provider = _provider(domain, registered)
    if provider is not None:
        shown = shown_domain(domain)
        kind = "a free-mail" if provider is Provider.FREE else "a disposable-mail"
        raise BadInput(
            f"{shown} belongs to {kind} provider, where anybody can have a mailbox; give the"
            " organisation's own domain, or none.",
            field="domains",
        )
    return domain


def registered_domain(domain: str) -> str:
    """The part of an ASCII domain that somebody registered: "example.org" of "a.b.example.org"."""
    return _suffixes().privatesuffix(domain) or domain


def provider_of(domain: str) -> Provider | None:
    """The sort of mail provider that an ASCII domain belongs to, None when it is none we know."""
    return _provider(domain, registered_domain(domain))


def _provider(domain: str, registered: str) -> Provider | None:
    exact, families = _providers()
    labels = domain.split(".")
    for at in range(len(labels) - 1):
        found = exact.get(".".join(labels[at:]))
        if found is not None:
            return found
    return families.get(registered.partition(".")[0])


def shown_domain(domain: str) -> str:
    """The domain as people read it, e.g. "münchen.de" for "xn--mnchen-3ya.de"."""
    if "xn--" not in domain:
        return domain
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def looks_like(domain: str, others: Iterable[str]) -> tuple[LookAlike, ...]:
    """Those of `others` for which somebody could take `domain`; equal ones and its own parts not.

    Both are ASCII domains. Found are letters drawn alike, the same name under another ending, one
    letter more, less, other or swapped, and the name with a word added by a hyphen.
    """
    own = registered_domain(domain)
    found = []
    for other in others:
        theirs = registered_domain(other)
        if own == theirs:
            continue
        reason = _likeness(_label(own), _label(theirs))
        if reason is not None:
            found.append(LookAlike(other, reason))
    return tuple(found)


def alike_pattern(domain: str) -> str:
    """A regular expression that every ASCII domain fits for which this one could be taken.

    It looks at two letters at the beginning or the end of a label, since a likeness leaves one of
    the two as it is drawn; so it lets many others pass, for `looks_like` to judge. Names that are
    not ASCII always pass.
    """
    label = _label(registered_domain(domain))
    drawn = [_SPELLINGS.get(letter, re.escape(letter)) for letter in _skeleton(label)]
    units = [unit for unit in drawn if unit != re.escape("-")]
    starts = "|".join(("-?".join(units[:2]), re.escape(label[:2])))
    ends = "|".join(("-?".join(units[-2:]), re.escape(label[-2:])))
    return rf"(^|\.)(xn--|{starts})|({ends})\."


def _likeness(own: str, theirs: str) -> str | None:
    if own == theirs:
        return "the same name under another ending"
    if _skeleton(own) == _skeleton(theirs):
        return "letters that are drawn alike"
    shorter = min(len(own), len(theirs))
    if shorter >= _SHORTEST_MISSPELT and OSA.distance(own, theirs, score_cutoff=1) <= 1:
        return "one letter different"
    if shorter < _SHORTEST_MISSPELT - 1:
        return None
    if own.replace("-", "") == theirs.replace("-", ""):
        return "only a hyphen different"
    if own.startswith(f"{theirs}-") or own.endswith(f"-{theirs}"):
        return "the name with a word added"
    return None


def _label(registered: str) -> str:
    return shown_domain(registered).partition(".")[0]


def _skeleton(label: str) -> str:
    bare = (
        letter
        for letter in unicodedata.normalize("NFKD", label.casefold())
        if not unicodedata.combining(letter)
    )
    drawn = "".join(_DRAWN_ALIKE.get(letter, letter) for letter in bare)
    for pair, letter in _DRAWN_AS_ONE:
        drawn = drawn.replace(pair, letter)
    return drawn


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """The list that the package brings; nothing is fetched."""
    return PublicSuffixList()


@lru_cache(maxsize=1)
def _providers() -> tuple[dict[str, Provider], dict[str, Provider]]:
    """Providers by their whole domain, and by their name under any ending."""
    exact: dict[str, Provider] = {}
    families: dict[str, Provider] = {}
    kind = Provider.FREE
    for line in _PROVIDERS.read_text(encoding="ascii").splitlines():
        entry = line.strip()
        if entry.startswith("["):
            kind = Provider(entry.strip("[]"))
        elif entry.endswith(".*"):
            families[entry[:-2]] = kind
        elif entry and not entry.startswith("#"):
            exact[entry] = kind
    return exact, families

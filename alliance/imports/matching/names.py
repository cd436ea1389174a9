"""One comparable form for every way of writing the same name."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

from alliance.imports.matching.legal_forms import CONNECTING_WORDS, LEGAL_PHRASE, LEGAL_WORDS

_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "æ": "a",
        "œ": "o",
        "þ": "th",
        "ð": "d",
        "ı": "i",
        "’": "",
        "'": "",
        "‘": "",
        "ʼ": "",
        "`": "",
        "´": "",
    }
)
# Arabic letters that romanisations write in many ways or not at all.
_ARABIC = str.maketrans(
    {
        "ة": "a", "ى": "a", "ع": "a", "ا": "a", "أ": "a", "آ": "a", "إ": "i", "ء": "", "ؤ": "w",
        "ئ": "y", "غ": "gh", "خ": "kh", "ذ": "dh", "ظ": "z", "ض": "d", "ط": "t", "ص": "s",
        "ح": "h", "ث": "th", "ش": "sh",
    }
)  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")
_DIGRAPHS = re.compile(r"ae|oe|ue")
_CHINESE_COMPANY = re.compile(r"(?:gu ?fen ?)?(?:iou ?xian ?)(?:ze ?ren ?)?gong ?si")
_VOWELS = re.compile(r"[aeiouw]")
_ASPIRATED = re.compile(r"([kgtdsc])h")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_REPEATED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class NameForm:
    """A name made comparable.

    `words` are its telling words in order, `key` the same sorted, `joined` the same in order
    without blanks, `skeleton` its consonants, which survive any romanisation of an unvocalised
    script; `shortened` are words that ended in a full stop.
    """

    words: tuple[str, ...]
    key: str
    joined: str
    skeleton: str
    script: str
    shortened: frozenset[str]


def folded(text: str) -> str:
    """Case, width, accents and spacing levelled, script and words kept: two spellings of one
    record.
    """
    if text.isascii():
        return " ".join(_NOT_WORD.sub(" ", text.lower()).split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(_NOT_WORD.sub(" ", bare).split())


def script_of(text: str) -> str:
    """`latin`, `arabic`, `han` or `other`, by the first letter that decides."""
    for char in text:
        if not char.isalpha() or char < "\u0250":
            continue
        if "\u0590" <= char <= "\u08ff":
            return "arabic"
        if char >= "\u2e80":
            return "han"
        if not "\u1e00" <= char <= "\u1eff":
            return "other"
    return "latin"


def romanised(text: str) -> str:
    """Lower-case ASCII without accents; German ae, oe, ue count as the plain vowel, y as i."""
    lower = text.casefold()
    if not lower.isascii():
        lower = lower.translate(_LETTERS).translate(_ARABIC)
        decomposed = unicodedata.normalize("NFKD", lower)
        lower = "".join(char for char in decomposed if not unicodedata.combining(char))
        lower = anyascii(lower).lower()
    plain = lower.replace("'", "").replace("`", "")
    return _DIGRAPHS.sub(lambda pair: pair.group()[0], plain).replace("y", "i")


def skeleton_of(words: Iterable[str]) -> str:
    """The consonants of a romanised name: `al noor`, `lnwr` and `alnour` all give `lnr`."""
    consonants = _VOWELS.sub("", _ASPIRATED.sub(r"\1", "".join(words)))
    return _REPEATED.sub(r"\1", consonants)


@lru_cache(maxsize=32768)
def organisation_form(name: str) -> NameForm:
    """The comparable form of an organisation's name, without its legal form."""
    lower = unicodedata.normalize("NFKC", name).casefold()
    bare = LEGAL_PHRASE.sub(" ", lower)
    script = script_of(bare)
    text = _CHINESE_COMPANY.sub(" ", romanised(bare))
    shortened = frozenset(
        word.strip(".") for word in text.split() if word.endswith(".") and word.count(".") == 1
    )
    spelled = _NOT_WORD.sub(" ", text.replace(".", "")).split()
    words = tuple(
        word for word in spelled if word not in LEGAL_WORDS and word not in CONNECTING_WORDS
    )
    words = words or tuple(spelled)
    return NameForm(
        words, " ".join(sorted(words)), "".join(words), skeleton_of(words), script, shortened
    )


def person_words(name: str) -> tuple[str, ...]:
    """The romanised words of a person's name in the order written, initials as one letter.

    Han names give one word a sign, because they are written without blanks and in either order.
    """
    found: list[str] = []
    for word in _HAN.sub(r" \g<0> ", name).replace(".", ". ").split():
        plain = _NOT_WORD.sub("", romanised(word))
        found.append(plain[:1] if len(word.rstrip(".")) == 1 and word.endswith(".") else plain)
    return tuple(filter(None, found))

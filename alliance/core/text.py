"""Text as people write it: tidied for storing, folded for matching, cut into words for search.

Storing keeps what was written (`squeeze`); everything else makes keys that are never shown.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

import idna
from anyascii import anyascii

from alliance.core.errors import BadInput

LONGEST_WORD: Final = 48
LONGEST_RUN: Final = 8
LONGEST_SLUG: Final = 80
_LONGEST_KEPT: Final = 120

_DEBRIS = dict.fromkeys((0x00AD, 0x200B, 0x2060, 0xFEFF))
_REFUSED = re.compile(
    "(?P<control>[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f])"
    "|(?P<half>[\ud800-\udfff])"
    "|(?P<turn>[\u202a-\u202e\u2066-\u2069])"
    "|(?P<lost>\ufffd)"
    "|(?P<never>[\ufdd0-\ufdef\ufffe\uffff])"
)
_REMEDIES = {
    "control": "holds a control character ({code}); delete it",
    "half": "holds half a character ({code}), the mark of a damaged file; type the word again",
    "turn": "holds a sign that turns the direction of writing ({code}); delete it",
    "lost": "holds a character that was lost in an earlier conversion ({code}); "
    "type it again or read the file in its own encoding",
    "never": "holds a code that is no character ({code}); delete it",
}
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_BLANKS = re.compile(r"[^\S\n]+")
_APOSTROPHES = "'’‘‛ʼʻʹʾʿ`´′＇"

# Marks of these combining classes are letters in their scripts (kana voicing, viramas, vowels of
# Telugu, Thai and Lao) and not accents.
_MARKS_THAT_ARE_LETTERS = frozenset({8, 9, 84, 91, 103, 118})
_ONE_LETTER_FOR_ANOTHER = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h",
    "ŧ": "t", "ə": "e", "ĸ": "k", "ŋ": "n", "ƒ": "f", "ǝ": "e",
    "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ە": "ه", "ہ": "ه", "ۀ": "ه",
}  # fmt: skip
_SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae",
     "Ä": "ae", "Ö": "oe", "Ü": "ue", "Ø": "oe", "Å": "aa", "Æ": "ae"}
)  # fmt: skip
_ARABIC_VOWELS = str.maketrans({"ا": "a", "ع": "a", "ه": "h", "ي": "y"})
_ARABIC_LAST_H = re.compile(r"[ةۀ](?=\W|$)|ى")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_PIECES = re.compile(f"[{_UNSPACED}]+|[^{_UNSPACED}]+")
_SCRIPTS = (
    (0x0030, "0"), (0x0041, "1"), (0x0370, "2"), (0x0400, "3"), (0x0530, "4"), (0x0590, "5"),
    (0x0600, "6"), (0x0780, "8"), (0x10A0, "4"), (0x1100, "9"), (0x1200, "8"), (0x1E00, "1"),
    (0x1F00, "2"), (0x2000, "8"), (0x3040, "A"), (0x3130, "9"), (0x3400, "B"), (0xAC00, "9"),
    (0xD7B0, "8"), (0xF900, "B"), (0xFB00, "8"), (0x20000, "B"), (0x40000, "8"),
)  # fmt: skip
_LOCAL_PART = re.compile(r"[^\s@<>(),;:\\\"\[\]]+")
_PLAIN_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class BadText(BadInput):
    """Text that cannot be stored or used as meant; the message says what to do."""


class _Folded(dict[int, str]):
    """Translation table of single characters, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        bare = unicodedata.normalize("NFKD", chr(code)).casefold()
        kept = [
            _ONE_LETTER_FOR_ANOTHER.get(letter, letter)
            for letter in unicodedata.normalize("NFKD", bare)
            if not self._is_dropped(letter)
        ]
        self[code] = folded = "".join(kept)
        return folded

    @staticmethod
    def _is_dropped(letter: str) -> bool:
        mark = unicodedata.combining(letter)
        return (
            (mark != 0 and mark not in _MARKS_THAT_ARE_LETTERS)
            or letter in _APOSTROPHES
            or letter == "ـ"
            or unicodedata.category(letter) == "Cf"
        )


class _Digits(_Folded):
    """As `_Folded`, with the digits of every script as 0 to 9."""

    def __missing__(self, code: int) -> str:
        digit = unicodedata.decimal(chr(code), None)
        if digit is None:
            return super().__missing__(code)
        self[code] = str(digit)
        return str(digit)


class _Separated(dict[int, str]):
    """Translation table that leaves letters, digits and their marks and blanks out the rest."""

    def __missing__(self, code: int) -> str:
        self[code] = kept = chr(code) if unicodedata.category(chr(code))[0] in "LNM" else " "
        return kept


_FOLDED: Final = _Digits()
_SEPARATED: Final = _Separated()
_ASCII_APOSTROPHES: Final = str.maketrans("", "", "'`")


def squeeze(text: str, *, max_length: int | None = None, lines: bool = False) -> str:
    """The text as it is stored: composed (NFC), trimmed, runs of blanks folded into one.

    Line breaks become blanks unless `lines` keeps them (at most one empty line in a row). "" stays
    "". Raises BadText for control characters, damaged characters, signs that turn the direction of
    writing, text of which nothing can be seen, and text longer than `max_length` characters.
    """
    if text.isascii() and text.isprintable():
        tidy = " ".join(text.split())
    else:
        tidy = _checked(text, lines=lines)
    if max_length is not None and len(tidy) > max_length:
        raise BadText(f"This text has {len(tidy)} characters; shorten it to {max_length} or fewer.")
    return tidy


def _checked(text: str, *, lines: bool) -> str:
    found = _REFUSED.search(text)
    if found is not None:
        remedy = _REMEDIES[str(found.lastgroup)].format(code=f"U+{ord(found[0]):04X}")
        raise BadText(f"This text {remedy}.")
    tidy = unicodedata.normalize("NFC", text.translate(_DEBRIS))
    if lines:
        rows = [_BLANKS.sub(" ", row).strip() for row in tidy.splitlines()]
        tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(rows)).strip()
    else:
        tidy = " ".join(tidy.split())
    if text and not text.isspace() and not _can_be_seen(tidy):
        raise BadText("This text holds only invisible characters; type it again or leave it empty.")
    return tidy


def _can_be_seen(text: str) -> bool:
    return any(
        unicodedata.category(letter)[0] in "LNPS" and letter not in _BLANK_LETTERS
        for letter in text
    )


def fold(text: str) -> str:
    """The matching key of a text: no case, accents, apostrophes or invisible signs, digits 0 to 9.

    Arabic is matched without vowel signs and with one form each of alef, ya and final h. Blanks and
    punctuation stay as they are. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower().translate(_ASCII_APOSTROPHES)
    return _folded_name(text) if len(text) <= _LONGEST_KEPT else _folded(text)


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_FOLDED))
    # Composing can bring letters together that fold once more.
    return unicodedata.normalize("NFC", folded.translate(_FOLDED))


# Names and cities come again and again, descriptions do not.
_folded_name = lru_cache(maxsize=4096)(_folded)


def latin(text: str) -> str:
    """How the text is typed on a Latin keyboard: folded ASCII, e.g. "Київ" gives "kiiv".

    Arabic long vowels are written ("النور" gives "alnwr"); Han and kana give their readings joined.
    """
    if text.isascii():
        return fold(text)
    return _latin_name(text) if len(text) <= _LONGEST_KEPT else _latin(text)


def _latin(text: str) -> str:
    if re.search("[\u0600-\u06ff]", text):
        text = fold(_ARABIC_LAST_H.sub("a", text)).translate(_ARABIC_VOWELS)
    return anyascii(unicodedata.normalize("NFC", text)).lower().translate(_ASCII_APOSTROPHES)


_latin_name = lru_cache(maxsize=4096)(_latin)


def words(text: str) -> list[str]:
    """The folded words of a text in order, without punctuation.

    A run of a script that is written without blanks (Han, kana, Thai, ...) gives all its endings
    instead, cut to LONGEST_RUN characters, so that looking up a beginning finds any part of it.
    """
    found: list[str] = []
    for chunk in fold(text).translate(_SEPARATED).split():
        if not is_unspaced(chunk):
            found.append(chunk[:LONGEST_WORD])
            continue
        for piece in _PIECES.findall(chunk):
            found.extend(_endings(piece) if _UNSPACED_RUN.match(piece) else [piece[:LONGEST_WORD]])
    return found


def pieces(text: str) -> list[str]:
    """The folded words of a text as it is searched for: as `words`, but unspaced runs only cut.

    A run longer than LONGEST_RUN gives consecutive pieces, each of which `words` stores.
    """
    found: list[str] = []
    for chunk in fold(text).translate(_SEPARATED).split():
        for piece in _PIECES.findall(chunk):
            step = LONGEST_RUN if _UNSPACED_RUN.match(piece) else LONGEST_WORD
            found.extend(piece[at : at + step] for at in range(0, len(piece), step))
    return found


def is_unspaced(text: str) -> bool:
    """Whether the text holds letters of a script that is written without blanks, such as Han."""
    return not text.isascii() and _UNSPACED_RUN.search(text) is not None


def spelt_out(text: str) -> str:
    """The text with ä, ö, ü, ø, å and æ written as two letters."""
    return text if text.isascii() else text.translate(_SPELT_OUT)


def separated(text: str) -> str:
    """The text with every sign that is no letter or digit as a blank, and single blanks."""
    return " ".join(text.translate(_SEPARATED).split())


def _endings(run: str) -> list[str]:
    return [
        run[at : at + LONGEST_RUN]
        for at in range(len(run))
        if not unicodedata.category(run[at]).startswith("M")
    ]


def search_words(text: str) -> frozenset[str]:
    """Every word under which a name is to be found by looking up a beginning of it.

    Its folded words, their Latin forms, the forms with ae, oe and ue, and what people join or
    split: "e-mail" is also "email", "U. N." also "un", "d'Ivoire" also "ivoire".
    """
    found = set(words(text))
    found.update(_joined(text))
    for apostrophe in _APOSTROPHES:
        if apostrophe in text:
            text = text.replace(apostrophe, " ")
            found.update(words(text))
    if not text.isascii():
        if spelt_out(text) != text:
            found.update(words(spelt_out(text)))
        found.update(_latin_words(text))
    return frozenset(found)


def _joined(text: str) -> set[str]:
    """Words with a sign inside written as one, and single letters in a row as one word."""
    found, letters = set(), ""
    for chunk in fold(text).split():
        parts = chunk.translate(_SEPARATED).split()
        if len(parts) > 1 and not is_unspaced(chunk):
            found.add("".join(parts)[:LONGEST_WORD])
        for part in parts:
            if len(part) == 1:
                letters += part
                continue
            if len(letters) > 1:
                found.add(letters)
            letters = ""
    if len(letters) > 1:
        found.add(letters[:LONGEST_WORD])
    return found


def _latin_words(text: str) -> set[str]:
    found: set[str] = set()
    for chunk in text.split():
        for piece in _PIECES.findall(chunk):
            if _UNSPACED_RUN.match(piece):
                found.update(
                    latin(ending).replace(" ", "")[:LONGEST_WORD] for ending in _endings(piece)
                )
            elif not piece.isascii():
                found.update(words(latin(piece)))
    found.discard("")
    return found


def sort_key(text: str) -> str:
    """A key for sorting names by code point: digits, Latin, Greek, Cyrillic, ..., Han; no accents.

    Leading signs do not count. Equal keys need a second criterion.
    """
    plain = separated(fold(text))
    if not plain:
        return "Z" + fold(text)
    code, group = ord(plain[0]), "8"
    for first, name in _SCRIPTS:
        if code < first:
            break
        group = name
    return group + plain


def slugify(text: str) -> str:
    """The text as part of an address: a-z, 0-9 and hyphens, "organisation" when nothing is left."""
    slug = "-".join(re.findall("[a-z0-9]+", latin(text)))
    if len(slug) > LONGEST_SLUG:
        whole_words, _, _ = slug[: LONGEST_SLUG + 1].rpartition("-")
        slug = whole_words or slug[:LONGEST_SLUG]
    return slug or "organisation"


def normalise_email(text: str) -> str:
    """An e-mail address in lower case with its domain in ASCII form. Raises BadText."""
    address = squeeze(text, max_length=320).removeprefix("mailto:")
    local, at, domain = address.rpartition("@")
    if not at or "@" in local or " " in address or "," in address or ";" in address:
        if address.count("@") > 1:
            raise BadText("Two addresses stand here; give one address only.")
        raise BadText("This is no e-mail address; write it like name@example.org.")
    if not _LOCAL_PART.fullmatch(local) or len(local) > 64 or ".." in local or local[0] == ".":
        raise BadText("The part before @ is not valid; write the address like name@example.org.")
    return f"{local.lower()}@{_ascii_domain(domain)}"


def normalise_domain(text: str) -> str:
    """A web domain in ASCII form (UTS 46), from a domain or a web address, without "www.".

    Raises BadText when it holds no domain name.
    """
    host = squeeze(text, max_length=2000).lower()
    host = re.sub(r"^[a-z][a-z0-9+.-]*://", "", host)
    host = re.split(r"[/?#]", host, maxsplit=1)[0]
    host = re.sub(r":\d*$", "", host).removesuffix(".")
    domain = _ascii_domain(host)
    return domain.removeprefix("www.") if domain.count(".") > 1 else domain


@lru_cache(maxsize=1024)
def _ascii_domain(host: str) -> str:
    host = host.lower()
    if not host.startswith("xn--") and ".xn--" not in host and _PLAIN_DOMAIN.fullmatch(host):
        return host
    try:
        domain = idna.encode(host, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        domain = ""
    if "." not in domain or domain.rpartition(".")[2].isdigit():
        raise BadText("This is no web domain; write it like example.org.")
    return domain

"""From bytes to text: exact, or refused with the choice left to the person.

UTF-8 and UTF-16 prove themselves. The older encodings of one byte a letter do not: every byte is
some letter in each of them. There the words decide, by the pairs of letters that languages use
(`letters.json`: pairs with a letter beyond ASCII, by language and by the logarithm of their number
among the names of countries, languages and months in Unicode CLDR and among common family names
and towns). When two readings differ and neither is clearly better, nothing is guessed.
"""

import codecs
import json
import math
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from alliance.core.errors import BadInput

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Python's name, the name people know, and the languages written in it.
_WEST = "de fr es pt it nl da nb sv fi is ga ca eu gl sq"
_EAST = "pl cs sk hu ro sl hr sq de"
# What an encoding is charged, in bits, for being met less often than the first.
_OLDER = {
    "cp1252": ("Windows-1252", _WEST, 0),
    "cp1250": ("Windows-1250", _EAST, 3),
    "cp1251": ("Windows-1251", "ru uk bg sr mk be", 0),
    "cp1253": ("Windows-1253", "el", 0),
    "cp1254": ("Windows-1254", "tr de fr es pt it nl", 3),
    "cp1255": ("Windows-1255", "he", 0),
    "cp1256": ("Windows-1256", "ar fa ur fr", 0),
    "cp1257": ("Windows-1257", "lv lt et pl de", 6),
    "mac_roman": ("Mac Roman", _WEST, 6),
    "iso8859_2": ("ISO 8859-2", _EAST, 6),
    "iso8859_5": ("ISO 8859-5", "ru uk bg sr mk be", 6),
    "iso8859_6": ("ISO 8859-6", "ar", 6),
    "iso8859_9": ("ISO 8859-9", "tr de fr es pt it nl", 6),
    "iso8859_15": ("ISO 8859-15", _WEST, 6),
    "koi8_u": ("KOI8", "ru uk bg", 6),
    "cp850": ("DOS 850", _WEST, 12),
    "cp852": ("DOS 852", _EAST, 12),
    "cp866": ("DOS 866", "ru uk bg be", 12),
}
# Never chosen, because nearly any bytes can be read so; but where one fits, nothing else is
# certain.
_EAST_ASIAN = {
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "cp932": (0x82, 0x97),
    "cp949": (0xB0, 0xC8),
}
_COMMON_SIGN, _RARE_SIGN = 14.0, -12.0
_LETTERS = Path(__file__).with_name("letters.json")
_WORD = re.compile(
    rb"[^\x00-\x26\x28-\x2c\x2e-\x40\x5b-\x60\x7b-\x7f]*[\x80-\xff][^\x00-\x26\x28-\x2c\x2e-\x40\x5b-\x60\x7b-\x7f]*"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MOST_WORDS = 1500
_SAMPLE = 200_000
_AROUND_WORDS = frozenset("’‘“”„«»‹›–—…•°№©®™€£§·ªº\u00a0´¡¿،؛؟\u200e\u200f")
_INSIDE_WORDS = frozenset("’ـ\u200c\u200d·")
# Bits for or against a reading: a pair of letters tells the more the more frequent it is.
_KNOWN = 15.0
_STRANGE = -15.0
_ODD = -3.0
_APOSTROPHE = 8.0
_LEAST_PER_PAIR = 3.0
_LEAST_LEAD = 14.0
_SMALLEST_SAMPLE = 800
_ADVICE = (
    "Open the file in a spreadsheet program, save it as “CSV UTF-8” or as .xlsx, and import that;"
    " or say which encoding it has, for example windows-1252."
)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and the name of its encoding. Raises BadInput rather than guess
    wrongly.
    """
    if encoding is not None:
        return _as_told(data, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name), name.removesuffix("-sig").upper()
    sixteen = _unmarked_utf16(data)
    if sixteen and not _CONTROL.search(text := _strict(data, sixteen)):
        return text, "UTF-16"
    if b"\x00" in data[:65536]:
        raise BadInput("This is not a text file. Save the table as .xlsx, .ods or .csv.")
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        return _older(data, error)


def _as_told(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(encoding).name
        text = data.decode("utf-8-sig" if name == "utf-8" else name)
    except (LookupError, UnicodeError):
        raise BadInput(
            f"The file cannot be read as “{encoding}”. Leave the encoding out to have it"
            f" recognised.",
            field="encoding",
        ) from None
    return text, name


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise BadInput(f"The file begins as {encoding.upper()} but is damaged. {_ADVICE}") from None


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 without a mark shows as a zero in every other byte of Latin text and separators."""
    sample = data[:4096]
    if len(data) % 2 or len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) / 10 and not even:
        return "utf-16-le"
    if even > len(sample) / 10 and not odd:
        return "utf-16-be"
    return None


def _older(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    found = _likeliest(data)
    if found is None:
        row = data.count(b"\n", 0, error.start) + 1
        raise BadInput(
            f"The encoding of the file is not clear: line {row} holds letters that are not UTF-8"
            f" and may be read in several ways. {_ADVICE}"
        )
    try:
        return data.decode(found), _OLDER[found][0]
    except UnicodeDecodeError:
        raise BadInput(
            f"The file looks like {_OLDER[found][0]} but is damaged. {_ADVICE}"
        ) from None


def _likeliest(data: bytes) -> str | None:
    """The encoding in which the words make sense, or None when that is not clear."""
    distinct = sorted(set(_WORD.findall(data)))
    step = max(1, len(distinct) // _MOST_WORDS)
    sample = distinct[::step]
    readings = {name: text for name in _OLDER if (text := _read(sample, name)) is not None}
    scores = {name: _scores(text, _OLDER[name][1].split()) for name, text in readings.items()}
    totals = {name: sum(score for score, _ in scores[name]) for name in scores}
    ranked = sorted(scores, key=lambda name: _OLDER[name][2] - totals[name])
    if not ranked:
        return None
    best = ranked[0]
    if totals[best] < max(_LEAST_LEAD, _LEAST_PER_PAIR * sum(number for _, number in scores[best])):
        return None
    signs = sum(byte > 0x7F for word in sample for byte in word) / 2
    east_asian = max(_east_asian(data[:_SAMPLE], name) for name in _EAST_ASIAN) * signs
    if totals[best] - east_asian < _LEAST_LEAD:
        return None
    for other in ranked[1:]:
        if readings[best] == readings[other]:
            continue
        lead = totals[best] - _OLDER[best][2] - totals[other] + _OLDER[other][2]
        if lead < _LEAST_LEAD:
            return None
    return best


def _east_asian(data: bytes, encoding: str) -> float:
    """Bits a sign of two bytes tells on average; the common ones have a first byte in a range."""
    first, last = _EAST_ASIAN[encoding]
    signs = [sign for sign in data.decode(encoding, "replace") if not sign.isascii()]
    if not signs or signs.count("\ufffd") > len(signs) / 50:
        return -math.inf
    leads = [sign.encode(encoding, "replace")[0] for sign in signs]
    common = sum(first <= lead <= last for lead in leads)
    return (common * _COMMON_SIGN + (len(signs) - common) * _RARE_SIGN) / len(signs)


def _read(words: Sequence[bytes], encoding: str) -> list[str] | None:
    try:
        return [word.decode(encoding) for word in words]
    except UnicodeDecodeError:
        return None


def _scores(words: Sequence[str], languages: Sequence[str]) -> list[tuple[float, int]]:
    """For each word how well it fits the language it fits best, in bits, and over how many
    pairs.
    """
    pairs = _pairs()
    return [_score(word, [pairs[language] for language in languages]) for word in words]


def _score(word: str, languages: Sequence[dict[str, float]]) -> tuple[float, int]:
    strange = 0.0
    letters: list[str] = []
    last = len(word) - 1
    for at, char in enumerate(word):
        if char.isascii() or char.isalpha() or unicodedata.category(char) == "Mn":
            letters.append(char if char.isalpha() or not char.isascii() else " ")
            if at and char.isupper() and word[at - 1].islower():
                strange += _STRANGE
            continue
        is_inside = 0 < at < last and word[at - 1].isalpha() and word[at + 1].isalpha()
        allowed = _INSIDE_WORDS if is_inside else _AROUND_WORDS
        strange += _APOSTROPHE if char == "’" else _ODD if char in allowed else _STRANGE
        letters.append(" ")
    total, number = 0.0, 0
    for part in "".join(letters).casefold().split():
        if part.isascii():
            continue
        framed = f"^{part}$"
        told = [a + b for a, b in pairwise(framed) if not (a + b).isascii()]
        total += max(sum(language.get(pair, -2.0) for pair in told) for language in languages)
        number += len(told)
    return total + strange, number


@lru_cache(maxsize=1)
def _pairs() -> dict[str, dict[str, float]]:
    """For each language how much a pair of letters speaks for it, in bits above the unknown."""
    stored: dict[str, dict[str, str]] = json.loads(_LETTERS.read_text("utf-8"))
    found = {}
    for language, classes in stored.items():
        counted = {
            text[at : at + 2]: 2 ** int(power)
            for power, text in classes.items()
            for at in range(0, len(text), 2)
        }
        total = max(_SMALLEST_SAMPLE, sum(counted.values()))
        found[language] = {
            pair: _KNOWN + math.log2(number / total) for pair, number in counted.items()
        }
    return found

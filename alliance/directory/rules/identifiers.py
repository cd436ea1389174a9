"""Entries in public registers: the register's own spelling, and its check digits if it has any."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from alliance.core.errors import BadInput
from alliance.core.text import squeeze
from alliance.directory.rules.vat import vat_number

LONGEST = 100
_SEPARATORS = str.maketrans("", "", " .-–—/_")
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_COMPANY_PREFIXES = (
    "AC|BR|CE|CN|CS|FC|FE|GE|GN|GS|IC|IP|LP|NA|NC|NF|NI|NL|NO|NP|NR|NV|NZ|OC|OE|PC|R0|RC|RS|SA|SC"
    "|SE|SF|SG|SI|SL|SO|SP|SR|SZ|ZC"
)
# The campuses of the Internal Revenue Service have never given out these.
_NO_EIN = frozenset(
    f"{code:02}" for code in (0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97)
)
_GERMAN = re.compile(
    r"(?:(?:amtsgericht|ag)\s+)?(?P<before>[^\d,]+?)?,?\s*\b(?P<kind>hra|hrb|vr|gnr|gsr|pr)\s*"
    r"(?P<number>\d{1,7})(?:\s*(?P<letters>(?-i:(?!AG\b)[A-Z]{1,2})))?\b,?\s*(?:(?:amtsgericht|ag)\s+)?"
    r"(?P<after>\D*)",
    re.IGNORECASE,
)
_GERMAN_KINDS = {"gnr": "GnR", "gsr": "GsR"}


def canonical_identifier(scheme: str, text: str) -> str:
    """The identifier in the register's own spelling, from what people write or the page's address.

    scheme: a code of the closed list; for one without a rule here the text is only tidied.
    Raises BadInput, with a remedy, when the shape or the check digits are wrong.
    """
    try:
        typed = squeeze(text, max_length=LONGEST)
    except BadInput as error:
        raise BadInput(error.message, field="identifiers") from None
    if not typed:
        raise BadInput("Give the identifier, or leave the entry out.", field="identifiers")
    rule = _RULES.get(scheme)
    return rule(typed) if rule else typed


def _wrong(remedy: str) -> BadInput:
    return BadInput(remedy, field="identifiers")


@lru_cache(maxsize=4096)
def _compact(text: str) -> str:
    """Letters and digits only, in upper case, digits of any script as 0 to 9."""
    return _plain(text).translate(_SEPARATORS)


def _plain(text: str) -> str:
    upper = unicodedata.normalize("NFKC", text).upper()
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in upper)


def _last_part(text: str) -> str:
    return text.rstrip("/").rpartition("/")[2] if "/" in text else text


def _number_of(text: str) -> int:
    """Letters as 10 to 35 among the digits, read as one whole number (ISO 7064)."""
    return int("".join(str(int(letter, 36)) for letter in text))


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _lei(text: str) -> str:
    """ISO 17442: 18 letters and digits, two check digits by ISO 7064 MOD 97-10."""
    code = _compact(_last_part(text)).removeprefix("LEI")
    if not re.fullmatch("[0-9A-Z]{18}[0-9]{2}", code):
        raise _wrong("An LEI has 20 letters and digits, such as 213800WSGIIZCXF1P572; check it.")
    if _number_of(code) % 97 != 1:
        raise _wrong(
            f"The LEI {code} has a mistake: its check digits do not fit. Copy it from"
            " search.gleif.org."
        )
    return code


def _ror(text: str) -> str:
    """ROR: "0", six characters in Crockford's base 32, two check digits."""
    code = _last_part(text).lower().replace(" ", "")
    if not re.fullmatch("0[0-9a-hj-km-np-tv-z]{6}[0-9]{2}", code):
        raise _wrong(
            "A ROR identifier has nine characters and begins with 0, such as 02dg0pv02; check it."
        )
    value = 0
    for letter in code[:7]:
        value = value * 32 + _CROCKFORD.index(letter)
    if 98 - value * 100 % 97 != int(code[7:]):
        raise _wrong(
            f"The ROR identifier {code} has a mistake: its check digits do not fit. Copy it from"
            " ror.org."
        )
    return code


def _isni(text: str) -> str:
    """ISO 27729: 16 characters, the last a check by ISO 7064 MOD 11-2."""
    code = _compact(_last_part(text)).removeprefix("ISNI")
    if not re.fullmatch("[0-9]{15}[0-9X]", code):
        raise _wrong("An ISNI has 16 digits, such as 0000 0001 2281 955X; check it.")
    total = 0
    for digit in code[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if code[15] != ("X" if check == 10 else str(check)):
        raise _wrong(f"The ISNI {code} has a mistake: its last character does not fit.")
    return code


def _wikidata(text: str) -> str:
    code = _compact(_last_part(text))
    if not re.fullmatch("Q[1-9][0-9]{0,11}", code):
        raise _wrong("A Wikidata item is written Q and a number, such as Q740308; check it.")
    return code


def _gb_charity(text: str) -> str:
    typed = _plain(text).replace(" ", "")
    found = re.fullmatch("(?:NO\\.?)?([0-9]{6,7})(?:-([0-9]{1,3}))?", typed)
    if not found:
        raise _wrong(
            "A charity number of England and Wales has six or seven digits, such as 1072612. For"
            " Scotland and Northern Ireland choose their own registers."
        )
    return f"{found[1]}-{int(found[2])}" if found[2] and int(found[2]) else found[1]


def _gb_sc_charity(text: str) -> str:
    code = _compact(text).removeprefix("SC")
    if not re.fullmatch("[0-9]{5,6}", code):
        raise _wrong("A Scottish charity number is SC and six digits, such as SC003558; check it.")
    return f"SC{code:>06}"


def _gb_ni_charity(text: str) -> str:
    code = _compact(text).removeprefix("NIC")
    if not re.fullmatch("[0-9]{6}", code):
        raise _wrong(
            "A charity number of Northern Ireland is NIC and six digits, such as"
            " NIC100280; check it."
        )
    return f"NIC{code}"


def _gb_company(text: str) -> str:
    code = _compact(_last_part(text))
    if re.fullmatch("[0-9]{5,8}", code):
        return f"{code:>08}"
    if not re.fullmatch(f"(?:{_COMPANY_PREFIXES})(?:[0-9]{{6}}|[0-9]{{5}}R)", code):
        raise _wrong(
            "A British company number has eight digits, or two letters and six digits, such as"
            " 03401741 or SC123456; check it."
        )
    return code


def _us_ein(text: str) -> str:
    code = _compact(text).removeprefix("EIN")
    if not re.fullmatch("[0-9]{9}", code) or code[:2] in _NO_EIN:
        raise _wrong("An EIN has nine digits, such as 13-1760110; check it.")
    return f"{code[:2]}-{code[2:]}"


def _au_abn(text: str) -> str:
    """Eleven digits; one less in the first, weighted, they are a multiple of 89."""
    code = _compact(text).removeprefix("ABN")
    if not re.fullmatch("[1-9][0-9]{10}", code):
        raise _wrong("An ABN has eleven digits, such as 51 824 753 556; check it.")
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    total = sum(weight * int(digit) for weight, digit in zip(weights, code, strict=True))
    if (total - weights[0]) % 89:
        raise _wrong(f"The ABN {code} has a mistake: its check digits do not fit.")
    return code


def _nz_nzbn(text: str) -> str:
    """A GS1 number of thirteen digits that begins with 94."""
    code = _compact(text).removeprefix("NZBN")
    if not re.fullmatch("94[0-9]{11}", code):
        raise _wrong("An NZBN has thirteen digits and begins with 94; check it.")
    if sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(code)) % 10:
        raise _wrong(f"The NZBN {code} has a mistake: its last digit does not fit.")
    return code


def _ca_bn(text: str) -> str:
    code = _compact(text).removeprefix("BN")
    if not re.fullmatch("[0-9]{9}(?:[A-Z]{2}[0-9]{4})?", code):
        raise _wrong(
            "A Canadian business number has nine digits, for a charity followed by RR0001;"
            " check it."
        )
    if not _luhn(code[:9]):
        raise _wrong(f"The business number {code} has a mistake: its ninth digit does not fit.")
    return code


def _fr_siren(text: str) -> str:
    code = _compact(text).removeprefix("SIREN")
    if not re.fullmatch("[0-9]{9}", code):
        raise _wrong(
            "A SIREN number has nine digits, such as 732 829 320; of a SIRET give the first nine."
        )
    if not _luhn(code):
        raise _wrong(f"The SIREN number {code} has a mistake: its last digit does not fit.")
    return code


def _be_enterprise(text: str) -> str:
    """Ten digits, the last two being 97 less the remainder of the first eight by 97."""
    code = _compact(text).removeprefix("BE")
    if re.fullmatch("[0-9]{9}", code):
        code = f"0{code}"
    if not re.fullmatch("[01][0-9]{9}", code):
        raise _wrong("A Belgian enterprise number has ten digits, such as 0403.019.261; check it.")
    if 97 - int(code[:8]) % 97 != int(code[8:]):
        raise _wrong(
            f"The Belgian enterprise number {code} has a mistake: its check digits do not fit."
        )
    return code


def _nl_kvk(text: str) -> str:
    code = _compact(text).removeprefix("KVK")
    if not re.fullmatch("[0-9]{8}", code):
        raise _wrong("A KVK number has eight digits, such as 17085815; check it.")
    return code


def _de_register(text: str) -> str:
    """Kind, number and court: the number alone is given again by every court."""
    found = _GERMAN.fullmatch(text)
    court = ((found["before"] or found["after"]) if found else "").strip(" ,")
    if court.startswith("(") and court.endswith(")"):
        court = court[1:-1].strip()
    if not found or not court:
        raise _wrong(
            "A German register number needs its kind, number and court, such as"
            " HRB 12345 Charlottenburg."
        )
    kind = _GERMAN_KINDS.get(found["kind"].lower(), found["kind"].upper())
    letters = f" {found['letters'].upper()}" if found["letters"] else ""
    return f"{kind} {int(found['number'])}{letters} {court}"


def _ch_uid(text: str) -> str:
    """CHE and nine digits, the last by weights modulo 11."""
    code = re.sub("(?:MWST|TVA|IVA|VAT)$", "", _compact(text)).removeprefix("CHE")
    if not re.fullmatch("[0-9]{9}", code):
        raise _wrong("A Swiss UID is CHE and nine digits, such as CHE-116.281.710; check it.")
    weights = (5, 4, 3, 2, 7, 6, 5, 4)
    total = sum(weight * int(digit) for weight, digit in zip(weights, code, strict=False))
    if (11 - total % 11) % 11 != int(code[8]):
        raise _wrong(f"The Swiss UID CHE-{code} has a mistake: its last digit does not fit.")
    return f"CHE-{code[:3]}.{code[3:6]}.{code[6:]}"


def _ie_charity(text: str) -> str:
    code = _compact(text).removeprefix("RCN")
    if not re.fullmatch("20[0-9]{6}", code):
        raise _wrong(
            "An Irish Registered Charity Number has eight digits and begins with 20, such as"
            " 20009502; the CHY number is another one."
        )
    return code


def _eu_transparency(text: str) -> str:
    code = _compact(text)
    if not re.fullmatch("[0-9]{10,15}", code):
        raise _wrong(
            "An EU Transparency Register number has digits, a hyphen and two digits, such as"
            " 03181945560-59; check it."
        )
    return f"{code[:-2]}-{code[-2:]}"


def _vat(text: str) -> str:
    return vat_number(_compact(text))


_RULES: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "lei": _lei,
        "ror": _ror,
        "isni": _isni,
        "wikidata": _wikidata,
        "gb_charity": _gb_charity,
        "gb_sc_charity": _gb_sc_charity,
        "gb_ni_charity": _gb_ni_charity,
        "gb_company": _gb_company,
        "us_ein": _us_ein,
        "au_abn": _au_abn,
        "nz_nzbn": _nz_nzbn,
        "ca_bn": _ca_bn,
        "fr_siren": _fr_siren,
        "be_enterprise": _be_enterprise,
        "nl_kvk": _nl_kvk,
        "de_register": _de_register,
        "ch_uid": _ch_uid,
        "ie_charity": _ie_charity,
        "eu_transparency": _eu_transparency,
        "vat": _vat,
    }
)

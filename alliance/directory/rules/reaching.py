"""How people are reached: e-mail, phone and web addresses in the form in which they are kept."""

import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email
from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
)

from alliance.core.errors import BadInput
from alliance.core.text import normalise_domain, normalise_email, squeeze

LONGEST_EMAIL = 254
LONGEST_PHONE = 60
LONGEST_ADDRESS = 1000

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_HOST = r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
_UNUSED = "|".join(re.escape(name) for name in SPECIAL_USE_DOMAIN_NAMES)
# What most values look like: a form that is kept as it is.
_PLAIN_EMAIL = re.compile(
    rf"(?=[^@]{{1,64}}@)(?=.{{,{LONGEST_EMAIL}}}$){_ATOM}(?:\.{_ATOM})*@(?!.*\b(?:{_UNUSED})$){_HOST}"
)
_PLAIN_ADDRESS = re.compile(rf"(?=.{{,200}}$)https?://{_HOST}(?:/[A-Za-z0-9/._~%-]*)?")
# The 0 of dialling at home, written after the country's code as in +49 030, makes no E.164.
_E164 = re.compile(
    rf"\+(?!(?:{'|'.join(map(str, COUNTRY_CODE_TO_REGION_CODE))})0)[1-9][0-9]{{7,14}}"
)
_NO_DIGIT = re.compile(r"\D+")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")


def email_address(text: str) -> str:
    """An e-mail address by its syntax, in lower case with its domain in ASCII. Raises BadInput."""
    if _PLAIN_EMAIL.fullmatch(text):
        return text
    address = normalise_email(text)
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        raise BadInput("This is no e-mail address; write it like name@example.org.") from None
    return address


def phone_number(text: str, country: str | None = None) -> str:
    """A phone number in international form (E.164), or as typed where it cannot be read so.

    country: the ISO code of the country in which a number without its country's code is dialled.
    An extension follows as " x12". Raises BadInput for what holds no number, or a mail address.
    """
    if _E164.fullmatch(text):
        return text
    typed = squeeze(text, max_length=LONGEST_PHONE)
    if len(_NO_DIGIT.sub("", typed)) < 3 or "@" in typed:
        raise BadInput("This is no phone number; write it like +44 20 7946 0018.")
    return _international(typed, country) or typed


@lru_cache(maxsize=4096)
def _international(typed: str, country: str | None) -> str | None:
    number = f"+{typed[2:]}" if typed.startswith("00") else typed
    try:
        read = phonenumbers.parse(number, country)
    except NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(read) != ValidationResult.IS_POSSIBLE:
        return None
    written = str(phonenumbers.format_number(read, PhoneNumberFormat.E164))
    return f"{written} x{read.extension}" if read.extension else written


def web_address(text: str) -> str:
    """An absolute http or https address; one typed without a scheme gets https.

    The host is written in lower case, the rest stays as typed. Raises BadInput for another scheme,
    a name or password in the address, and a host that is no web domain.
    """
    if _PLAIN_ADDRESS.fullmatch(text):
        return text
    typed = squeeze(text, max_length=LONGEST_ADDRESS)
    if not _SCHEME.match(typed):
        typed = f"https://{typed.removeprefix('//')}"
    try:
        parts = urlsplit(typed)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _no_address() from None
    if parts.scheme not in ("http", "https") or " " in typed or "\\" in typed:
        raise _no_address()
    if "@" in parts.netloc:
        raise BadInput("Leave the user name and password out of the web address.")
    if re.search("""[<>"`{}^|]""", typed):
        raise BadInput("This web address holds a sign that none may hold; copy it from a browser.")
    try:
        normalise_domain(host)
    except BadInput:
        raise _no_address() from None
    return urlunsplit(parts._replace(netloc=host if port is None else f"{host}:{port}"))


def _no_address() -> BadInput:
    return BadInput("This is no web address; write it like https://www.example.org.")

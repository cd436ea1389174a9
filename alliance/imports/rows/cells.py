"""One marshmallow field for each kind of cell: text in, checked value out, or words that say why
not.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Generic
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields

from alliance.core.errors import BadInput
from alliance.core.text import squeeze
from alliance.directory.rules.domains import check_domain
from alliance.directory.rules.fields import language_code
from alliance.directory.rules.identifiers import canonical_identifier
from alliance.directory.rules.reaching import email_address, phone_number, web_address
from alliance.directory.rules.records import Identifier, Precision
from alliance.imports.fields import folded_heading
from alliance.imports.rows.closed_lists import ClosedList, UnknownSpelling, Value
from alliance.imports.rows.dates import Day, Order, UnclearDay, read_day

_SPREADSHEET_ERRORS = frozenset(
    (
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#ERROR!", "#SPILL!",
        "Err:502", "Err:508",
    )
)  # fmt: skip
_FORMULA = re.compile(r"[=@|\t\r]|[+-](?![\s\d])")
_STRICT_FORMULA = re.compile(r"[=+@|\t\r-]")
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_PHONE = re.compile(r"\+?[\d\s().\-/]*\d[\d\s().\-/]*(?:(?:ext|x|#|extension)\.?\s*\d{1,6})?", re.I)
_WEB = re.compile(r"(?:https?://)?[^\s/:@]+\.[^\s/:@]+(?::\d+)?(?:[/?#]\S*)?", re.I)
_SPLIT = re.compile(r"\s*[;|\n]\s*")
_SPLIT_UNESCAPED = re.compile(r"\s*(?<!\\)(?:[;|]|\n)\s*")
_ESCAPED = re.compile(r"\\([\\;|])")
_TRANSLATION = re.compile(r"([a-zA-Z]{2,3}(?:-[A-Za-z0-9]{2,8})*): *(.+)", re.DOTALL)
_YES = frozenset(
    ("yes", "y", "true", "t", "1", "x", "ja", "oui", "si", "sim", "نعم", "وافق", "✓", "✔")
)
_NO = frozenset(["no", "n", "false", "f", "0", "nein", "non", "nao", "لا"])
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "0123456789" * 2)


class Literal(str):
    """A cell that was marked as text, so that no program runs it as a formula."""

    __slots__ = ()


class Cell(fields.Field[Any], Generic[Value]):
    """A cell of text. `longest` in characters; `lines` keeps line breaks."""

    longest = 300
    lines = False
    formula = _FORMULA

    def __init__(self, *, longest: int | None = None, lines: bool = False) -> None:
        super().__init__()
        self.longest = longest or type(self).longest
        self.lines = lines

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        return self.read(self.tidy(value))

    def tidy(self, text: str) -> str:
        """The text as it is stored. Raises ValidationError for what cannot be stored as it
        stands.

        A formula is refused because the reader sees its result and not the text; what was marked
        as text is neither run nor refused.
        """
        if text.strip() in _SPREADSHEET_ERRORS:
            raise ValidationError(
                f"The cell holds a spreadsheet error ({text.strip()}). Correct the formula, or"
                " paste the value."
            )
        try:
            tidy = squeeze(text, max_length=self.longest, lines=self.lines)
        except BadInput as error:
            raise ValidationError(error.message) from None
        if not isinstance(text, Literal) and self.formula.match(
            unicodedata.normalize("NFKC", tidy)
        ):
            raise ValidationError(
                f"The text begins with “{tidy[0]}”, which a spreadsheet would run as a formula."
                " Write it without that sign."
            )
        return tidy

    def read(self, text: str) -> Any:
        """The value of a tidied text."""
        return text


class NameCell(Cell[str]):
    """The name of an organisation or a person: something with a letter in it, and no address."""

    formula = _STRICT_FORMULA

    def read(self, text: str) -> str:
        """The name itself."""
        if not any(char.isalpha() for char in text):
            raise ValidationError(
                f"“{text[:40]}” holds no letter and cannot be a name. Check whether the columns"
                " have been shifted."
            )
        if _ADDRESS.search(text) or text.casefold().startswith(("http://", "https://", "www.")):
            raise ValidationError(
                f"“{text[:60]}” is an address and not a name. Check whether the columns have been"
                " shifted."
            )
        return text


class WordCell(Cell[str]):
    """A short text such as a city, which never begins like a formula."""

    formula = _STRICT_FORMULA


class EmailCell(Cell[str]):
    """One e-mail address."""

    longest = 320
    formula = re.compile(r"[=|]")

    def read(self, text: str) -> str:
        """The address in canonical form."""
        found = _ADDRESS.findall(text) if text.count("@") > 1 else ()
        if len(found) > 1:
            raise ValidationError(
                f"Two addresses stand in one cell: {' and '.join(found[:3])}. Leave one, and put"
                f" the"
                " other in a column “E-mail 2” of the contacts or in a row of its own."
            )
        try:
            return email_address(text)
        except BadInput as error:
            raise ValidationError(error.message) from None


class PhoneCell(Cell[str]):
    """One telephone number, as it is written, with enough digits to be one."""

    longest = 60
    formula = re.compile(r"[=@|]")

    def read(self, text: str) -> str:
        """The number."""
        plain = text.translate(_DIGITS).removeprefix("tel:").strip()
        digits = sum(char.isdigit() for char in plain)
        if digits > 17 or re.search(r"[;,]|\bor\b| / \+?\d", plain):
            raise ValidationError(
                f"“{text}” holds more than one telephone number. Leave one in the cell."
            )
        if not _PHONE.fullmatch(plain) or digits < 4:
            raise ValidationError(
                f"“{text}” is no telephone number. Write it like +44 20 7946 0000."
            )
        try:
            return phone_number(plain)
        except BadInput as error:
            raise ValidationError(error.message) from None


class WebsiteCell(Cell[str]):
    """The address of a website, always with https:// or http://."""

    longest = 500
    formula = re.compile(r"[=|]")

    def read(self, text: str) -> str:
        """The address with its scheme; a bare domain gets https."""
        if not _WEB.fullmatch(text):
            many = len(re.findall(r"https?://|www\.", text)) > 1 or re.search(r"[;,\s]", text)
            raise ValidationError(
                "Two addresses stand in one cell. Leave one."
                if many
                else f"“{text[:60]}” is no web address. Write it like https://www.example.org."
            )
        try:
            check_domain(text)
            return web_address(text if "://" in text else f"https://{text.rstrip('/')}")
        except BadInput as error:
            raise ValidationError(error.message) from None


class DayCell(Cell[Day]):
    """A day; `order` is what the whole column says about 03/04/2024."""

    formula = re.compile(r"[=@|]")

    def __init__(self, order: Order, *, whole_days: bool = False) -> None:
        super().__init__(longest=60)
        self.order = order
        self.whole_days = whole_days

    def read(self, text: str) -> Day:
        """The day with its precision. A mere year is refused where only a whole day will do."""
        try:
            day = read_day(text, self.order)
        except UnclearDay as error:
            raise ValidationError(str(error)) from None
        if self.whole_days and day.precision is not Precision.DAY:
            raise ValidationError(
                f"“{text}” is not a whole date. Write the day as YYYY-MM-DD, for example"
                f" 2024-04-03."
            )
        return day


class ListedCell(Cell[Value]):
    """An entry of a closed list by any of its spellings."""

    def __init__(self, listed: ClosedList[Value]) -> None:
        super().__init__()
        self.listed = listed

    def read(self, text: str) -> Value:
        """The entry's value."""
        try:
            return self.listed.find(text)
        except UnknownSpelling as error:
            raise ValidationError(str(error)) from None


class SeveralListedCell(ListedCell[Value]):
    """Several entries of a closed list, parted by semicolons, bars or line breaks."""

    longest = 1000

    def __init__(self, listed: ClosedList[Value]) -> None:
        super().__init__(listed)
        self.lines = True

    def read(self, text: str) -> Any:
        """The values in the order given, each once."""
        try:
            return (self.listed.find(text),)
        except UnknownSpelling:
            parts = [part for part in _SPLIT.split(text) if part]
            return tuple(dict.fromkeys(ListedCell.read(self, part) for part in parts))


class SeveralNamesCell(NameCell):
    """Several names, parted by semicolons, bars or line breaks; a backslash keeps one in a name."""

    longest = 4000

    def read(self, text: str) -> Any:
        """The names in the order given, each once."""
        return tuple(dict.fromkeys(NameCell.read(self, part) for part in _parts(text)))


class TranslationsCell(NameCell):
    """Several names, each with the code of its language before it: fr: Croix-Rouge; es: Cruz."""

    longest = 4000

    def read(self, text: str) -> Any:
        """Pairs of language and name, the language None where there is none."""
        found = []
        for part in _parts(text):
            split = _TRANSLATION.fullmatch(part)
            try:
                language = language_code(split[1]) if split else None
            except BadInput:
                split, language = None, None
            found.append((language, NameCell.read(self, split[2] if split else part)))
        return tuple(dict.fromkeys(found))


def _parts(text: str) -> list[str]:
    return [_ESCAPED.sub(r"\1", part) for part in _SPLIT_UNESCAPED.split(text) if part]


class SeveralCell(Cell[Any]):
    """Several values of another kind of cell, parted by semicolons or line breaks."""

    longest = 4000
    formula = re.compile(r"[=|]")

    def __init__(self, one: Cell[Any]) -> None:
        super().__init__(lines=True)
        self.one = one

    def read(self, text: str) -> Any:
        """The values in the order given, each once."""
        return tuple(
            dict.fromkeys(self.one.read(part) for part in re.split(r"\s*[;\n]\s*", text) if part)
        )


class LanguageCell(Cell[str]):
    """A language by its code, also with a region or a script, or by its name."""

    def __init__(self, listed: ClosedList[str]) -> None:
        super().__init__()
        self.listed = listed

    def read(self, text: str) -> str:
        """The language's code."""
        try:
            return self.listed.find(text)
        except UnknownSpelling as error:
            try:
                return language_code(text)
            except BadInput:
                raise ValidationError(str(error)) from None


class FlagCell(Cell[bool]):
    """Yes or no in the languages that are imported."""

    def read(self, text: str) -> bool:
        """True or False."""
        key = folded_heading(text) or text
        if key in _YES:
            return True
        if key in _NO:
            return False
        raise ValidationError(f"“{text[:40]}” is neither yes nor no. Write one of the two.")


class NumberCell(Cell[int]):
    """A record's number in the directory."""

    def read(self, text: str) -> int:
        """The number."""
        plain = text.translate(_DIGITS)
        if not re.fullmatch(r"\d{1,18}", plain):
            raise ValidationError(f"“{text[:40]}” is no number of a record. Leave the cell empty.")
        return int(plain)


class IdentifierCell(Cell[Identifier]):
    """An entry in the register `scheme`, checked by its check digits where it has them."""

    def __init__(self, scheme: str) -> None:
        super().__init__(longest=200)
        self.scheme = scheme

    def read(self, text: str) -> Identifier:
        """The identifier in the register's canonical spelling."""
        try:
            return Identifier(self.scheme, canonical_identifier(self.scheme, text))
        except BadInput as error:
            raise ValidationError(error.message) from None


class IdentifiersCell(Cell[Any]):
    """Entries in several registers, each with its register: lei: 5493…; vat: DE…."""

    longest = 4000

    def __init__(self, schemes: ClosedList[str]) -> None:
        super().__init__(longest=4000, lines=True)
        self.schemes = schemes

    def read(self, text: str) -> Any:
        """The identifiers in the order given, each once."""
        found = []
        for part in _SPLIT.split(text):
            scheme, colon, value = part.partition(":")
            if not part:
                continue
            if not colon:
                raise ValidationError(
                    f"“{part[:40]}” does not say which register it is of. Write it like"
                    " lei: 529900T8BM49AURSDO55."
                )
            try:
                register = self.schemes.find(scheme)
            except UnknownSpelling as error:
                raise ValidationError(str(error)) from None
            found.append(IdentifierCell(register).read(value.strip()))
        return tuple(dict.fromkeys(found))


class ZoneCell(Cell[str]):
    """A time zone by its name in the tz database."""

    def read(self, text: str) -> str:
        """The zone in its own spelling."""
        wanted = text.replace(" ", "_").casefold()
        for zone in available_timezones():
            if zone.casefold() == wanted:
                return zone
        raise ValidationError(f"“{text[:40]}” is no time zone. Write it like Europe/Paris.")

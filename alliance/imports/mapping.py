"""Which column means which field: guessed from headings, told by a file, or remembered."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as with_default
from typing import Any

from rapidfuzz import fuzz, process

from alliance.core.errors import BadInput
from alliance.imports.fields import FIELDS, Subject, folded_heading
from alliance.imports.headings import BESIDE_HEADINGS, CONTACT_HEADINGS, ORGANISATION_HEADINGS
from alliance.imports.known_files import KNOWN_FILES

_TRANSLATED_NAME = re.compile(r"^(?:organisation )?name(?: in)? (\w{2,3}|[a-z]{4,20})$")
_LANGUAGE_IN_HEADING = {
    "english": "en", "arabic": "ar", "french": "fr", "spanish": "es", "german": "de",
    "portuguese": "pt", "russian": "ru", "chinese": "zh", "italian": "it", "turkish": "tr",
    "en": "en", "ar": "ar", "fr": "fr", "es": "es", "de": "de", "pt": "pt", "ru": "ru", "zh": "zh",
    "it": "it", "tr": "tr", "uk": "uk", "pl": "pl", "el": "el", "nl": "nl", "ja": "ja", "ko": "ko",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What a column means. `detail` is a register's code or a language where the field needs one.

    `values` translates cells, compared without case and accents; with it, a cell that is not named
    counts as empty when `is_closed`. `label` is written before the value, for notes.
    """

    field: str
    detail: str | None = None
    values: Mapping[str, str] = with_default(default_factory=dict)
    is_closed: bool = False
    label: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The meaning of all columns. `unused` are headings that mean nothing; `defaults` by field."""

    columns: Mapping[str, ColumnRule]
    unused: tuple[str, ...] = ()
    defaults: Mapping[str, str] = with_default(default_factory=dict)
    origin: str = "guessed"

    def headers_of(self, name: str) -> list[str]:
        """The headings of the columns that give a field."""
        return [header for header, rule in self.columns.items() if rule.field == name]


def header_key(headers: Sequence[str]) -> str:
    """The key under which the mapping of a file with these headings is remembered."""
    joined = "\n".join(sorted(folded_heading(header) for header in headers if header))
    return hashlib.sha256(joined.encode()).hexdigest()


def choose_mapping(
    headers: Sequence[str],
    subject: Subject,
    *,
    told: Mapping[str, Any] | None = None,
    remembered: Mapping[str, Any] | None = None,
    schemes: Mapping[str, str] | None = None,
) -> ColumnMapping:
    """The mapping to use: as told for the columns that are named, else remembered, known, guessed.

    `told` and `remembered` are documents as in a mapping file; `schemes` gives registers by folded
    heading. Raises BadInput for twice the same heading, unknown fields, or no name column.
    """
    _refuse_twins(headers)
    document = dict(remembered or _known(headers) or {})
    origin = "remembered" if remembered else "known file" if document else "guessed"
    if told is not None:
        document, origin = dict(told), "mapping file"
    columns = _guessed(headers, subject, schemes or {})
    entries = document.get("columns", {k: v for k, v in document.items() if k != "defaults"})
    by_key = {folded_heading(header): header for header in headers}
    for heading, entry in _checked_entries(entries).items():
        header = by_key.get(folded_heading(heading))
        if header is None:
            continue
        columns.pop(header, None)
        if entry is not None:
            columns = _without_rivals(columns, entry)
            columns[header] = entry
    _refuse_absent(entries, by_key)
    mapping = ColumnMapping(
        {header: columns[header] for header in headers if header in columns},
        tuple(header for header in headers if header and header not in columns),
        {str(key): str(value) for key, value in document.get("defaults", {}).items()},
        origin,
    )
    _refuse_unusable(mapping, subject)
    return mapping


def read_mapping(text: str) -> dict[str, Any]:
    """The document of a mapping file. Raises BadInput when it is not JSON of the right shape."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise BadInput(f"The mapping file is not valid JSON: {error}.", field="mapping") from None
    if not isinstance(document, dict):
        raise BadInput(
            'The mapping file must be an object such as {"columns": {"Heading": "name"}}.',
            field="mapping",
        )
    _checked_entries(
        document.get("columns", {k: v for k, v in document.items() if k != "defaults"})
    )
    return document


def mapping_document(mapping: ColumnMapping) -> dict[str, Any]:
    """The mapping in the form of a mapping file, to be remembered or edited."""
    columns: dict[str, Any] = dict.fromkeys(mapping.unused)
    for header, rule in mapping.columns.items():
        entry = {
            "field": rule.field,
            "detail": rule.detail,
            "values": dict(rule.values),
            "only": rule.is_closed,
            "label": rule.label,
        }
        columns[header] = {key: value for key, value in entry.items() if value}
    return {"columns": columns, "defaults": dict(mapping.defaults)}


def _known(headers: Sequence[str]) -> Mapping[str, Any] | None:
    """The meaning of a file that three of four headings give away: people delete columns."""
    key = frozenset(folded_heading(header) for header in headers if header)
    return next(
        (file for names, file in KNOWN_FILES if len(names & key) * 4 >= len(names) * 3), None
    )


def _guessed(
    headers: Sequence[str], subject: Subject, schemes: Mapping[str, str]
) -> dict[str, ColumnRule]:
    columns: dict[str, ColumnRule] = {}
    taken: set[str] = set()
    has_person = False
    for header in headers:
        rule = _guess(folded_heading(header), subject, schemes)
        if rule is None:
            continue
        if subject is Subject.ORGANISATION:
            has_person = has_person or rule.field in ("first_name", "last_name", "contact_name")
            rule = _of_the_person(rule, has_person)
        if rule.field in taken and not FIELDS[rule.field].is_many:
            continue
        taken.add(rule.field)
        columns[header] = rule
    return _completed(columns, subject)


def _guess(key: str, subject: Subject, schemes: Mapping[str, str]) -> ColumnRule | None:
    if not key:
        return None
    if subject is Subject.CONTACT:
        found = CONTACT_HEADINGS.get(key)
        return ColumnRule(found) if found else None
    found = ORGANISATION_HEADINGS.get(key) or BESIDE_HEADINGS.get(key)
    if found:
        return ColumnRule(found)
    if key in schemes:
        return ColumnRule("identifier", schemes[key])
    translated = _TRANSLATED_NAME.match(key)
    language = _LANGUAGE_IN_HEADING.get(translated[1]) if translated else None
    return ColumnRule("translation", language) if language else None


def _of_the_person(rule: ColumnRule, has_person: bool) -> ColumnRule:
    """An e-mail or telephone that follows a person's name in the sheet is the person's."""
    if has_person and rule.field in ("email", "phone"):
        return ColumnRule(f"contact_{rule.field}")
    return rule


def _completed(columns: dict[str, ColumnRule], subject: Subject) -> dict[str, ColumnRule]:
    """A legal name serves as the name where no other does, and is otherwise left out."""
    fields = {rule.field for rule in columns.values()}
    legal = [header for header, rule in columns.items() if rule.field == "legal_name"]
    for header in legal:
        if "name" in fields:
            del columns[header]
        else:
            columns[header] = ColumnRule("name")
    if subject is Subject.CONTACT and {"first_name", "last_name"} & fields:
        return {header: rule for header, rule in columns.items() if rule.field != "contact_name"}
    return columns


def _without_rivals(columns: Mapping[str, ColumnRule], entry: ColumnRule) -> dict[str, ColumnRule]:
    """What a person says about a field replaces the guess that another column gives it."""
    if FIELDS[entry.field].is_many:
        return dict(columns)
    return {header: rule for header, rule in columns.items() if rule.field != entry.field}


def _checked_entries(entries: Any) -> dict[str, ColumnRule | None]:
    if not isinstance(entries, dict):
        raise BadInput('"columns" must be an object of headings.', field="mapping")
    return {str(heading): _entry(str(heading), entry) for heading, entry in entries.items()}


def _entry(heading: str, entry: Any) -> ColumnRule | None:
    if entry is None or entry == "":
        return None
    given = {"field": entry} if isinstance(entry, str) else entry
    name = given.get("field") if isinstance(given, dict) else None
    if not isinstance(name, str) or name not in FIELDS:
        near = process.extractOne(str(name), list(FIELDS), scorer=fuzz.ratio)
        hint = f" Did you mean “{near[0]}”?" if near and near[1] > 60 else ""
        raise BadInput(
            f"The mapping of “{heading}” names no field that exists: “{name}”.{hint} Fields are"
            f" {', '.join(FIELDS)}.",
            field="mapping",
        )
    values = given.get("values") or {}
    if not isinstance(values, dict):
        raise BadInput(f"The values of “{heading}” must be an object.", field="mapping")
    return ColumnRule(
        name,
        given.get("detail"),
        {folded_heading(str(key)): str(value or "") for key, value in values.items()},
        bool(given.get("only", False)),
        given.get("label"),
    )


def _refuse_twins(headers: Sequence[str]) -> None:
    seen: dict[str, str] = {}
    for header in headers:
        key = folded_heading(header)
        if key and key in seen:
            raise BadInput(
                f"Two columns are called “{header}”. Rename one of them, or delete it.",
                field=header,
            )
        seen[key] = header


def _refuse_absent(entries: Mapping[str, Any], by_key: Mapping[str, str]) -> None:
    absent = [heading for heading in entries if folded_heading(heading) not in by_key]
    if absent and len(absent) == len(entries):
        raise BadInput(
            f"The mapping names columns that the file does not have: {', '.join(absent)}.",
            field="mapping",
        )


def _refuse_unusable(mapping: ColumnMapping, subject: Subject) -> None:
    fields = {rule.field for rule in mapping.columns.values()}
    seen = ", ".join(f"“{header}”" for header in (*mapping.columns, *mapping.unused)) or "none"
    if subject is Subject.ORGANISATION and "name" not in fields:
        raise BadInput(
            f"No column gives the organisation's name. The headings are {seen}. Call one of them"
            " “Name”, or say which it is.",
            field="name",
        )
    if subject is Subject.CONTACT and not fields & {"contact_name", "last_name", "first_name"}:
        raise BadInput(
            f"No column gives the contact's name. The headings are {seen}. Call one of them “Name”,"
            " or say which it is.",
            field="contact_name",
        )
    if subject is Subject.CONTACT and not fields & {"organisation_reference", "organisation_name"}:
        raise BadInput(
            f"No column says for which organisation a contact works. The headings are {seen}. Call"
            " one of them “Organisation ref” or “Organisation”, or say which it is.",
            field="organisation_reference",
        )

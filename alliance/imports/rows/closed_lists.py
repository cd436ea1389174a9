"""Closed lists as people spell their entries; what is not in them is never guessed."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from babel import Locale
from rapidfuzz import fuzz, process

from alliance.directory.rules.reference import Reference, label_of
from alliance.imports.fields import folded_heading

Value = TypeVar("Value", bound=Hashable)

_LANGUAGES = "en ar fr es pt ru zh de"
# Codes that people write for a language though they are a country's.
_LANGUAGE_ALIASES = {"gr": "el", "cz": "cs", "jp": "ja", "cn": "zh", "dk": "da", "se": "sv"}
_NEAR = 70


class UnknownSpelling(ValueError):
    """A spelling that is not in the list; the message names the nearest one where there is one."""


@dataclass(frozen=True)
class ClosedList(Generic[Value]):
    """The values of a list by every folded spelling. `name` is its name in a sentence, plural."""

    name: str
    by_spelling: Mapping[str, Value]
    labels: Mapping[str, str]

    def find(self, text: str) -> Value:
        """The value that is spelled so. Raises UnknownSpelling."""
        key = folded_heading(text)
        if key in self.by_spelling:
            return self.by_spelling[key]
        raise UnknownSpelling(self._remedy(text, key))

    def _remedy(self, text: str, key: str) -> str:
        near = process.extractOne(
            key, self.by_spelling.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR
        )
        shown = text if len(text) <= 60 else f"{text[:57]}..."
        hint = f" Did you mean “{self.labels[near[0]]}”?" if near else ""
        return f"“{shown}” is not in the list of {self.name}.{hint} Correct the cell."


@dataclass(frozen=True)
class ReferenceLists:
    """The closed lists that cells of a file are looked up in.

    `categories` also knows kinds of body: it gives (category, kind of body or None). `body_kinds`
    is the same list, in which a spelling that both have means the kind of body.
    """

    countries: ClosedList[str]
    categories: ClosedList[tuple[str, str | None]]
    body_kinds: ClosedList[tuple[str, str | None]]
    sectors: ClosedList[int]
    roles: ClosedList[str]
    languages: ClosedList[str]
    schemes: ClosedList[str]

    @classmethod
    def of(cls, reference: Reference) -> "ReferenceLists":
        """The lists with all their spellings in every language."""
        return cls(
            _countries(reference),
            _listed("categories", (*_categories(reference), *_body_kinds(reference))),
            _listed("kinds of body", (*_body_kinds(reference), *_categories(reference))),
            _listed(
                "sectors",
                (
                    (
                        term.id,
                        label_of(term.names, "en"),
                        (*term.names.values(), *term.aliases, term.slug),
                    )
                    # A retired sector may still stand in a file that was exported before.
                    for term in sorted(
                        reference.sectors.values(), key=lambda one: one.retired_on is not None
                    )
                ),
            ),
            _listed(
                "roles",
                (
                    (
                        term.code,
                        label_of(term.names, "en"),
                        (*term.names.values(), *term.aliases, term.code),
                    )
                    for term in reference.roles.values()
                ),
            ),
            _languages(),
            _listed(
                "registers",
                (
                    (
                        term.code,
                        label_of(term.names, "en"),
                        (*term.names.values(), *term.aliases, term.code),
                    )
                    for term in reference.schemes.values()
                ),
            ),
        )


def _listed(name: str, entries: Iterable[tuple[Value, str, Iterable[str]]]) -> ClosedList[Value]:
    values: dict[str, Value] = {}
    labels: dict[str, str] = {}
    for value, label, spellings in entries:
        for spelling in spellings:
            key = folded_heading(spelling)
            if key and key not in values:
                values[key], labels[key] = value, label
    return ClosedList(name, values, labels)


def _countries(reference: Reference) -> ClosedList[str]:
    """Countries by their names, other spellings and codes of two and three letters."""
    return _listed(
        "countries",
        (
            (
                term.code,
                label_of(term.names, "en"),
                (*term.names.values(), *term.aliases, term.code, term.alpha3 or ""),
            )
            for term in reference.countries.values()
        ),
    )


_Category = tuple[tuple[str, str | None], str, tuple[str, ...]]


def _categories(reference: Reference) -> list[_Category]:
    return [
        (
            (term.code, None),
            label_of(term.names, "en"),
            (*term.names.values(), *term.plurals.values(), *term.aliases, term.code),
        )
        for term in reference.categories.values()
    ]


def _body_kinds(reference: Reference) -> list[_Category]:
    return [
        (
            (term.category, term.code),
            label_of(term.names, "en"),
            (*term.names.values(), *term.aliases, term.code),
        )
        for term in reference.body_kinds.values()
    ]


def _languages() -> ClosedList[str]:
    """Languages by their code and by their name in the languages that are imported."""
    spellings: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    for shown_in in _LANGUAGES.split():
        for code, name in Locale.parse(shown_in).languages.items():
            if "_" not in code:
                spellings.setdefault(code, [code]).append(name)
                labels.setdefault(code, name)
    for alias, code in _LANGUAGE_ALIASES.items():
        if alias not in spellings:
            spellings[code].append(alias)
    return _listed("languages", ((code, labels[code], names) for code, names in spellings.items()))

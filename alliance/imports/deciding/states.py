"""Governments by the many names of their countries: “Republic of Kenya” is “Kenya”."""

import re
from collections.abc import Iterable, Mapping

from alliance.directory.rules.reference import Reference
from alliance.imports.matching.names import folded
from alliance.imports.matching.organisations import Likeness, OrganisationFacts

GOVERNMENT = "government"
_SCORE = 0.95
_REASON = "government of the same country, by another of its names"
_BEFORE = re.compile(
    r"^(the )?(national )?(government|state|gouvernement|gobierno|governo|regierung)"
    r"( of| de| del| du| da| do| von)?( the| la| le| l)? "
)


class States:
    """The governments of the directory that are called like their countries."""

    def __init__(self, known: Iterable[OrganisationFacts], reference: Reference) -> None:
        self._names: Mapping[str, frozenset[str]] = {
            code: frozenset(folded(name) for name in (*term.names.values(), *term.aliases))
            for code, term in reference.countries.items()
        }
        self._stored = {
            one.country: one.key for one in known if one.country and self._is_state(one)
        }

    def likeness(self, row: OrganisationFacts) -> Likeness | None:
        """The stored government of which the row gives another name, for a person to decide."""
        stored = self._stored.get(row.country)
        if stored is None or not self._is_state(row):
            return None
        return Likeness(stored, _SCORE, _REASON)

    def _is_state(self, one: OrganisationFacts) -> bool:
        names = self._names.get(one.country, frozenset())
        name = folded(one.name)
        return one.category == GOVERNMENT and (name in names or _BEFORE.sub("", name) in names)

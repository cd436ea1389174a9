"""Files whose columns are known beforehand, by the set of their headings."""

from collections.abc import Mapping
from typing import Any

from alliance.imports.fields import folded_heading

# The list of an alliance's members with the evidence for each: `as_of` is when it was seen as a
# member, so it joined on the first of those days at the latest.
_MEMBERS_WITH_EVIDENCE: Mapping[str, Any] = {
    "columns": {
        "name": "name",
        "category": "category",
        "country": "country",
        "website": "website",
        "source": "source",
        "evidence": {"field": "notes", "label": "Evidence"},
        "as_of": "seen_on",
        "taskforce": {"field": "notes", "label": "Taskforce"},
        "founding_2012": {"field": "joined_on", "values": {"yes": "2012-12-05"}, "only": True},
        "note": "notes",
    }
}

KNOWN_FILES: tuple[tuple[frozenset[str], Mapping[str, Any]], ...] = tuple(
    (frozenset(map(folded_heading, file["columns"])), file) for file in (_MEMBERS_WITH_EVIDENCE,)
)

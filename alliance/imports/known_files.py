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

# The open data that the directory itself writes, so that it can be edited and read again.
_OPEN_DATA: Mapping[str, Any] = {
    "columns": {
        "id": "id",
        "slug": "slug",
        "name": "name",
        "name_language": "language",
        "category": "category",
        "body_kind": "body_kind",
        "country": "country",
        "country_name": None,
        "countries": "countries",
        "city": "city",
        "website": "website",
        "description": "description",
        "sectors": "sectors",
        "acronym": "acronym",
        "other_names": None,
        "member_since": "joined_on",
        "member_since_precision": None,
        "member_since_at_latest": "is_at_latest",
        "address": None,
    }
}

KNOWN_FILES: tuple[tuple[frozenset[str], Mapping[str, Any]], ...] = tuple(
    (frozenset(map(folded_heading, file["columns"])), file)
    for file in (_MEMBERS_WITH_EVIDENCE, _OPEN_DATA)
)

"""The members as open data: which columns there are and what stands in them, for CSV and JSON.

Columns are only ever added, at the end: programs of others read these files.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from alliance.directory.rules.reference import Reference, label_of

COLUMNS: Final = (
    "id",
    "slug",
    "name",
    "name_language",
    "category",
    "body_kind",
    "country",
    "country_name",
    "countries",
    "city",
    "website",
    "description",
    "sectors",
    "acronym",
    "other_names",
    "member_since",
    "member_since_precision",
    "member_since_at_latest",
    "address",
)
SEPARATOR: Final = "; "

# A programme for tables may run a cell that begins with one of these, also in their wide forms.
_FORMULA_STARTS: Final = frozenset("=+-@|\t\r\n")
_LENGTHS: Final = {"day": 10, "month": 7, "year": 4}


def open_row(
    document: Mapping[str, Any], reference: Reference, *, day: date, base_url: str
) -> dict[str, Any]:
    """One member as JSON values by column, from its public document, as it stood on `day`.

    `base_url` begins the address of the member's page. `member_since` is as exact as it is known:
    2012, 2012-12 or 2012-12-05.
    """
    country = reference.countries.get(document.get("country") or "")
    names = document.get("names") or ()
    membership = membership_on(document, day) or {}
    precision = membership.get("precision")
    return {
        "id": document["id"],
        "slug": document["slug"],
        "name": document["name"],
        "name_language": document.get("language"),
        "category": document["category"],
        "body_kind": document.get("body_kind"),
        "country": document.get("country"),
        "country_name": label_of(country.names, "en") if country else None,
        "countries": list(document.get("countries") or ()),
        "city": document.get("city"),
        "website": document.get("website"),
        "description": document.get("description"),
        "sectors": list(document.get("sectors") or ()),
        "acronym": next((one["text"] for one in names if one["kind"] == "acronym"), None),
        "other_names": [
            {"kind": one["kind"], "text": one["text"], "language": one.get("language")}
            for one in names
        ],
        "member_since": shortened(membership["joined_on"], precision) if membership else None,
        "member_since_precision": precision,
        "member_since_at_latest": membership.get("is_at_latest"),
        "address": f"{base_url}/members/{document['slug']}",
    }


def open_head(
    *, source: str, licence: str, licence_url: str, day: date, base_url: str
) -> dict[str, Any]:
    """What a JSON file says of itself: whose members of which day, and on what terms."""
    return {
        "source": source,
        "as_of": day.isoformat(),
        "licence": {"name": licence, "url": licence_url},
        "codebook": f"{base_url}/members/codebook",
    }


def membership_on(document: Mapping[str, Any], day: date) -> Mapping[str, Any] | None:
    """The stretch of membership that covers `day`, or None when there was none."""
    at = day.isoformat()
    found: Mapping[str, Any]
    for found in document["memberships"]:
        if found["joined_on"] <= at and (found["ended_on"] is None or at < found["ended_on"]):
            return found
    return None


def shortened(day: str, precision: str | None) -> str:
    """An ISO day cut to what is known of it: 2012, 2012-12 or 2012-12-05."""
    return day[: _LENGTHS.get(precision or "day", 10)]


def as_csv(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A CSV file line by line (RFC 4180), so that it never lies in memory as a whole."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row[column]) for column in COLUMNS])
        yield _taken(buffer)
    yield _taken(buffer)


def as_json(rows: Iterable[Mapping[str, Any]], head: Mapping[str, Any]) -> Iterator[str]:
    """A JSON document piece by piece: the values of `head`, then `members` with a row each line."""
    opening = json.dumps({**head, "members": []}, ensure_ascii=False)
    yield opening[:-2]
    between = "\n"
    for row in rows:
        yield between + json.dumps(row, ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a table programme would take it for a formula."""
    if text[:1].isalnum():
        # So do nearly all texts begin, and no letter or digit hides what starts a formula.
        return text
    bare = unicodedata.normalize("NFKC", text).lstrip(" \u00a0\u200b\ufeff")
    return f"'{text}" if bare[:1] in _FORMULA_STARTS and bare else text


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = SEPARATOR.join(one["text"] if isinstance(one, Mapping) else one for one in value)
    return harmless(value) if isinstance(value, str) else str(value)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text

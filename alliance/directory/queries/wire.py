"""Public documents as the text they are stored as: what machines are sent is not taken apart."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.directory.queries.search import Version

# The version comes along, so that what the caller remembers of the directory is known to be of the
# same state without a statement of its own.
_AFTER = Read("""
    SELECT page.organisation_id AS id, page.slug, page.document, clock.version, clock.written_by
    FROM (
        SELECT coalesce(max(version), 0) AS version,
            coalesce(max(xmin::text::bigint), 0) AS written_by
        FROM history_clock WHERE subject = 'directory'
    ) AS clock LEFT JOIN LATERAL (
        SELECT organisation_id, slug, CAST(document AS text) AS document FROM listings
        WHERE organisation_id > CAST(:after AS bigint) AND periods @> CAST(:day AS date)
        ORDER BY organisation_id LIMIT CAST(:limit AS bigint)
    ) AS page ON true
    ORDER BY page.organisation_id
""")
_AMONG = Read("""
    SELECT organisation_id, slug, CAST(document AS text) FROM listings
    WHERE organisation_id = ANY(CAST(:ids AS bigint[])) AND periods @> CAST(:day AS date)
    ORDER BY organisation_id
""")
_ONE = Read("""
    SELECT organisation_id, slug, CAST(document AS text) FROM listings
    WHERE organisation_id = :id AND periods @> CAST(:day AS date)
""")
_AT = Read("""
    SELECT organisation_id, slug, CAST(document AS text) FROM listings
    WHERE (slug = :slug OR organisation_id =
        (SELECT f.organisation_id FROM former_slugs f WHERE f.slug = :slug))
        AND periods @> CAST(:day AS date)
    ORDER BY slug = :slug DESC LIMIT 1
""")


class WireRow(NamedTuple):
    """One organisation: its public document as the text of a JSON object."""

    id: int
    slug: str
    document: str


def documents_after(
    session: Session, *, day: date, after: int, limit: int
) -> tuple[Version, Sequence[Any]]:
    """The members on `day` with an id above `after`, by id, at most `limit`, in one statement.

    Each row begins like a WireRow. The version is that of the directory they were read from.
    """
    found = _AFTER.rows(session, day=day, after=after, limit=limit)
    id, _, _, number, written_by = found[0]
    # Without members there is still one row, which tells the version and nothing else.
    return Version(number, written_by), found if id is not None else []


def documents_among(session: Session, ids: Sequence[int], *, day: date) -> list[WireRow]:
    """Those of these organisations that are members on `day`, by id."""
    return [WireRow(*row) for row in _AMONG.rows(session, ids=list(ids), day=day)]


def find_document(session: Session, id: int, *, day: date) -> WireRow | None:
    """The member on `day` with this id, or None."""
    row = _ONE.first(session, id=id, day=day)
    return WireRow(*row) if row else None


def find_document_at(session: Session, slug: str, *, day: date) -> WireRow | None:
    """The member on `day` whose page has, or once had, this address; or None."""
    # No address holds a zero character, and the database cannot be asked for one.
    row = _AT.first(session, slug=slug, day=day) if "\0" not in slug else None
    return WireRow(*row) if row else None

"""Public documents as the text they are stored as: what machines are sent is not taken apart."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.directory.queries.search import Version

# The version comes along, so that what the caller remembers of the directory is known to be of the
# same state without a statement of its own.
_AFTER = text("""
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
_AMONG = text("""
    SELECT organisation_id, slug, CAST(document AS text) FROM listings
    WHERE organisation_id = ANY(CAST(:ids AS bigint[])) AND periods @> CAST(:day AS date)
    ORDER BY organisation_id
""")
_ONE = text("""
    SELECT organisation_id, slug, CAST(document AS text) FROM listings
    WHERE organisation_id = :id AND periods @> CAST(:day AS date)
""")
_AT = text("""
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
    found = session.execute(_AFTER, {"day": day, "after": after, "limit": limit}).all()
    version = Version(found[0].version, found[0].written_by)
    # Without members there is still one row, which tells the version and nothing else.
    return version, found if found[0].id is not None else []


def documents_among(session: Session, ids: Sequence[int], *, day: date) -> list[WireRow]:
    """Those of these organisations that are members on `day`, by id."""
    found = session.execute(_AMONG, {"ids": list(ids), "day": day})
    return [WireRow(*row) for row in found]


def find_document(session: Session, id: int, *, day: date) -> WireRow | None:
    """The member on `day` with this id, or None."""
    row = session.execute(_ONE, {"id": id, "day": day}).first()
    return WireRow(*row) if row else None


def find_document_at(session: Session, slug: str, *, day: date) -> WireRow | None:
    """The member on `day` whose page has, or once had, this address; or None."""
    row = session.execute(_AT, {"slug": slug, "day": day}).first()
    return WireRow(*row) if row else None

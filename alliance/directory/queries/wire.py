"""Public documents as the text they are stored as: what machines are sent is not taken apart."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

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

"""Reading single listings and streams of them: the organisation's page, downloads, the sitemap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.directory.queries.search import Version

_BATCH = 500

# A former address leads on only while the organisation is listed, so that it tells nothing else.
_PAGE = Read("""
    SELECT l.slug, l.document,
      (SELECT ARRAY[coalesce(sum(version), 0)::bigint, coalesce(max(xmin::text::bigint), 0)]
         FROM history_clock WHERE subject = 'directory'),
      (SELECT jsonb_build_array(p.slug, p.name, p.language)
         FROM listings p WHERE p.organisation_id = CAST(l.document ->> 'parent_id' AS bigint)),
      (SELECT jsonb_build_array(m.slug, m.name, m.language)
         FROM listings m
        WHERE m.organisation_id = CAST(l.document ->> 'merged_into_id' AS bigint)),
      (SELECT jsonb_agg(jsonb_build_array(c.slug, c.name, c.language)
                        ORDER BY c.sort_key, c.organisation_id)
         FROM organisations o JOIN listings c ON c.organisation_id = o.id
        WHERE o.parent_id = l.organisation_id AND c.document ? 'parent_id')
    FROM listings l
    WHERE l.slug = :slug OR l.organisation_id =
      (SELECT f.organisation_id FROM former_slugs f WHERE f.slug = :slug)
    ORDER BY l.slug = :slug DESC LIMIT 1
""")

_DOCUMENTS = Read("""
    SELECT l.document
    FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted(id, position)
    JOIN listings l ON l.organisation_id = wanted.id
    ORDER BY wanted.position
""")

_SLUGS = Read("""
    SELECT slug FROM listings WHERE joined_on <= :today
    ORDER BY organisation_id OFFSET :offset LIMIT :limit
""")

_BRIEF = Read("""
    SELECT l.slug, l.name, l.language, l.category, l.country, l.joined_on, l.joined_precision,
      l.is_at_latest
    FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted(id, position)
    JOIN listings l ON l.organisation_id = wanted.id
    ORDER BY wanted.position
""")


class BriefListing(NamedTuple):
    """An organisation as short lists show it; the day is that of its first membership."""

    slug: str
    name: str
    language: str | None
    category: str
    country: str | None
    joined_on: date
    precision: str
    is_at_latest: bool


@dataclass(frozen=True, slots=True)
class Related:
    """Another listed organisation, as much of it as a link needs."""

    slug: str
    name: str
    language: str | None


@dataclass(frozen=True, slots=True)
class ListingPage:
    """Everything the public page of one organisation shows. `slug` is its present address.

    `version` is the state of the directory it was read from.
    """

    slug: str
    version: Version
    document: Mapping[str, Any]
    parent: Related | None
    merged_into: Related | None
    parts: tuple[Related, ...]


def find_listing(session: Session, slug: str) -> ListingPage | None:
    """The organisation at this address, present or former, in one statement; None without one."""
    # No address holds a zero character, and the database cannot be asked for one.
    row = _PAGE.first(session, slug=slug) if "\0" not in slug else None
    if row is None:
        return None
    found, document, version, parent, merged_into, parts = row
    return ListingPage(
        slug=found,
        version=Version(*version),
        document=document,
        parent=Related(*parent) if parent else None,
        merged_into=Related(*merged_into) if merged_into else None,
        parts=tuple(Related(*one) for one in parts or ()),
    )


def documents_of(session: Session, ids: Sequence[int]) -> Iterator[Mapping[str, Any]]:
    """The public documents of these organisations in the given order, read as they are asked for.

    Organisations that are no longer listed are left out.
    """
    for start in range(0, len(ids), _BATCH):
        yield from _DOCUMENTS.column(session, ids=list(ids[start : start + _BATCH]))


def listed_slugs(session: Session, *, today: date, offset: int, limit: int) -> list[str]:
    """The addresses of organisations that are or were members, in a lasting order."""
    return _SLUGS.column(session, today=today, offset=offset, limit=limit)


def brief_listings(session: Session, ids: Sequence[int]) -> list[BriefListing]:
    """These organisations in the given order; those no longer listed are left out."""
    return [BriefListing(*row) for row in _BRIEF.rows(session, ids=list(ids))]

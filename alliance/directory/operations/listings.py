"""Keeping the public projection and its search words true."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from alliance.core.db import copy_in
from alliance.core.events import announce
from alliance.core.settings import alliance_settings
from alliance.directory.events import DirectoryChanged
from alliance.directory.models import Listing, ListingWord, Organisation, Sector
from alliance.directory.queries.records import among, records_of
from alliance.directory.rules.listing import ListingValues, defaults_from, project
from alliance.directory.rules.records import OrganisationRecord
from alliance.directory.rules.searching import deletions

_BATCH = 5_000

_FORGET_WORDS = text(
    "WITH gone AS (DELETE FROM listing_words WHERE organisation_id = ANY(:ids) RETURNING word)"
    " SELECT DISTINCT word FROM gone"
)
# A word that no name has any more must not be offered as a correction.
_FORGET_VARIANTS = text(
    "DELETE FROM search_variants v WHERE v.word = ANY(:words)"
    " AND NOT EXISTS (SELECT FROM listing_words w WHERE w.word = v.word)"
)
# In the order of the words, so that two transactions that learn the same words do not deadlock.
_LEARN_VARIANTS = text(
    "INSERT INTO search_variants (word, variant)"
    " SELECT word, variant FROM unnest(CAST(:words AS text[]), CAST(:variants AS text[]))"
    " AS made(word, variant) ORDER BY word, variant ON CONFLICT DO NOTHING"
)
# A number of somebody who is not listed would tell that there is somebody. Whoever points at one of
# these organisations is looked at too, for they may have become listed, or be so no longer.
_TELL_OF_LISTED_RELATIVES = text("""
    UPDATE listings AS own SET document = told.document
    FROM (
        SELECT child.id, (l.document - 'parent_id' - 'merged_into_id') || jsonb_strip_nulls(
            jsonb_build_object('parent_id', parent.organisation_id,
                               'merged_into_id', successor.organisation_id)) AS document
        FROM organisations AS child JOIN listings AS l ON l.organisation_id = child.id
        LEFT JOIN listings AS parent ON parent.organisation_id = child.parent_id
            AND coalesce(child.visibility ->> 'parent_id', :default) = 'public'
        LEFT JOIN listings AS successor ON successor.organisation_id = child.merged_into_id
        WHERE (child.parent_id IS NOT NULL OR child.merged_into_id IS NOT NULL)
            AND (child.id = ANY(:ids) OR child.parent_id = ANY(:ids)
                 OR child.merged_into_id = ANY(:ids))
    ) AS told
    WHERE own.organisation_id = told.id AND own.document <> told.document
""")


def refresh_listings(session: Session, records: Sequence[OrganisationRecord]) -> None:
    """Make the projection of these organisations what their documents, all stored by now, say."""
    slugs = {row.id: row.slug for row in session.execute(select(Sector.id, Sector.slug))}
    defaults = defaults_from(alliance_settings(session).visibility)
    for start in range(0, len(records), _BATCH):
        part = records[start : start + _BATCH]
        forgotten = forget_listings(session, [one.id for one in part if one.id is not None])
        projected = (project(one, sector_slugs=slugs, defaults=defaults) for one in part)
        _store(session, [values for values in projected if values is not None])
        forget_variants(session, forgotten)
    tell_of_relatives(session, [one.id for one in records if one.id is not None])


def tell_of_relatives(session: Session, ids: Sequence[int]) -> None:
    """Name in public documents the parents and successors that are listed, and no others.

    `ids`: the organisations that were changed, added or taken out.
    """
    default = defaults_from(alliance_settings(session).visibility)["parent_id"].value
    session.execute(_TELL_OF_LISTED_RELATIVES, {"ids": list(ids), "default": default})


def rebuild_listings(session: Session) -> int:
    """Make the whole projection anew; returns the number of organisations looked at."""
    ids = list(session.scalars(select(Organisation.id).order_by(Organisation.id)))
    for start in range(0, len(ids), _BATCH):
        known = records_of(session, ids[start : start + _BATCH])
        refresh_listings(session, list(known.values()))
    announce(session, DirectoryChanged())
    return len(ids)


def forget_listings(session: Session, ids: Sequence[int]) -> list[str]:
    """Take these organisations out of the projection; returns the words they were found by."""
    words = list(session.scalars(_FORGET_WORDS, {"ids": list(ids)}))
    session.execute(delete(Listing).where(among(Listing.organisation_id, ids)))
    return words


def forget_variants(session: Session, words: Sequence[str]) -> None:
    """Drop the misspellings of those words that no listing has any more."""
    if words:
        session.execute(_FORGET_VARIANTS, {"words": list(words)})


def _store(session: Session, listings: Sequence[ListingValues]) -> None:
    copy_in(session, Listing.__table__, map(_row, listings))
    copy_in(session, ListingWord.__table__, _words(listings))
    learnt = {word for values in listings for word, _ in values.words}
    made = [(word, variant) for word in learnt for variant in deletions(word)]
    if made:
        words, variants = zip(*made, strict=True)
        session.execute(_LEARN_VARIANTS, {"words": list(words), "variants": list(variants)})


def _words(listings: Sequence[ListingValues]) -> Iterator[dict[str, Any]]:
    for values in listings:
        for word, kind in sorted(values.words):
            yield {"word": word, "organisation_id": values.organisation_id, "kind": kind}


def _row(values: ListingValues) -> dict[str, Any]:
    periods = ",".join(f"[{first},{after or ''})" for first, after in values.periods)
    return {
        "organisation_id": values.organisation_id,
        "slug": values.slug,
        "name": values.name,
        "language": values.language,
        "sort_key": values.sort_key,
        "folded": values.folded,
        "category": values.category,
        "country": values.country,
        "sector_ids": list(values.sector_ids),
        "summary": values.summary,
        "logo": values.logo,
        "joined_on": values.first.joined_on,
        "joined_precision": values.first.precision,
        "is_at_latest": values.first.is_at_latest,
        "periods": f"{{{periods}}}",
        "other_names": [list(one) for one in values.other_names],
        "document": dict(values.document),
        "description_words": _vector(values.description_words),
    }


def _vector(words: Collection[str]) -> str:
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in sorted(words))
    return " ".join(f"'{word}'" for word in quoted)

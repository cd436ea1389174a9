"""Addresses of organisations: readable, unique, and never lost by a rename."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import ARRAY, Text, any_, literal, select, union_all
from sqlalchemy.orm import Session

from alliance.core.text import slugify
from alliance.directory.models import FormerSlug, Organisation
from alliance.directory.rules.records import OrganisationRecord

# Pages of our own that stand beside those of organisations.
RESERVED = frozenset({"codebook"})


def give_slugs(
    session: Session,
    records: Sequence[OrganisationRecord],
    known: Mapping[int, OrganisationRecord],
) -> list[OrganisationRecord]:
    """Give a slug to each record that needs one: a new one, or one whose name has changed.

    A slug given by the caller is kept. A renamed organisation's old slug joins `former_slugs`.
    """
    needing = {
        position: _candidates(one)
        for position, one in enumerate(records)
        if _needs_slug(one, known.get(one.id or 0))
    }
    owners = _owners(session, [slug for slugs in needing.values() for slug in slugs])
    given = list(records)
    for position, candidates in needing.items():
        one = records[position]
        slug = next(slug for slug in candidates if owners.get(slug, one.id) == one.id)
        owners[slug] = one.id
        given[position] = _with_slug(one, slug)
    return given


def _needs_slug(one: OrganisationRecord, before: OrganisationRecord | None) -> bool:
    if one.slug is None:
        return True
    return before is not None and one.slug == before.slug and one.name != before.name


def _candidates(one: OrganisationRecord) -> list[str]:
    base = slugify(one.name)
    by_country = [f"{base}-{one.country.lower()}"] if one.country else []
    free = [] if base in RESERVED else [base]
    return [*free, *by_country, f"{base}-{one.id}"]


def _with_slug(one: OrganisationRecord, slug: str) -> OrganisationRecord:
    former = set(one.former_slugs) | ({one.slug} if one.slug else set())
    return replace(one, slug=slug, former_slugs=tuple(sorted(former - {slug})))


def _owners(session: Session, slugs: Sequence[str]) -> dict[str, int | None]:
    if not slugs:
        return {}
    wanted = literal(sorted(set(slugs)), ARRAY(Text))
    return {
        row.slug: row.owner
        for row in session.execute(
            union_all(
                select(FormerSlug.slug, FormerSlug.organisation_id.label("owner")).where(
                    FormerSlug.slug == any_(wanted)
                ),
                select(Organisation.slug, Organisation.id.label("owner")).where(
                    Organisation.slug == any_(wanted)
                ),
            )
        )
    }

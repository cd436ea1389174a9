"""What of an organisation the public may see: the one function that feeds pages, search and API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from alliance.core.text import fold, search_words, sort_key
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import Membership, OrganisationRecord, Visibility

# Who sees a field unless the organisation's own `visibility` says otherwise. A field that is not
# named here is for the secretariat.
DEFAULT_VISIBILITY: Mapping[str, Visibility] = MappingProxyType(
    dict.fromkeys(
        (
            "body_kind",
            "country",
            "countries",
            "city",
            "website",
            "description",
            "sectors",
            "names",
            "identifiers",
            "logo",
            "parent_id",
        ),
        Visibility.PUBLIC,
    )
)
# What it means to be listed: without these there is nothing to show.
ALWAYS_PUBLIC = ("name", "category", "language", "dissolved_on", "merged_into_id")

OFFICIAL_NAME, OTHER_NAME = 1, 2
SUMMARY_LENGTH = 220


@dataclass(frozen=True, slots=True)
class ListingValues:
    """One row of the public projection and its search words as (word, kind)."""

    organisation_id: int
    slug: str
    name: str
    language: str | None
    sort_key: str
    folded: str
    category: str
    country: str | None
    sector_ids: tuple[int, ...]
    summary: str | None
    logo: str | None
    first: Membership
    periods: tuple[tuple[date, date | None], ...]
    other_names: tuple[tuple[str, str, str | None], ...]
    document: Mapping[str, Any]
    description_words: frozenset[str]
    words: frozenset[tuple[str, int]]


def defaults_from(chosen: Iterable[tuple[str, str]]) -> Mapping[str, Visibility]:
    """Who sees a field in this alliance: what is usual, and what its settings say otherwise."""
    return {**DEFAULT_VISIBILITY, **{field: Visibility(level) for field, level in chosen}}


def visibility_of(
    record: OrganisationRecord,
    field: str,
    defaults: Mapping[str, Visibility] = DEFAULT_VISIBILITY,
) -> Visibility:
    """Who may see `field` of this organisation; defaults: as `defaults_from` gives them."""
    if field in ALWAYS_PUBLIC:
        return Visibility.PUBLIC
    default = defaults.get(field, Visibility.SECRETARIAT)
    return record.visibility.get(field, default)


def project(
    record: OrganisationRecord,
    *,
    sector_slugs: Mapping[int, str],
    defaults: Mapping[str, Visibility] = DEFAULT_VISIBILITY,
) -> ListingValues | None:
    """The public face of an organisation, or None when it has none.

    It has none when it is not to be listed, was put away or deleted, or was never a member.
    Membership ends, at the latest, on the day the organisation was dissolved. Raises KeyError for a
    sector that does not exist.
    """
    periods = listed_periods(record)
    is_away = record.archived_on is not None or record.delete_on is not None
    if is_away or not record.is_listed or not periods or record.id is None or record.slug is None:
        return None
    public = _public_fields(record, defaults)
    sectors = public.pop("sectors", [])
    shown = {"id": record.id, "slug": record.slug, **public}
    shown["sectors"] = [sector_slugs[one] for one in sectors]
    shown["memberships"] = [_shown_membership(one) for one in _by_day(record.memberships)]
    other_names = tuple(
        (one["kind"], one["text"], one.get("language")) for one in public.get("names", ())
    )
    description = public.get("description")
    words = {(word, OFFICIAL_NAME) for word in search_words(record.name)}
    for _, text, _ in other_names:
        words.update((word, OTHER_NAME) for word in search_words(text))
    told = " ".join(filter(None, (description, public.get("city"))))
    return ListingValues(
        organisation_id=record.id,
        slug=record.slug,
        name=record.name,
        language=record.language,
        sort_key=sort_key(record.name),
        folded=fold(record.name),
        category=record.category,
        country=public.get("country"),
        sector_ids=tuple(sectors),
        summary=_summary(description),
        logo=public.get("logo"),
        first=_by_day(record.memberships)[0],
        periods=periods,
        other_names=other_names,
        document=shown,
        description_words=search_words(told) if told else frozenset(),
        words=frozenset(words),
    )


def listed_periods(record: OrganisationRecord) -> tuple[tuple[date, date | None], ...]:
    """The days of membership as (first day, day after the last or None), in order, none empty."""
    found = []
    for one in _by_day(record.memberships):
        ends = [day for day in (one.ended_on, record.dissolved_on) if day is not None]
        end = min(ends) if ends else None
        if end is None or end > one.joined_on:
            found.append((one.joined_on, end))
    return tuple(found)


def _public_fields(
    record: OrganisationRecord, defaults: Mapping[str, Visibility]
) -> dict[str, Any]:
    return {
        field: value
        for field, value in document(record).items()
        if field in ALWAYS_PUBLIC
        or (
            field in DEFAULT_VISIBILITY
            and visibility_of(record, field, defaults) is Visibility.PUBLIC
        )
    }


def _by_day(memberships: tuple[Membership, ...]) -> list[Membership]:
    return sorted(memberships, key=lambda one: one.joined_on)


def _shown_membership(one: Membership) -> dict[str, Any]:
    return {
        "joined_on": one.joined_on.isoformat(),
        "precision": one.precision.value,
        "is_at_latest": one.is_at_latest,
        "ended_on": one.ended_on.isoformat() if one.ended_on else None,
    }


def _summary(description: str | None) -> str | None:
    if not description or len(description) <= SUMMARY_LENGTH:
        return description
    cut = description[:SUMMARY_LENGTH].rsplit(None, 1)[0]
    return f"{cut.rstrip('.,;: ')}…"

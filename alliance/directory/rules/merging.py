"""What survives when two records turn out to be the same organisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from alliance.core.text import fold
from alliance.directory.rules.listing import visibility_of
from alliance.directory.rules.memberships import joined
from alliance.directory.rules.records import (
    AffiliationRecord,
    Domain,
    Name,
    NameKind,
    OrganisationRecord,
    Visibility,
)

_SINGLE = (
    "body_kind", "language", "country", "city", "postcode", "street", "email", "phone", "website",
    "description", "logo", "notes", "source",
)  # fmt: skip
_TOGETHER = ("city", "postcode", "street")
_SEVERAL = ("countries", "sectors", "identifiers")
_NARROWEST_LAST = tuple(Visibility)


@dataclass(frozen=True, slots=True)
class Merge:
    """The two records as they are to be stored; the duplicate only leads on to the survivor."""

    survivor: OrganisationRecord
    duplicate: OrganisationRecord


@dataclass(frozen=True, slots=True)
class AffiliationMerge:
    """Affiliations to store, changed or under their new organisation, and ids of those taken in."""

    kept: tuple[AffiliationRecord, ...]
    taken_in: tuple[int, ...]


def survives_merge(survivor: OrganisationRecord, duplicate: OrganisationRecord) -> Merge:
    """Decide, field by field, what the survivor takes over from its duplicate.

    The survivor's own single values stay; where it has none it takes the duplicate's (an address
    only as a whole). Names, register entries, domains, sectors and countries are united, and
    memberships that overlap become one. The duplicate's name and addresses lead to the survivor.
    What is taken over is seen by nobody who could not see it before.
    """
    taken = _taken_values(survivor, duplicate)
    united: dict[str, Any] = {
        field: tuple(sorted({*getattr(survivor, field), *getattr(duplicate, field)}))
        for field in _SEVERAL
    }
    names = _names(survivor, duplicate)
    contributed = [
        *taken,
        *(field for field in _SEVERAL if set(united[field]) != set(getattr(survivor, field))),
        *(["names"] if set(names) != set(survivor.names) else []),
    ]
    slugs = {*survivor.former_slugs, *duplicate.former_slugs}
    if duplicate.slug:
        slugs.add(duplicate.slug)
    return Merge(
        survivor=replace(
            survivor,
            **taken,
            **united,
            names=names,
            domains=_domains(survivor, duplicate),
            memberships=joined((*survivor.memberships, *duplicate.memberships)),
            former_slugs=tuple(sorted(slugs - {survivor.slug or ""})),
            visibility=_visibility(survivor, duplicate, contributed),
        ),
        duplicate=OrganisationRecord(
            id=duplicate.id,
            slug=duplicate.slug,
            name=duplicate.name,
            category=duplicate.category,
            language=duplicate.language,
            is_listed=False,
            merged_into_id=survivor.id,
        ),
    )


def merged_affiliations(
    of_survivor: Sequence[AffiliationRecord],
    of_duplicate: Sequence[AffiliationRecord],
    *,
    survivor_id: int,
) -> AffiliationMerge:
    """Bring the duplicate's people over; one person in one role at one time counts once."""
    kept: dict[int, AffiliationRecord] = {}
    taken_in: list[int] = []
    there = {one.id: one for one in of_survivor if one.id is not None}
    for one in of_duplicate:
        assert one.id is not None
        same = next((other for other in there.values() if _is_same_work(one, other)), None)
        if same is None or same.id is None:
            moved = replace(one, organisation_id=survivor_id)
            kept[one.id] = there[one.id] = moved
            continue
        taken_in.append(one.id)
        wider = _wider(same, one)
        there[same.id] = wider
        if wider != same:
            kept[same.id] = wider
    return AffiliationMerge(tuple(kept.values()), tuple(taken_in))


def _taken_values(survivor: OrganisationRecord, duplicate: OrganisationRecord) -> dict[str, Any]:
    has_place = any(getattr(survivor, field) for field in _TOGETHER)
    kind_fits = survivor.category == duplicate.category
    return {
        field: getattr(duplicate, field)
        for field in _SINGLE
        if getattr(survivor, field) is None
        and getattr(duplicate, field) is not None
        and not (field in _TOGETHER and has_place)
        and (field != "body_kind" or kind_fits)
    }


def _names(survivor: OrganisationRecord, duplicate: OrganisationRecord) -> tuple[Name, ...]:
    kept = {(one.kind, one.text): one for one in survivor.names}
    known = {fold(text) for text in (survivor.name, *(one.text for one in survivor.names))}
    if fold(duplicate.name) not in known:
        is_other_language = duplicate.language not in (None, survivor.language)
        kind = NameKind.TRANSLATION if is_other_language else NameKind.TRADING
        kept[kind, duplicate.name] = Name(kind, duplicate.name, duplicate.language)
    for one in duplicate.names:
        kept.setdefault((one.kind, one.text), one)
    return tuple(sorted(kept.values(), key=lambda one: (one.kind, one.text)))


def _domains(survivor: OrganisationRecord, duplicate: OrganisationRecord) -> tuple[Domain, ...]:
    kept = {one.domain: one for one in duplicate.domains}
    for one in survivor.domains:
        other = kept.get(one.domain)
        is_worse = other is not None and one.verified_on is None and other.verified_on is not None
        if not is_worse:
            kept[one.domain] = one
    return tuple(kept[domain] for domain in sorted(kept))


def _visibility(
    survivor: OrganisationRecord, duplicate: OrganisationRecord, contributed: Sequence[str]
) -> Mapping[str, Visibility]:
    levels = dict(survivor.visibility)
    for field in contributed:
        level = max(
            visibility_of(survivor, field),
            visibility_of(duplicate, field),
            key=_NARROWEST_LAST.index,
        )
        if level is not visibility_of(survivor, field):
            levels[field] = level
    return MappingProxyType(levels)


def _is_same_work(one: AffiliationRecord, other: AffiliationRecord) -> bool:
    if (one.contact_id, one.role) != (other.contact_id, other.role):
        return False
    ends_before = one.ended_on and other.started_on and one.ended_on < other.started_on
    starts_after = one.started_on and other.ended_on and one.started_on > other.ended_on
    return not ends_before and not starts_after


def _wider(one: AffiliationRecord, other: AffiliationRecord) -> AffiliationRecord:
    starts = [one.started_on, other.started_on]
    ends = [one.ended_on, other.ended_on]
    return replace(
        one,
        job_title=one.job_title or other.job_title,
        started_on=None if None in starts else min(day for day in starts if day),
        ended_on=None if None in ends else max(day for day in ends if day),
    )

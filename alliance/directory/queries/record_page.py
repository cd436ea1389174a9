"""One organisation as the workspace shows it: its record, its people, its relations."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from alliance.core.errors import NotFound
from alliance.core.reads import Read
from alliance.directory.rules.documents import affiliation_from, contact_from, organisation_from
from alliance.directory.rules.records import AffiliationRecord, ContactRecord, OrganisationRecord

_MOST_SHOWN = 50
_PARTS = (
    "names",
    "countries",
    "sectors",
    "identifiers",
    "domains",
    "memberships",
    "former_slugs",
)
_OWN = tuple(one.name for one in fields(OrganisationRecord) if one.name not in ("id", *_PARTS))

_RECORD = Read("""
    SELECT to_jsonb(o),
      coalesce((SELECT jsonb_agg(to_jsonb(n) - 'organisation_id')
        FROM organisation_names n WHERE n.organisation_id = o.id), '[]'),
      coalesce((SELECT jsonb_agg(c.country)
        FROM organisation_countries c WHERE c.organisation_id = o.id), '[]'),
      coalesce((SELECT jsonb_agg(s.sector_id)
        FROM organisation_sectors s WHERE s.organisation_id = o.id), '[]'),
      coalesce((SELECT jsonb_agg(to_jsonb(i) - 'organisation_id')
        FROM organisation_identifiers i WHERE i.organisation_id = o.id), '[]'),
      coalesce((SELECT jsonb_agg(to_jsonb(d) - 'organisation_id')
        FROM organisation_domains d WHERE d.organisation_id = o.id), '[]'),
      coalesce((SELECT jsonb_agg(to_jsonb(m) - 'organisation_id')
        FROM memberships m WHERE m.organisation_id = o.id), '[]'),
      coalesce((SELECT jsonb_agg(f.slug)
        FROM former_slugs f WHERE f.organisation_id = o.id), '[]'),
      (SELECT jsonb_build_array(p.id, p.name, p.language)
        FROM organisations p WHERE p.id = o.parent_id),
      (SELECT jsonb_build_array(p.id, p.name, p.language)
        FROM organisations p WHERE p.id = o.merged_into_id),
      (SELECT jsonb_agg(jsonb_build_array(c.id, c.name, c.language)) FROM (
        SELECT id, name, language FROM organisations
        WHERE parent_id = o.id ORDER BY name, id LIMIT :most) AS c),
      (SELECT jsonb_agg(jsonb_build_array(c.id, c.name, c.language)) FROM (
        SELECT id, name, language FROM organisations
        WHERE merged_into_id = o.id ORDER BY name, id LIMIT :most) AS c),
      (SELECT jsonb_agg(jsonb_build_array(
            to_jsonb(a), to_jsonb(c),
            (SELECT jsonb_agg(jsonb_build_object('email', e.email, 'state', e.state)
                ORDER BY e.position, e.email)
              FROM contact_addresses e WHERE e.contact_id = c.id),
            (SELECT jsonb_agg(t.number ORDER BY t.position, t.number)
              FROM contact_phones t WHERE t.contact_id = c.id))
          ORDER BY a.ended_on IS NOT NULL, a.role <> 'primary_contact', c.name, a.id)
        FROM affiliations a JOIN contacts c ON c.id = a.contact_id
        WHERE a.organisation_id = o.id AND c.delete_on IS NULL),
      EXISTS (SELECT 1 FROM listings l WHERE l.organisation_id = o.id)
    FROM organisations o WHERE o.id = :id
""")


@dataclass(frozen=True, slots=True)
class Named:
    """Another organisation, as much of it as a link needs."""

    id: int
    name: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who works, worked or will work for the organisation, and as what."""

    affiliation: AffiliationRecord
    contact: ContactRecord


@dataclass(frozen=True, slots=True)
class RecordPage:
    """An organisation with what stands around it.

    children: organisations directly under it; duplicates: records that lead on to it; both cut off
    at 50. has_public_page: whether the public finds it under its slug.
    """

    record: OrganisationRecord
    parent: Named | None
    merged_into: Named | None
    children: tuple[Named, ...]
    duplicates: tuple[Named, ...]
    people: tuple[Person, ...]
    has_public_page: bool


def record_page(session: Session, organisation_id: int) -> RecordPage:
    """One organisation with its people and relations, in one statement. Raises NotFound."""
    row = _RECORD.first(session, id=organisation_id, most=_MOST_SHOWN)
    if row is None:
        raise NotFound(f"There is no organisation {organisation_id}.")
    own, *rest = row
    parts, (parent, merged_into, children, duplicates, people, is_shown) = rest[:7], rest[7:]
    values = {name: own[name] for name in _OWN} | dict(zip(_PARTS, parts, strict=True))
    return RecordPage(
        record=organisation_from(values, id=organisation_id),
        parent=Named(*parent) if parent else None,
        merged_into=Named(*merged_into) if merged_into else None,
        children=tuple(Named(*one) for one in children or ()),
        duplicates=tuple(Named(*one) for one in duplicates or ()),
        people=tuple(_person(*one) for one in people or ()),
        has_public_page=is_shown,
    )


def _person(
    affiliation: dict[str, Any],
    contact: dict[str, Any],
    addresses: list[dict[str, Any]] | None,
    phones: list[str] | None,
) -> Person:
    own = {key: value for key, value in contact.items() if key in _CONTACT}
    works = {key: value for key, value in affiliation.items() if key in _AFFILIATION}
    return Person(
        affiliation=affiliation_from(works, id=affiliation["id"]),
        contact=contact_from(
            {**own, "addresses": addresses or (), "phones": phones or ()}, id=contact["id"]
        ),
    )


_CONTACT = frozenset(one.name for one in fields(ContactRecord)) - {"id", "addresses", "phones"}
_AFFILIATION = frozenset(one.name for one in fields(AffiliationRecord)) - {"id"}

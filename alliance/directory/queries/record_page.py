"""All that the workspace shows of one organisation: its record, its people, what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
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
        WHERE a.organisation_id = o.id),
      EXISTS (SELECT 1 FROM listings l WHERE l.organisation_id = o.id)
    FROM organisations o WHERE o.id = :id
""")

# Each part is a look at the end of one index; sorting all of a long history would take longer the
# longer an organisation is known.
_HAPPENED = Read("""
    WITH found AS (
        (SELECT * FROM history_entries
         WHERE subject_kind = 'organisation' AND subject_id = :id
         ORDER BY id DESC LIMIT :many)
        UNION ALL
        SELECT e.* FROM affiliations a CROSS JOIN LATERAL (
            SELECT * FROM history_entries
            WHERE subject_kind = 'affiliation' AND subject_id = a.id
            ORDER BY id DESC LIMIT :many) AS e
        WHERE a.organisation_id = :id
    )
    SELECT 'entry', id, at, actor_name, actor_id, action, subject_kind, subject_id,
        coalesce((SELECT c.name FROM affiliations a JOIN contacts c ON c.id = a.contact_id
            WHERE newest.subject_kind = 'affiliation' AND a.id = newest.subject_id), subject_name),
        changes, reason, cause, NULL, actor_kind
    FROM (SELECT * FROM found ORDER BY id DESC LIMIT :many) AS newest
    UNION ALL
    SELECT 'note', id, at, author_name, author_id, 'noted', subject_kind, subject_id, '',
        CAST('{}' AS jsonb), NULL, NULL, text, 'person'
    FROM (SELECT * FROM staff_notes
          WHERE CAST(:with_notes AS boolean)
            AND subject_kind = 'organisation' AND subject_id = :id
          ORDER BY id DESC LIMIT :many) AS noted
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


@dataclass(frozen=True, slots=True)
class Happening:
    """An entry of the history, or a staff note, whose words are `text`.

    kind: "entry" or "note"; `changes` of an entry maps a field to [from, to]. An affiliation is
    called by the name of its contact.
    """

    kind: str
    id: int
    at: datetime
    actor_name: str
    actor_id: int | None
    action: str
    subject_kind: str
    subject_id: int
    subject_name: str
    changes: Mapping[str, Sequence[Any]]
    reason: str | None
    cause: str | None
    text: str | None
    actor_kind: str


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


def happenings(
    session: Session, organisation_id: int, *, with_notes: bool, limit: int = 30
) -> tuple[list[Happening], bool]:
    """What happened to an organisation and to who works for it, newest first, in one statement.

    The newest `limit` of entries and notes, and whether there are older ones. with_notes: whether
    the reader may see staff notes; otherwise none is read.
    """
    rows = _HAPPENED.rows(session, id=organisation_id, many=limit + 1, with_notes=with_notes)
    found = sorted((Happening(*row) for row in rows), key=_when, reverse=True)
    return found[:limit], len(found) > limit


def _when(one: Happening) -> tuple[datetime, str, int]:
    return one.at, one.kind, one.id


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

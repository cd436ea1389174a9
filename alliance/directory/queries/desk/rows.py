"""The organisations of one page of the secretariat's list, in one statement."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.directory.queries.desk.loading import IS_REACHED
from alliance.directory.rules.searching import MatchedOn, SearchQuery, matched_on

_ROWS = Read(f"""
    SELECT o.id, o.slug, o.name, o.language, o.category, o.body_kind, o.country, o.city, o.logo,
        o.website, o.archived_on, o.delete_on,
        ARRAY(SELECT s.sector_id FROM organisation_sectors AS s
              WHERE s.organisation_id = o.id ORDER BY 1),
        ARRAY(SELECT ARRAY[n.kind, n.text] FROM organisation_names AS n
              WHERE n.organisation_id = o.id ORDER BY n.kind, n.text),
        ARRAY(SELECT i.value FROM organisation_identifiers AS i
              WHERE i.organisation_id = o.id ORDER BY i.scheme, i.value),
        ARRAY(SELECT d.domain FROM organisation_domains AS d
              WHERE d.organisation_id = o.id ORDER BY d.domain),
        joined.joined_on, joined.precision, joined.is_at_latest, ended.ended_on,
        person.id, person.name, person.reaches, changed.at, changed.actor_name
    FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS wanted(id, at)
    JOIN organisations AS o ON o.id = wanted.id
    LEFT JOIN LATERAL (
        SELECT m.joined_on, m.precision, m.is_at_latest FROM memberships AS m
        WHERE m.organisation_id = o.id
        ORDER BY m.ended_on IS NOT NULL AND m.ended_on <= :today, m.joined_on LIMIT 1
    ) AS joined ON true
    LEFT JOIN LATERAL (
        SELECT max(m.ended_on) AS ended_on FROM memberships AS m WHERE m.organisation_id = o.id
    ) AS ended ON true
    LEFT JOIN LATERAL (
        SELECT c.id, c.name, {IS_REACHED} AS reaches
        FROM affiliations AS a JOIN contacts AS c ON c.id = a.contact_id
        WHERE a.organisation_id = o.id AND a.role = 'primary_contact'
            AND (a.started_on IS NULL OR a.started_on <= :today)
            AND (a.ended_on IS NULL OR a.ended_on > :today)
            AND c.archived_on IS NULL AND c.delete_on IS NULL
        ORDER BY 3 DESC, a.started_on, a.id LIMIT 1
    ) AS person ON true
    LEFT JOIN LATERAL (
        SELECT h.at, h.actor_name FROM history_entries AS h
        WHERE h.subject_kind = 'organisation' AND h.subject_id = o.id ORDER BY h.id DESC LIMIT 1
    ) AS changed ON true
    ORDER BY wanted.at
""")  # noqa: S608  constants


class DeskRow(NamedTuple):
    """One organisation in the secretariat's list; holds nothing that not all staff may see.

    other_names: (kind, text). joined_on: of the present membership, else of the first.
    """

    id: int
    slug: str
    name: str
    language: str | None
    category: str
    body_kind: str | None
    country: str | None
    city: str | None
    logo: str | None
    website: str | None
    archived_on: date | None
    delete_on: date | None
    sector_ids: Sequence[int]
    other_names: Sequence[Sequence[str]]
    identifiers: Sequence[str]
    domains: Sequence[str]
    joined_on: date | None
    joined_precision: str | None
    is_at_latest: bool | None
    ended_on: date | None
    contact_id: int | None
    contact_name: str | None
    is_reached: bool | None
    changed_at: datetime | None
    changed_by: str | None


def desk_rows(session: Session, ids: Sequence[int], *, today: date) -> list[DeskRow]:
    """These organisations in the given order; those that are gone are left out."""
    if not ids:
        return []
    return [DeskRow._make(row) for row in _ROWS.rows(session, ids=list(ids), today=today)]


def reason_of(query: SearchQuery, row: DeskRow, labels: Sequence[Any] = ()) -> MatchedOn | None:
    """Why a search found this organisation, when its name does not say so.

    labels: (kind, text) of what else it may have been found by, such as its country.
    """
    reasons = [MatchedOn(kind, text) for kind, text in row.other_names]
    reasons += [MatchedOn("identifier", one) for one in row.identifiers]
    reasons += [MatchedOn("domain", one) for one in row.domains]
    reasons += [MatchedOn("address", row.slug)]
    reasons += [MatchedOn(kind, text) for kind, text in labels]
    return matched_on(query, row.name, reasons)

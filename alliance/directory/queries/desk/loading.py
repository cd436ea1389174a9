"""The rows of which the secretariat's snapshot is made: all of them, or those of some ids."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy.orm import Session

from alliance.core.reads import Read
from alliance.core.text import sort_key
from alliance.directory.rules.desk import Loaded, OwnRow
from alliance.directory.rules.desk_spans import ALWAYS, FOR_EVER, Span

_MARKS: Final = (
    "archived", "deleted", "merged", "hidden", "dissolved", "no_website", "no_description",
    "no_identifier", "no_domain",
)  # fmt: skip
# Days and marks come as numbers: dates would cost more to make than all else together.
_DAY = "({} - DATE '0001-01-01' + 1)"


def _part(statement: str, id: str) -> tuple[Read, Read]:
    return (
        Read(statement.replace("{only}", "true")),
        Read(statement.replace("{only}", f"{id} = ANY(CAST(:ids AS bigint[]))")),
    )


_OWN = _part(
    """
    SELECT o.id, CASE WHEN l.name = o.name THEN l.sort_key END, o.name, o.category, o.body_kind,
        o.country, o.language,
        (o.archived_on IS NOT NULL)::int + 2 * (o.delete_on IS NOT NULL)::int
            + 4 * (o.merged_into_id IS NOT NULL AND NOT o.is_listed
                AND o.dissolved_on IS NULL)::int
            + 8 * (NOT o.is_listed)::int + 16 * (o.dissolved_on IS NOT NULL)::int
            + 32 * (o.website IS NULL)::int + 64 * (o.description IS NULL)::int
            + 128 * (i.organisation_id IS NULL)::int + 256 * (d.organisation_id IS NULL)::int
    FROM organisations AS o
    LEFT JOIN listings AS l ON l.organisation_id = o.id
    LEFT JOIN (SELECT DISTINCT organisation_id FROM organisation_identifiers) AS i
        ON i.organisation_id = o.id
    LEFT JOIN (SELECT DISTINCT organisation_id FROM organisation_domains) AS d
        ON d.organisation_id = o.id
    WHERE {only} ORDER BY o.id
    """,
    "o.id",
)
_SECTORS = _part(
    """
    SELECT sector_id, array_agg(organisation_id) FROM organisation_sectors AS s
    WHERE {only} GROUP BY sector_id
    """,
    "s.organisation_id",
)
_MEMBERSHIPS = _part(
    f"""
    SELECT m.organisation_id, {_DAY.format("m.joined_on")},
        coalesce({_DAY.format("least(m.ended_on, o.dissolved_on)")}, {FOR_EVER})
    FROM memberships AS m JOIN organisations AS o ON o.id = m.organisation_id
    WHERE {{only}}
    """,  # noqa: S608  only constants
    "m.organisation_id",
)
# Of a contact `c` who has not been put away: as rules.affiliations.is_reachable has it.
IS_REACHED: Final = """EXISTS (
    SELECT FROM contact_addresses AS e WHERE e.contact_id = c.id AND e.state <> 'bouncing'
)"""
_PRIMARY_CONTACTS = _part(
    f"""
    SELECT a.organisation_id, coalesce({_DAY.format("a.started_on")}, {ALWAYS}),
        coalesce({_DAY.format("a.ended_on")}, {FOR_EVER}), {IS_REACHED}
    FROM affiliations AS a JOIN contacts AS c ON c.id = a.contact_id
    WHERE a.role = 'primary_contact' AND c.archived_on IS NULL AND c.delete_on IS NULL
        AND {{only}}
    """,  # noqa: S608
    "a.organisation_id",
)
_CHANGED = _part(
    """
    SELECT subject_id, CAST(extract(epoch FROM max(at)) AS bigint) FROM history_entries AS h
    WHERE h.subject_kind = 'organisation' AND {only} GROUP BY subject_id
    """,
    "h.subject_id",
)


def load(session: Session, ids: Sequence[int] | None = None) -> Loaded:
    """All organisations, or those of these ids that there are; five statements."""

    def rows(part: tuple[Read, Read]) -> Sequence[Any]:
        everything, some = part
        return everything.rows(session) if ids is None else some.rows(session, ids=list(ids))

    memberships: dict[int, list[Span]] = defaultdict(list)
    for id, start, end in rows(_MEMBERSHIPS):
        if start < end:
            memberships[id].append((start, end))
    holders: dict[int, list[Span]] = defaultdict(list)
    reached: dict[int, list[Span]] = defaultdict(list)
    for id, start, end, is_reachable in rows(_PRIMARY_CONTACTS):
        if start < end:
            holders[id].append((start, end))
            if is_reachable:
                reached[id].append((start, end))
    return Loaded(
        own=_own(rows(_OWN)),
        sectors=dict(rows(_SECTORS)),
        memberships=memberships,
        holders=holders,
        reached=reached,
        changed=dict(rows(_CHANGED)),
    )


def _own(rows: Iterable[Any]) -> list[OwnRow]:
    known: dict[int, tuple[str, ...]] = {}
    made = []
    for id, key, name, category, body_kind, country, language, number in rows:
        marks = known.get(number)
        if marks is None:
            known[number] = marks = tuple(
                mark for at, mark in enumerate(_MARKS) if number >> at & 1
            )
        made.append(
            OwnRow(id, key or sort_key(name), category, body_kind, country, language, marks)
        )
    return made

"""Which records somebody opened, and when: for the way back, and for who looked at whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from alliance.core.reads import Read

# For the statement of a record page: WITH opened AS (OPENED) SELECT ...; takes :account_id,
# :subject_kind, :subject_id and :at. Nothing is noted for an account that is gone.
OPENED: Final = """
    INSERT INTO record_views (account_id, subject_kind, subject_id, at, count)
    SELECT id, CAST(:subject_kind AS text), CAST(:subject_id AS bigint),
        CAST(:at AS timestamptz), 1
    FROM accounts WHERE id = CAST(:account_id AS bigint)
    ON CONFLICT (account_id, subject_kind, subject_id)
    DO UPDATE SET at = greatest(record_views.at, EXCLUDED.at), count = record_views.count + 1
"""
_OPENED = Read(OPENED + " RETURNING count")
# The same without waiting for the disk: after a power cut the last moment may be forgotten.
_OPENED_LIGHTLY = Read(
    OPENED.replace("FROM accounts", "FROM set_config('synchronous_commit', 'off', true), accounts")
    + " RETURNING count"
)
_RECENT = Read("""
    SELECT v.subject_kind, v.subject_id, v.at, coalesce(o.name, c.name),
        coalesce(o.language, c.language), o.category, o.country
    FROM (
        SELECT subject_kind, subject_id, at FROM record_views
        WHERE account_id = :account_id ORDER BY at DESC LIMIT :looked_at
    ) AS v
    LEFT JOIN organisations AS o ON v.subject_kind = 'organisation' AND o.id = v.subject_id
        AND (o.delete_on IS NULL OR :with_deleted)
    LEFT JOIN contacts AS c ON v.subject_kind = 'contact' AND c.id = v.subject_id
        AND (c.delete_on IS NULL OR :with_deleted)
    WHERE coalesce(o.id, c.id) IS NOT NULL
    ORDER BY v.at DESC LIMIT :limit
""")
_LOOKED = Read("""
    SELECT a.name, v.at, v.count FROM record_views AS v JOIN accounts AS a ON a.id = v.account_id
    WHERE v.subject_kind = :subject_kind AND v.subject_id = :subject_id
    ORDER BY v.at DESC, a.id LIMIT 200
""")


class RecentRecord(NamedTuple):
    """A record that was opened lately; kind: organisation or contact."""

    kind: str
    id: int
    at: datetime
    name: str
    language: str | None
    category: str | None
    country: str | None


class Looked(NamedTuple):
    """Who looked at a record: when last, and how often in all."""

    name: str
    at: datetime
    times: int


def opened(session: Session, account_id: int, kind: str, id: int, at: datetime) -> None:
    """Note that a record was opened; that of a person before anybody sees it."""
    noting = _OPENED if kind == "contact" else _OPENED_LIGHTLY
    noting.rows(session, account_id=account_id, subject_kind=kind, subject_id=id, at=at)


def recent_records(
    session: Session, account_id: int, *, limit: int = 8, with_deleted: bool = False
) -> Sequence[RecentRecord]:
    """What somebody opened lately and is still there, the last first."""
    rows = _RECENT.rows(
        session,
        account_id=account_id,
        looked_at=limit * 3,
        limit=limit,
        with_deleted=with_deleted,
    )
    return [RecentRecord(*row) for row in rows]


def who_looked(session: Session, kind: str, id: int) -> Sequence[Looked]:
    """Who looked at a record, the last first, at most 200."""
    rows = _LOOKED.rows(session, subject_kind=kind, subject_id=id)
    return [Looked(*row) for row in rows]

"""Writing the history: entries, the seals that chain them, and the feed of changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.audit.models import Change, Entry
from alliance.audit.rules import ENTRIES_DIGEST
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import copy_in
from alliance.core.errors import BadInput
from alliance.core.text import BadText, squeeze

# Where a session keeps the ids of what it has written and not yet sealed, as ranges (first, last).
_UNSEALED = "alliance.audit.unsealed"
# Transactions that write history take turns for as long as their commit takes.
_CHAIN_LOCK = 7_301_442
_LONGEST_REASON = 500

_FRESH_IDS = text(
    "SELECT nextval(pg_get_serial_sequence('history_entries', 'id')) FROM generate_series(1, :many)"
)
# Digests first, turns second: what takes long holds nobody back. What a savepoint took back is not
# there any more, so the entries are counted and not believed in.
_DIGEST_THEN_WAIT = text(
    f"""
    WITH found AS MATERIALIZED (
        SELECT range_agg(int8range(e.id, e.id, '[]')) AS entries, count(*) AS count,
            {ENTRIES_DIGEST} AS digest
        FROM unnest(CAST(:firsts AS bigint[]), CAST(:lasts AS bigint[])) AS own(first, last)
        JOIN history_entries e ON e.id BETWEEN own.first AND own.last
    )
    SELECT CAST(entries AS text), count, digest, pg_advisory_xact_lock(:lock) FROM found
    """  # noqa: S608  both parts are constants
)
_SEAL = text(
    """
    INSERT INTO history_seals (number, at, entries, count, digest, chained)
    SELECT own.number, :at, CAST(:entries AS int8multirange), :count, :digest,
        encode(sha256(convert_to(concat_ws('|', own.previous, own.number,
            CAST(extract(epoch FROM CAST(:at AS timestamptz)) * 1000000 AS bigint),
            CAST(:entries AS text), CAST(:count AS integer), CAST(:digest AS text)
        ), 'UTF8')), 'hex')
    FROM (
        SELECT coalesce(max(number), 0) + 1 AS number, coalesce(max(chained), '') AS previous
        FROM (SELECT number, chained FROM history_seals ORDER BY number DESC LIMIT 1) AS last
    ) AS own
    """
)


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be remembered of one record. `changes` maps a field to (from, to), JSON values."""

    action: str
    subject_kind: str
    subject_id: int
    subject_name: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


def record(
    session: Session,
    actor: Actor,
    notes: Sequence[Note],
    *,
    at: datetime,
    reason: str | None = None,
    cause: str | None = None,
) -> list[int]:
    """Write one entry a note, in this transaction; returns their ids in the order of the notes.

    `cause` names a whole, such as `import:12`. Whoever commits calls `seal` before. Raises BadInput
    (field "reason") for a reason that cannot be kept.
    """
    if not notes:
        return []
    kept_reason = tidy_reason(reason)
    ids = list(session.scalars(_FRESH_IDS, {"many": len(notes)}))
    rows = (
        {
            "id": id,
            "at": at,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "action": note.action,
            "subject_kind": note.subject_kind,
            "subject_id": note.subject_id,
            "subject_name": note.subject_name,
            "changes": {key: list(pair) for key, pair in note.changes.items()},
            "reason": kept_reason,
            "cause": cause,
        }
        for id, note in zip(ids, notes, strict=True)
    )
    copy_in(session, Entry.__table__, rows)
    session.info.setdefault(_UNSEALED, []).extend(_ranges(ids))
    return ids


def tidy_reason(reason: str | None) -> str | None:
    """Why something is done, as it is kept. Raises BadInput (field "reason")."""
    try:
        return squeeze(reason or "", max_length=_LONGEST_REASON) or None
    except BadText as error:
        raise BadInput(error.message, field="reason") from None


def diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The fields in which two documents differ, as field -> (from, to); {} when they are equal."""
    keys = [*before, *(key for key in after if key not in before)]
    return {
        key: (before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    }


def seal(session: Session) -> None:
    """Seal what this session has written into the history, as the last act before the commit.

    One seal holds all entries of the transaction and is tied to the seal before it, so nobody can
    change, remove or slip in an entry, or a whole seal, without breaking the chain.
    """
    own: list[tuple[int, int]] = session.info.pop(_UNSEALED, [])
    if not own:
        return
    firsts, lasts = zip(*own, strict=True)
    entries, count, digest, _ = session.execute(
        _DIGEST_THEN_WAIT, {"firsts": list(firsts), "lasts": list(lasts), "lock": _CHAIN_LOCK}
    ).one()
    if not count:
        return
    session.execute(
        _SEAL, {"at": clock.now(), "entries": entries, "count": count, "digest": digest}
    )


def advance(
    session: Session,
    subject: str,
    touched: Mapping[str, Mapping[int, str]] | None = None,
) -> int:
    """Count one more change to `subject`; returns the number reached.

    touched: kind of record -> id -> what was done to it; these become rows of the feed under the
    new number. Called right before the commit: the row stays locked only for as long as the commit
    takes, so numbers are in the order of the commits, and a reader that sees a number also sees
    what it stands for.
    """
    version = session.execute(
        text(
            "INSERT INTO history_clock (subject, version) VALUES (:subject, 1)"
            " ON CONFLICT (subject) DO UPDATE SET version = history_clock.version + 1"
            " RETURNING version"
        ),
        {"subject": subject},
    ).scalar_one()
    rows = (
        {"version": version, "subject_kind": kind, "subject_id": id, "action": action}
        for kind, actions in sorted((touched or {}).items())
        for id, action in sorted(actions.items())
    )
    copy_in(session, Change.__table__, rows)
    return int(version)


def _ranges(ids: Iterable[int]) -> list[tuple[int, int]]:
    """Ids as ranges (first, last): of a sequence few others use, that is one range."""
    found: list[tuple[int, int]] = []
    for id in ids:
        if found and found[-1][1] == id - 1:
            found[-1] = (found[-1][0], id)
        else:
            found.append((id, id))
    return found

"""The chain of seals: where it ends, and whether all of it still holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from alliance.audit.models import Seal
from alliance.audit.rules import ENTRIES_DIGEST, Fault, Finding, chained

_SEALS_AT_ONCE = 500
_MOST_TOLD = 20
_MOST_FINDINGS = 200

# Each seal with what stands there now of the entries that it was made over.
_SEALS = text(
    f"""
    SELECT s.number, CAST(extract(epoch FROM s.at) * 1000000 AS bigint) AS at,
        CAST(s.entries AS text) AS entries, s.count, s.digest, s.chained,
        found.count AS found_count, found.digest AS found_digest
    FROM (SELECT * FROM history_seals WHERE number > :after ORDER BY number LIMIT :many) s
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, {ENTRIES_DIGEST} AS digest
        FROM unnest(s.entries) AS own
        JOIN history_entries e ON e.id >= lower(own) AND e.id < upper(own)
    ) found
    ORDER BY s.number
    """  # noqa: S608  the digest is a constant
)
_REMOVED = text(
    """
    SELECT wanted.id FROM history_seals s, unnest(s.entries) AS own,
        generate_series(lower(own), upper(own) - 1) AS wanted(id)
    WHERE s.number = :number
        AND NOT EXISTS (SELECT FROM history_entries e WHERE e.id = wanted.id)
    ORDER BY wanted.id LIMIT :many
    """
)
_STATE = text(
    """
    SELECT last.number, last.chained, last.at, verified.at AS verified_at
    FROM (SELECT) AS one
    LEFT JOIN (
        SELECT number, chained, at FROM history_seals ORDER BY number DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN (
        SELECT at FROM history_entries WHERE subject_kind = 'history' AND action = 'verified'
        ORDER BY id DESC LIMIT 1
    ) AS verified ON true
    """
)
# What no seal covers is the whole line of numbers without all seals: a few gaps.
_UNSEALED = text(
    """
    SELECT e.id FROM unnest(
        CAST('{(,)}' AS int8multirange)
        - coalesce((SELECT range_agg(entries) FROM history_seals), '{}')
    ) AS gap
    JOIN history_entries e ON e.id >= coalesce(lower(gap), -9223372036854775808)
        AND (e.id < upper(gap) OR upper(gap) IS NULL)
    ORDER BY e.id LIMIT :many
    """
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends. Kept elsewhere it proves later that nothing before it has changed."""

    number: int
    chained: str
    at: datetime | None = None

    def __str__(self) -> str:
        """As it is written down: NUMBER:DIGEST."""
        return f"{self.number}:{self.chained}"


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where the chain ends now, and when it was last verified; None before the first time."""

    head: Head | None
    verified_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the whole history has found; `findings` is empty when all of it holds.

    seals, entries: how many were looked at. head: where the chain ends, None when it is empty.
    """

    seals: int
    entries: int
    head: Head | None
    findings: tuple[Finding, ...]


def head(session: Session) -> Head | None:
    """Where the chain ends now; None before the first seal."""
    seals: Any = Seal.__table__.c
    row = session.execute(
        select(seals.number, seals.chained, seals.at).order_by(seals.number.desc()).limit(1)
    ).first()
    return Head(row.number, row.chained, row.at) if row else None


def chain_state(session: Session) -> ChainState:
    """Where the chain ends, and when somebody last made sure that it holds; one statement."""
    row = session.execute(_STATE).one()
    last = Head(row.number, row.chained, row.at) if row.number is not None else None
    return ChainState(last, row.verified_at)


def verify(session: Session, *, expected: Head | None = None) -> Verdict:
    """Compute the whole chain anew and compare.

    expected: an end of the chain that was written down earlier; the chain must lead through it.
    The session should read one state of the database (REPEATABLE READ): then every entry that it
    sees has its seal. Needs the same memory whatever the length of the history.
    """
    seals = entries = 0
    last: Head | None = None
    findings: list[Finding] = []
    for row in _seals(session):
        findings += _looked_at(session, row, last)
        if expected is not None and expected.number == row.number:
            findings += _compared(row, expected)
        seals, entries = seals + 1, entries + row.found_count
        last = Head(row.number, row.chained)
        if len(findings) >= _MOST_FINDINGS:
            break
    if expected is not None and expected.number > (last.number if last else 0):
        ends = f"it ends with seal {last.number if last else 0}, not {expected.number} or later"
        findings.append(Finding(Fault.ENDS_EARLY, ends))
    unsealed = _numbers(session, _UNSEALED, {})
    if unsealed:
        findings.append(Finding(Fault.ENTRY_UNSEALED, unsealed))
    return Verdict(seals, entries, last, tuple(findings))


def _seals(session: Session) -> Iterator[Any]:
    after = 0
    while True:
        rows = session.execute(_SEALS, {"after": after, "many": _SEALS_AT_ONCE}).all()
        yield from rows
        if len(rows) < _SEALS_AT_ONCE:
            return
        after = rows[-1].number


def _looked_at(session: Session, row: Any, last: Head | None) -> Iterator[Finding]:
    number = last.number + 1 if last else 1
    if row.number != number:
        gone = str(number) if row.number == number + 1 else f"{number} to {row.number - 1}"
        yield Finding(Fault.SEAL_REMOVED, f"seal {gone}")
    else:
        told = chained(
            last.chained if last else "",
            number=row.number,
            at=row.at,
            entries=row.entries,
            count=row.count,
            digest=row.digest,
        )
        if told != row.chained:
            yield Finding(Fault.SEAL_CHANGED, f"seal {row.number}")
    if row.found_count != row.count:
        missing = _numbers(session, _REMOVED, {"number": row.number})
        yield Finding(Fault.ENTRY_REMOVED, f"{missing or 'some'}, of seal {row.number}")
    elif row.found_digest != row.digest:
        yield Finding(Fault.ENTRY_CHANGED, f"among {row.entries}, of seal {row.number}")


def _compared(row: Any, expected: Head) -> Iterator[Finding]:
    if row.chained != expected.chained:
        yield Finding(Fault.OTHER_CHAIN, f"seal {row.number} has another digest")


def _numbers(session: Session, statement: Any, values: dict[str, int]) -> str:
    """The ids that a statement finds, as words; "" for none."""
    found = [row[0] for row in session.execute(statement, {**values, "many": _MOST_TOLD + 1})]
    told = ", ".join(str(id) for id in found[:_MOST_TOLD])
    if not told:
        return ""
    more = " and more" if len(found) > _MOST_TOLD else ""
    return f"{'entry' if len(found) == 1 else 'entries'} {told}{more}"

"""Checking what is being prepared: the verdict on each row, kept for pages to read."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core.db import copy_in
from alliance.imports.fields import Subject
from alliance.imports.models import StagedImport, StagedRow
from alliance.imports.operations.comparing import Staged
from alliance.imports.operations.files import ReadFile
from alliance.imports.operations.looking import CONTACTS, MAIN, sources_of
from alliance.imports.operations.staged import forget_rows, keep_checked
from alliance.imports.operations.staging import Progress, stage
from alliance.imports.queries.report import names_of
from alliance.imports.verdicts import Decision, Decisions, Report, RowVerdict, Verdict

_MEANT: Mapping[str, tuple[Verdict, bool]] = {
    "same": (Verdict.CHANGED, False),
    "fill": (Verdict.CHANGED, True),
    "other": (Verdict.NEW, False),
    "skip": (Verdict.DUPLICATE, False),
}
_WEIGHTS = {one: at for at, one in enumerate(("same", "changed", "new", "duplicate", "error"))}


def check(
    session: Session, found: StagedImport, *, progress: Progress = lambda _: None
) -> Mapping[str, int]:
    """Check every row of what is being prepared; returns how many rows got each verdict.

    The verdicts are kept, so that looking at them costs no more than reading a page of them. Raises
    BadInput when the files cannot be read or their columns make no sense.
    """
    # A long file takes longer than any page may.
    session.execute(text("SET LOCAL statement_timeout = 0"))
    main, contacts = sources_of(found)
    staged = stage(session, main, contacts, progress=progress, for_preview=True)
    progress("Keeping what was found")
    forget_rows(session, found)
    copy_in(session, StagedRow.__table__, _rows(session, found.id, staged))
    report = staged.report
    counts = {one.value: report.count(one) for one in Verdict}
    counts["rows"] = len(report.by_row())
    counts["never_joined"] = report.never_joined
    grids = {part: list(_grid(file)) for part, file in _files(staged)}
    parts = [{**one, "grid": grids.get(one["part"], [])} for one in found.parts]
    keep_checked(
        session,
        found,
        {"counts": counts, "fingerprint": fingerprint(report), "parts": parts, "problem": None},
    )
    return counts


def fingerprint(report: Report) -> str:
    """A digest of what is said of the rows; another one means that the directory has moved on."""
    said = sorted(
        (one.file, one.row, one.subject.value, one.verdict.value, one.match or 0)
        for one in report.verdicts
    )
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def decisions_of(found: StagedImport, staged: Staged) -> Decisions:
    """What was decided, by the names under which the files are known."""
    names = {part: file.table.name for part, file in _files(staged)}
    twins = {
        (one.file, one.row, one.subject)
        for one in staged.report.verdicts
        if one.twin is not None and one.match is None
    }
    decided: dict[tuple[str, int] | tuple[str, int, Subject], Decision] = {}
    for key, choice in found.decisions.items():
        part, row, subject = key.split(":")
        if part in names:
            place = (names[part], int(row), Subject(subject))
            verdict, is_taken = _MEANT[choice]
            # What repeats a row above can only be taken into that one.
            is_repeated = verdict is Verdict.CHANGED and place in twins
            decided[place] = Decision(verdict, None, is_taken or is_repeated)
    return decided


def _files(staged: Staged) -> list[tuple[str, ReadFile]]:
    files = [(MAIN, staged.main)]
    if staged.contacts_file is not None:
        files.append((CONTACTS, staged.contacts_file))
    return files


def _grid(file: ReadFile) -> Iterator[str]:
    """The headings whose columns are shown: those that mean something."""
    return (header for header in file.table.headers if header in file.mapping.columns)


def _rows(session: Session, staged_id: int, staged: Staged) -> Iterator[dict[str, Any]]:
    said: dict[tuple[str, int], list[dict[str, Any]]] = {}
    names = _names(session, staged)
    for one, changes in _told(staged):
        if one.verdict is not Verdict.ERROR:
            entry = _said(one, names)
            entry["changes"] = [[each.heading, each.before, each.after] for each in changes]
            said.setdefault((one.file, one.row), []).append(entry)
    position = 0
    for part, file in _files(staged):
        faults: dict[int, list[tuple[str | None, str]]] = {}
        for fault in file.faults:
            faults.setdefault(fault.row, []).append((fault.column, fault.message))
        places = [file.table.headers.index(header) for header in _grid(file)]
        for record in file.table.records:
            found = said.get((file.table.name, record.number), [])
            bad = faults.get(record.number, [])
            verdict = _verdict(found, bad)
            if verdict is None:
                continue
            position += 1
            yield {
                "staged_id": staged_id,
                "position": position,
                "part": part,
                "row": record.number,
                "verdict": verdict,
                "told": {
                    "cells": [_storable(record.cells[at]) for at in places],
                    "faults": [[column, _storable(message)] for column, message in bad],
                    "said": found,
                },
            }


def _told(staged: Staged) -> Iterator[tuple[RowVerdict, Any]]:
    decided: Any = (*staged.organisations, *staged.contacts)
    return ((one.verdict, one.changes) for one in decided)


def _names(session: Session, staged: Staged) -> Mapping[tuple[Subject, int], str]:
    def matched(decided: Any) -> set[int]:
        return {one.verdict.match for one in decided if one.verdict.match is not None}

    return names_of(session, matched(staged.organisations), matched(staged.contacts))


def _said(one: RowVerdict, names: Mapping[tuple[Subject, int], str]) -> dict[str, Any]:
    return {
        "subject": one.subject.value,
        "verdict": one.verdict.value,
        "match": one.match,
        "name": names.get((one.subject, one.match or 0), ""),
        "score": one.score,
        "reason": one.reason,
        "twin": one.twin,
    }


def _verdict(said: list[dict[str, Any]], faults: list[Any]) -> str | None:
    """One verdict for a row: the worst of what is said of its organisation and its person."""
    if faults:
        return Verdict.ERROR.value
    worst: Callable[[str], int] = _WEIGHTS.__getitem__
    return max((one["verdict"] for one in said), key=worst, default=None)


def _storable(text: str) -> str:
    """The text without what the database cannot hold; such a cell has an error of its own."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()

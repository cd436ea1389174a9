"""Working on what was prepared: claimed by one process at a time, and stored whole or not at all.

Whoever works renews `beat_at`. A process that was killed does not, so what it had claimed may be
claimed again; its transaction has stored nothing. Should it only have been slow, its last act finds
that the claim is another's, and takes everything back.
"""

from typing import Final
from uuid import uuid4

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.errors import Refused
from alliance.imports.models import StagedImport
from alliance.imports.operations.applying import apply, one_at_a_time
from alliance.imports.operations.looking import sources_of
from alliance.imports.operations.previewing import check, decisions_of, fingerprint
from alliance.imports.operations.staged import forget_rows
from alliance.imports.operations.staging import Progress, stage
from alliance.imports.queries.staged import LEASE, get_staged
from alliance.imports.verdicts import Report, StagedState

MOVED_ON: Final = (
    "The directory has changed since these rows were checked, so nothing was stored. They have been"
    " checked again; look through them, then run the import."
)
# What a claim is for.
CHECK: Final = StagedState.CHECKING
RUN: Final = StagedState.RUNNING
# The steps of a check and of a run, for the share that is done.
_STEPS: Final = {
    "Reading the files": 5,
    "Comparing organisations": 15,
    "Comparing contacts": 40,
    "Keeping what was found": 85,
    "Storing organisations": 55,
    "Storing contacts": 75,
    "Keeping the report": 90,
}


class MovedOn(Refused):
    """What would be done is no longer what was shown."""

    def __init__(self) -> None:
        super().__init__(MOVED_ON)


def claim(session: Session, staged_id: int, owner: str, work: StagedState) -> str | None:
    """Claim what was prepared for checking or running it; the caller commits, then works.

    None when it is being worked on already, or stored: a second copy of a form starts nothing.
    Raises NotFound, and Refused for running what has not been checked as it stands.
    """
    now = clock.now()
    found = get_staged(session, staged_id, owner, now)
    if work is StagedState.RUNNING and found.counts is None and found.state is StagedState.OPEN:
        raise Refused("The rows must be checked before the import can run. Check them first.")
    key = uuid4().hex
    values = {
        "state": work,
        "run_key": key,
        "started_at": now,
        "beat_at": now,
        "step": "Beginning",
        "share": 0,
        "problem": None,
    }
    is_free = or_(
        StagedImport.state == StagedState.OPEN,
        (StagedImport.state != StagedState.DONE) & (StagedImport.beat_at < now - LEASE),
    )
    claimed = session.execute(
        update(StagedImport)
        .where(StagedImport.id == staged_id, StagedImport.owner == owner, is_free)
        .values(**values)
        .returning(StagedImport.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.expire(found)
    return key if claimed is not None else None


def beat(session: Session, staged_id: int, key: str, step: str | None = None) -> None:
    """Say that the work goes on, and with what; in a transaction of its own."""
    values: dict[str, object] = {"beat_at": clock.now()}
    if step is not None:
        values["step"] = step
        if step in _STEPS:
            values["share"] = _STEPS[step]
    session.execute(
        update(StagedImport)
        .where(StagedImport.id == staged_id, StagedImport.run_key == key)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def run_check(
    session: Session,
    staged_id: int,
    owner: str,
    key: str,
    *,
    progress: Progress = lambda _: None,
    problem: str | None = None,
) -> None:
    """Check every row of what was claimed; `problem` tells why it must be looked at again.

    Raises BadInput when it cannot be checked.
    """
    found = get_staged(session, staged_id, owner, clock.now(), with_files=True)
    check(session, found, progress=progress)
    _end(session, staged_id, key, StagedState.OPEN, problem=problem)


def run(
    session: Session,
    staged_id: int,
    owner: str,
    key: str,
    *,
    actor: Actor,
    seconds: int = 600,
    progress: Progress = lambda _: None,
) -> Report:
    """Store the good rows of what was claimed, in this transaction: all of them or nothing.

    Raises MovedOn when the directory has changed so that other things would be done than were
    shown, and Refused when another import has not ended after so many seconds.
    """
    one_at_a_time(session, seconds=seconds, progress=progress)
    found = get_staged(session, staged_id, owner, clock.now(), with_files=True)
    main, contacts = sources_of(found)
    staged = stage(session, main, contacts, progress=progress)
    if fingerprint(staged.report) != found.fingerprint:
        raise MovedOn
    report = apply(
        session,
        staged,
        actor=actor,
        decisions=decisions_of(found, staged),
        only_good=True,
        progress=progress,
    )
    forget_rows(session, found)
    _end(session, staged_id, key, StagedState.DONE, import_id=report.import_id)
    return report


def fail(session: Session, staged_id: int, key: str, problem: str) -> None:
    """Give back what was claimed, with the reason why nothing was stored."""
    session.execute(
        update(StagedImport)
        .where(StagedImport.id == staged_id, StagedImport.run_key == key)
        .values(state=StagedState.OPEN, run_key=None, problem=problem)
        .execution_options(synchronize_session=False)
    )


def _end(session: Session, staged_id: int, key: str, state: StagedState, **more: object) -> None:
    values: dict[str, object] = {"state": state, "run_key": None, "share": 100, **more}
    if state is StagedState.DONE:
        # The files are not needed any more, and are people's data.
        values |= {"data": b"", "contacts_data": None, "fixes": {}}
        values |= {"parts": []}
    ended = session.execute(
        update(StagedImport)
        .where(StagedImport.id == staged_id, StagedImport.run_key == key)
        .values(**values)
        .returning(StagedImport.id)
        .execution_options(synchronize_session=False)
    ).first()
    if ended is None:
        raise Refused("This import was begun anew meanwhile, so nothing was stored here.")

"""Writing what was staged, in the transaction of the caller: everything or nothing."""

from typing import Final

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import copy_in
from alliance.core.errors import Refused
from alliance.imports.mapping import mapping_document
from alliance.imports.models import Import, ImportRow
from alliance.imports.operations.contacts import apply_contacts
from alliance.imports.operations.organisations import apply_organisations
from alliance.imports.operations.run import Run
from alliance.imports.operations.staging import Progress, Staged
from alliance.imports.verdicts import Decisions, Duplicates, ImportState, Report, Verdict


def apply(
    session: Session,
    staged: Staged,
    *,
    actor: Actor,
    duplicates: Duplicates = Duplicates.SKIP,
    decisions: Decisions | None = None,
    only_good: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Store what was staged; the report then knows the import's number.

    Raises Refused when rows have errors and `only_good` does not leave them out, when a decision
    names no record, and when somebody else stores the same number in a register meanwhile.
    """
    if staged.report.faults and not only_good:
        raise Refused(
            f"{staged.report.count(Verdict.ERROR)} rows have errors, so nothing was stored. Correct"
            " them, or import the good rows only."
        )
    # An import takes longer than any page may.
    session.execute(text("SET LOCAL statement_timeout = 0"))
    found = _import(staged, actor)
    session.add(found)
    session.flush()
    run = Run(session, staged, actor, found.id, duplicates, decisions or {})
    try:
        progress("Storing organisations")
        apply_organisations(run)
        progress("Storing contacts")
        apply_contacts(run)
        progress("Keeping the report")
        found.counts = counts_of(staged.report)
        _keep_rows(run)
        session.flush()
    except (DBAPIError, psycopg.Error) as error:
        if is_overtaken(error):
            raise Refused(OVERTAKEN) from error
        raise
    staged.report.import_id = found.id
    return staged.report


# Any number that nothing else locks by.
_LOCK: Final = 7_301_977
_LOCK_NOT_AVAILABLE: Final = "55P03"
OVERTAKEN: Final = (
    "While this import was being stored, somebody else stored one of its organisations, or the same"
    " number in a register. Nothing of the import was stored; check the rows again."
)


def is_overtaken(error: Exception) -> bool:
    """Whether the database refused because of what another transaction stored or held."""
    cause = getattr(error, "orig", error)
    return isinstance(cause, psycopg.IntegrityError | DeadlockDetected | SerializationFailure)


def one_at_a_time(
    session: Session, *, seconds: int = 600, progress: Progress = lambda _: None
) -> None:
    """Let one import after another be compared and stored, for as long as this transaction lasts.

    Otherwise two would each take the same new organisation for new. Raises Refused when another
    has not ended after so many seconds.
    """
    key = {"key": _LOCK}
    if session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), key).scalar():
        return
    progress("Waiting for another import to end")
    wait = text("SELECT set_config('lock_timeout', :wait, true)")
    session.execute(text("SET LOCAL statement_timeout = 0"))
    session.execute(wait, {"wait": f"{seconds}s"})
    try:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), key)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise Refused(
            "Another import is being stored. Nothing of this one was stored; wait until the other"
            " has ended, then run it again."
        ) from None
    session.execute(wait, {"wait": "0"})


def counts_of(report: Report) -> dict[str, int]:
    """How many rows got each verdict."""
    return {"rows": len(report.by_row())} | {one.value: report.count(one) for one in Verdict}


def _import(staged: Staged, actor: Actor) -> Import:
    main, other = staged.main, staged.contacts_file
    return Import(
        at=clock.now(),
        actor_name=actor.name,
        file_name=main.table.name,
        digest=main.table.digest,
        mapping_key=main.key,
        mapping=mapping_document(main.mapping),
        contacts_file_name=other.table.name if other else None,
        contacts_digest=other.table.digest if other else None,
        contacts_mapping_key=other.key if other else None,
        contacts_mapping=mapping_document(other.mapping) if other else None,
        counts={},
        state=ImportState.APPLIED,
    )


def _keep_rows(run: Run) -> None:
    references = {
        (one.verdict.file, one.row.number): one.row.reference for one in run.staged.organisations
    }
    reasons: dict[tuple[str, int, str], dict[str, None]] = {}
    for said in run.staged.report.verdicts:
        kept = reasons.setdefault((said.file, said.row, said.subject.value), {})
        kept.update({said.reason: None} if said.reason else {})
    seen: set[tuple[str, int, str]] = set()
    rows = []
    for said in run.staged.report.verdicts:
        key = (said.file, said.row, said.subject.value)
        if key in seen:
            continue
        seen.add(key)
        is_organisation = said.subject.value == "organisation"
        ended_in = (
            run.organisation_ids.get(said.row)
            if is_organisation
            else run.contact_ids.get((said.file, said.row))
        )
        rows.append(
            {
                "import_id": run.import_id,
                "file": said.file,
                "row": said.row,
                "subject": said.subject,
                "verdict": said.verdict,
                "match_id": said.match,
                "score": said.score,
                "reason": " | ".join(reasons[key]),
                "reference": references.get((said.file, said.row)) if is_organisation else None,
                "subject_id": ended_in,
            }
        )
    copy_in(run.session, ImportRow.__table__, rows)

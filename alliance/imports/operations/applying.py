"""Writing what was staged, in the transaction of the caller: everything or nothing."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import copy_in
from alliance.core.errors import Refused
from alliance.imports.mapping import mapping_document
from alliance.imports.models import Import, ImportRow, ImportState
from alliance.imports.operations.contacts import apply_contacts
from alliance.imports.operations.organisations import apply_organisations
from alliance.imports.operations.run import Run
from alliance.imports.operations.staging import Progress, Staged
from alliance.imports.verdicts import Decision, Duplicates, Report, Verdict


def apply(
    session: Session,
    staged: Staged,
    *,
    actor: Actor,
    duplicates: Duplicates = Duplicates.SKIP,
    decisions: Mapping[tuple[str, int], Decision] | None = None,
    only_good: bool = False,
    progress: Progress = lambda _: None,
) -> Report:
    """Store what was staged; the report then knows the import's number.

    Raises Refused when rows have errors and `only_good` does not leave them out, when a decision
    names no record, and when nothing would be stored.
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
    progress("Storing organisations")
    apply_organisations(run)
    progress("Storing contacts")
    apply_contacts(run)
    progress("Keeping the report")
    found.counts = counts_of(staged.report)
    _keep_rows(run)
    session.flush()
    staged.report.import_id = found.id
    return staged.report


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
                "reason": said.reason,
                "reference": references.get((said.file, said.row)) if is_organisation else None,
                "subject_id": ended_in,
            }
        )
    copy_in(run.session, ImportRow.__table__, rows)

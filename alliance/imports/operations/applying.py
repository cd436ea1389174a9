"""Writing what was staged, in the transaction of the caller: everything or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import copy_in
from alliance.core.errors import BadInput, Refused
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import affiliations_of, among, contacts_of, records_of
from alliance.directory.rules.documents import Record, canonical, document
from alliance.directory.rules.fields import BadRecord
from alliance.directory.rules.records import (
    AffiliationRecord,
    ContactRecord,
    OrganisationRecord,
)
from alliance.imports.deciding.contacts import DecidedContact
from alliance.imports.deciding.documents import (
    affiliation_of,
    filled_contact,
    filled_organisation,
    updated_contact,
    updated_organisation,
)
from alliance.imports.deciding.organisations import DecidedOrganisation
from alliance.imports.deciding.posts import Posts
from alliance.imports.images import digest_of
from alliance.imports.mapping import mapping_document
from alliance.imports.models import Import, ImportChange, ImportRow, ImportState
from alliance.imports.operations.staging import Progress, Staged
from alliance.imports.queries import posts_of
from alliance.imports.verdicts import Decision, Duplicates, Report, RowVerdict, Verdict

BATCH = 2_500
_T = TypeVar("_T")


@dataclass(slots=True)
class _Run:
    """What an import in progress needs to know. `*_ids` give the record that a row ended in."""

    session: Session
    staged: Staged
    actor: Actor
    import_id: int
    duplicates: Duplicates
    decisions: Mapping[tuple[str, int], Decision]
    progress: Progress
    organisation_ids: dict[int, int] = field(default_factory=dict)
    contact_ids: dict[tuple[str, int], int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    @property
    def cause(self) -> str:
        return f"import:{self.import_id}"


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
    run = _Run(session, staged, actor, found.id, duplicates, decisions or {}, progress)
    progress("Storing organisations")
    _apply_organisations(run)
    progress("Storing contacts")
    _apply_contacts(run)
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


def _apply_organisations(run: _Run) -> None:
    """Create the new, change the changed, and follow the policy for probable duplicates."""
    created: list[DecidedOrganisation] = []
    wanted: dict[int, list[tuple[DecidedOrganisation, bool]]] = {}
    twins: list[tuple[DecidedOrganisation, int]] = []
    for one in run.staged.organisations:
        action, match = _action(run, one.verdict, one.is_certain)
        if action == "create":
            created.append(one)
        elif action == "leave" and match is not None:
            run.organisation_ids[one.row.number] = match
        elif match is not None and action in ("update", "fill"):
            wanted.setdefault(match, []).append((one, action == "update"))
            run.organisation_ids[one.row.number] = match
        elif action == "fill" and one.verdict.twin is not None:
            twins.append((one, one.verdict.twin))
        else:
            run.held[one.row.number] = one.row.number
    _take_into_rows(run, created, wanted, twins)
    _create_organisations(run, created)
    _change_organisations(run, wanted)
    _follow_twins(run, twins)
    _set_parents(run)


def _action(run: _Run, said: RowVerdict, is_certain: bool) -> tuple[str, int | None]:
    """create, update, fill, leave (a record that stays as it is) or hold; and the record meant."""
    decision = run.decisions.get((said.file, said.row))
    if decision is not None:
        match = decision.match or said.match
        if decision.verdict is Verdict.NEW:
            return "create", None
        if decision.verdict is Verdict.CHANGED or decision.is_taken:
            return ("fill" if decision.is_taken else "update"), match
        return ("leave", match) if decision.verdict is Verdict.SAME else ("hold", None)
    if said.verdict is Verdict.NEW:
        return "create", None
    if said.verdict is Verdict.CHANGED:
        return "update", said.match
    if said.verdict is Verdict.SAME:
        return "leave", said.match
    policy = {Duplicates.KEEP: "create", Duplicates.TAKE: "fill", Duplicates.SKIP: "hold"}
    action = policy[run.duplicates]
    return action, said.match if action == "fill" else None


def _take_into_rows(
    run: _Run,
    created: Sequence[DecidedOrganisation],
    wanted: Mapping[int, list[tuple[DecidedOrganisation, bool]]],
    twins: Sequence[tuple[DecidedOrganisation, int]],
) -> None:
    """Fill the blanks of rows about to be created, or of records, from rows that repeat them."""
    rows = {one.row.number: one for one in created}
    for one, twin in twins:
        first = rows.get(twin)
        if first is not None and first.record is not None:
            first.record = filled_organisation(first.record, one.row, run.staged.reference)
        elif twin in run.organisation_ids and run.organisation_ids[twin] in wanted:
            wanted[run.organisation_ids[twin]].append((one, False))


def _follow_twins(run: _Run, twins: Sequence[tuple[DecidedOrganisation, int]]) -> None:
    for one, twin in twins:
        if twin in run.organisation_ids:
            run.organisation_ids[one.row.number] = run.organisation_ids[twin]
        else:
            run.held[one.row.number] = twin


def _create_organisations(run: _Run, created: Sequence[DecidedOrganisation]) -> None:
    for batch in batches(created):
        records = [one.record for one in batch if one.record is not None]
        ids = _saved_organisations(run, records, [one.row.number for one in batch])
        run.organisation_ids.update(zip((one.row.number for one in batch), ids, strict=True))
        _keep_changes(run, "organisation", ids, {})
        for one in batch:
            one.record = None


def _saved_organisations(
    run: _Run, records: Sequence[OrganisationRecord], rows: Sequence[int]
) -> list[int]:
    try:
        return save_organisations(run.session, records, actor=run.actor, cause=run.cause)
    except BadRecord as error:
        raise Refused(
            f"Row {rows[error.position]} of {run.staged.main.table.name}: {error.problem}"
        ) from None


def _change_organisations(
    run: _Run, wanted: Mapping[int, list[tuple[DecidedOrganisation, bool]]]
) -> None:
    for batch in batches(sorted(wanted)):
        known = records_of(run.session, batch)
        changed: list[OrganisationRecord] = []
        for id in batch:
            record = _known(known, id, "organisation")
            for one, is_whole in wanted[id]:
                take = updated_organisation if is_whole else filled_organisation
                record = take(record, one.row, run.staged.reference)
            if canonical(record) != canonical(known[id]):
                changed.append(record)
        ids = [one.id for one in changed if one.id is not None]
        _saved_organisations(run, changed, [wanted[id][0][0].row.number for id in ids])
        _keep_changes(run, "organisation", ids, {id: document(known[id]) for id in ids})


def _known(known: Mapping[int, _T], id: int, kind: str) -> _T:
    if id not in known:
        raise BadInput(f"There is no {kind} {id}. Correct the decisions.", field="match")
    return known[id]


def _set_parents(run: _Run) -> None:
    """Parent bodies last, because they may stand in the file below their children."""
    wanted: dict[int, int] = {}
    for one in run.staged.organisations:
        id = run.organisation_ids.get(one.row.number)
        above = one.parent
        if isinstance(above, DecidedOrganisation):
            above = run.organisation_ids.get(above.row.number)
        if id is not None and above is not None and id != above:
            wanted[id] = above
    if not wanted:
        return
    known = records_of(run.session, wanted)
    changed = {
        id: replace(known[id], parent_id=above)
        for id, above in wanted.items()
        if known[id].parent_id != above
    }
    save_organisations(run.session, list(changed.values()), actor=run.actor, cause=run.cause)
    _keep_changes(run, "organisation", list(changed), {id: document(known[id]) for id in changed})


def _apply_contacts(run: _Run) -> None:
    created: list[DecidedContact] = []
    wanted: dict[int, list[tuple[DecidedContact, bool]]] = {}
    posts: list[tuple[DecidedContact, int]] = []
    for one in run.staged.contacts:
        said = one.verdict
        organisation_id = _organisation_of(run, one)
        if organisation_id is None:
            _hold(run, one)
            continue
        action, match = _action(run, said, one.is_certain)
        if one.shares is not None and action == "create":
            posts.append((one, organisation_id))
        elif action == "create":
            created.append(one)
            posts.append((one, organisation_id))
        elif match is not None and action in ("update", "fill"):
            wanted.setdefault(match, []).append((one, action == "update"))
            run.contact_ids[said.file, said.row] = match
            posts.append((one, organisation_id))
        elif match is not None and action == "leave":
            run.contact_ids[said.file, said.row] = match
    _create_contacts(run, created)
    _change_contacts(run, wanted)
    _apply_posts(run, posts, set(wanted))


def _organisation_of(run: _Run, one: DecidedContact) -> int | None:
    if one.organisation is None:
        return one.organisation_id
    return run.organisation_ids.get(one.organisation.row.number)


def _hold(run: _Run, one: DecidedContact) -> None:
    """A contact waits with its organisation, because it would otherwise belong to none."""
    assert one.organisation is not None
    one.verdict.is_held = True
    held = f"held back with its organisation, row {one.organisation.row.number}"
    one.verdict.reason = f"{one.verdict.reason}; {held}" if one.verdict.reason else held


def _create_contacts(run: _Run, created: Sequence[DecidedContact]) -> None:
    for batch in batches(created):
        records = [one.record for one in batch if one.record is not None]
        ids = _saved_contacts(run, records, batch)
        for one, id in zip(batch, ids, strict=True):
            run.contact_ids[one.verdict.file, one.verdict.row] = id
            one.record = None
        _keep_changes(run, "contact", ids, {})


def _saved_contacts(
    run: _Run, records: Sequence[ContactRecord], rows: Sequence[DecidedContact]
) -> list[int]:
    try:
        return save_contacts(run.session, records, actor=run.actor, cause=run.cause)
    except BadRecord as error:
        said = rows[error.position].verdict
        raise Refused(f"Row {said.row} of {said.file}: {error.problem}") from None


def _change_contacts(run: _Run, wanted: Mapping[int, list[tuple[DecidedContact, bool]]]) -> None:
    for batch in batches(sorted(wanted)):
        known = contacts_of(run.session, batch)
        changed: list[ContactRecord] = []
        for id in batch:
            record = _known(known, id, "contact")
            for one, is_whole in wanted[id]:
                take = updated_contact if is_whole else filled_contact
                record = take(record, one.row)
            if record != known[id]:
                changed.append(record)
        ids = [one.id for one in changed if one.id is not None]
        _saved_contacts(run, changed, [wanted[id][0][0] for id in ids])
        _keep_changes(run, "contact", ids, {id: document(known[id]) for id in ids})


def _apply_posts(
    run: _Run, posts: Sequence[tuple[DecidedContact, int]], old_contacts: set[int]
) -> None:
    known = Posts(posts_of(run.session, old_contacts))
    before: dict[int, AffiliationRecord] = {}
    records: dict[tuple[int, int, str], AffiliationRecord] = {}
    for one, organisation_id in posts:
        said = one.verdict
        contact_id = run.contact_ids.get((said.file, one.shares or said.row))
        if contact_id is None:
            _hold(run, one)
            continue
        run.contact_ids[said.file, said.row] = contact_id
        there = known.find(contact_id, organisation_id, one.row.role)
        record = affiliation_of(one.row, contact_id, organisation_id, there)
        if record == there:
            continue
        if there is not None and there.id is not None:
            before.setdefault(there.id, there)
        known.put(record, there)
        records[contact_id, organisation_id, record.role] = record
    for batch in batches(list(records.values())):
        ids = save_affiliations(run.session, batch, actor=run.actor, cause=run.cause)
        _keep_changes(
            run, "affiliation", ids, {id: document(before[id]) for id in ids if id in before}
        )


def _keep_changes(
    run: _Run, kind: str, ids: Sequence[int], before: Mapping[int, dict[str, object]]
) -> None:
    """Remember what was done to these records, as they now are in the database."""
    if not ids:
        return
    now = _as_stored(run.session, kind, ids)
    earlier = _forgotten(run, kind, list(before)) if before else {}
    for is_created in (True, False):
        # A created record has no document from before: not even an empty one.
        rows = (
            {
                "import_id": run.import_id,
                "subject_kind": kind,
                "subject_id": id,
                "after": digest_of(now[id]),
                **({} if is_created else {"before": earlier.get(id, before.get(id))}),
            }
            for id in ids
            if (earlier.get(id, before.get(id)) is None) is is_created
        )
        copy_in(run.session, ImportChange.__table__, rows)


def _as_stored(session: Session, kind: str, ids: Sequence[int]) -> Mapping[int, Record]:
    if kind == "organisation":
        return records_of(session, ids)
    return contacts_of(session, ids) if kind == "contact" else affiliations_of(session, ids)


def _forgotten(run: _Run, kind: str, ids: list[int]) -> dict[int, Any]:
    """What was remembered of these records already in this import, which is told anew."""
    rows = run.session.execute(
        delete(ImportChange)
        .where(
            ImportChange.import_id == run.import_id,
            ImportChange.subject_kind == kind,
            among(ImportChange.subject_id, ids),
        )
        .returning(ImportChange.subject_id, ImportChange.before)
        .execution_options(synchronize_session=False)
    )
    return {row.subject_id: row.before for row in rows}


def _keep_rows(run: _Run) -> None:
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


def batches(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    """The items in stretches that are written at once."""
    for at in range(0, len(items), BATCH):
        yield items[at : at + BATCH]

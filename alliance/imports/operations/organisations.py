"""Storing the organisations of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from alliance.core.errors import Refused
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import records_of
from alliance.directory.rules.documents import canonical, document
from alliance.directory.rules.fields import BadRecord
from alliance.directory.rules.records import OrganisationRecord
from alliance.imports.deciding.documents import filled_organisation, updated_organisation
from alliance.imports.deciding.organisations import DecidedOrganisation
from alliance.imports.operations.run import Run, action_for, batches, keep_changes, known_or_refuse


def apply_organisations(run: Run) -> None:
    """Create the new, change the changed, and follow the policy for probable duplicates."""
    created: list[DecidedOrganisation] = []
    wanted: dict[int, list[tuple[DecidedOrganisation, bool]]] = {}
    twins: list[tuple[DecidedOrganisation, int]] = []
    for one in run.staged.organisations:
        action, match = action_for(run, one.verdict, one.is_certain)
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


def _take_into_rows(
    run: Run,
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


def _follow_twins(run: Run, twins: Sequence[tuple[DecidedOrganisation, int]]) -> None:
    for one, twin in twins:
        if twin in run.organisation_ids:
            run.organisation_ids[one.row.number] = run.organisation_ids[twin]
        else:
            run.held[one.row.number] = twin


def _create_organisations(run: Run, created: Sequence[DecidedOrganisation]) -> None:
    for batch in batches(created):
        records = [one.record for one in batch if one.record is not None]
        ids = _saved_organisations(run, records, [one.row.number for one in batch])
        run.organisation_ids.update(zip((one.row.number for one in batch), ids, strict=True))
        keep_changes(run, "organisation", ids, {})
        for one in batch:
            one.record = None


def _saved_organisations(
    run: Run, records: Sequence[OrganisationRecord], rows: Sequence[int]
) -> list[int]:
    try:
        return save_organisations(run.session, records, actor=run.actor, cause=run.cause)
    except BadRecord as error:
        raise Refused(
            f"Row {rows[error.position]} of {run.staged.main.table.name}: {error.problem}"
        ) from None


def _change_organisations(
    run: Run, wanted: Mapping[int, list[tuple[DecidedOrganisation, bool]]]
) -> None:
    for batch in batches(sorted(wanted)):
        known = records_of(run.session, batch)
        changed: list[OrganisationRecord] = []
        for id in batch:
            record = known_or_refuse(known, id, "organisation")
            for one, is_whole in wanted[id]:
                take = updated_organisation if is_whole else filled_organisation
                record = take(record, one.row, run.staged.reference)
            if canonical(record) != canonical(known[id]):
                changed.append(record)
        ids = [one.id for one in changed if one.id is not None]
        _saved_organisations(run, changed, [wanted[id][0][0].row.number for id in ids])
        keep_changes(run, "organisation", ids, {id: document(known[id]) for id in ids})


def _set_parents(run: Run) -> None:
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
    keep_changes(run, "organisation", list(changed), {id: document(known[id]) for id in changed})

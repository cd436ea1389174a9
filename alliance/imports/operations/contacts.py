"""Storing the contacts of an import and their affiliations."""

from collections.abc import Mapping, Sequence

from alliance.core.errors import BadInput, Refused
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.queries.records import contacts_of
from alliance.directory.rules.documents import document
from alliance.directory.rules.fields import BadRecord
from alliance.directory.rules.records import AffiliationRecord, ContactRecord
from alliance.imports.deciding.affiliations import KnownAffiliations
from alliance.imports.deciding.contacts import DecidedContact
from alliance.imports.deciding.documents import (
    affiliation_of,
    filled_contact,
    new_contact,
    updated_contact,
)
from alliance.imports.operations.run import Run, action_for, batches, keep_changes, known_or_refuse
from alliance.imports.queries import affiliations_of_contacts


def apply_contacts(run: Run) -> None:
    """Create the new, change the changed, and give each the affiliation that its row names."""
    created: list[DecidedContact] = []
    wanted: dict[int, list[tuple[DecidedContact, bool]]] = {}
    affiliations: list[tuple[DecidedContact, int]] = []
    for one in run.staged.contacts:
        said = one.verdict
        organisation_id = _organisation_of(run, one)
        action, match = action_for(run, said, one.is_certain)
        if one.is_alone:
            if match is not None and action in ("update", "fill"):
                wanted.setdefault(match, []).append((one, action == "update"))
            if match is not None and action != "hold":
                run.contact_ids[said.file, said.row] = match
            continue
        if organisation_id is None:
            _hold(run, one)
            continue
        if one.shares is not None and action == "create":
            affiliations.append((one, organisation_id))
        elif action == "create":
            created.append(one)
            affiliations.append((one, organisation_id))
        elif match is not None and action in ("update", "fill"):
            wanted.setdefault(match, []).append((one, action == "update"))
            run.contact_ids[said.file, said.row] = match
            affiliations.append((one, organisation_id))
        elif match is not None and action == "leave":
            run.contact_ids[said.file, said.row] = match
    _create_contacts(run, created)
    _change_contacts(run, wanted)
    _apply_affiliations(run, affiliations, set(wanted))


def _organisation_of(run: Run, one: DecidedContact) -> int | None:
    if one.organisation is None:
        return one.organisation_id
    return run.organisation_ids.get(one.organisation.row.number)


def _hold(run: Run, one: DecidedContact) -> None:
    """A contact waits with its organisation, because it would otherwise belong to none."""
    assert one.organisation is not None
    one.verdict.is_held = True
    held = f"held back with its organisation, row {one.organisation.row.number}"
    one.verdict.reason = f"{one.verdict.reason}; {held}" if one.verdict.reason else held


def _create_contacts(run: Run, created: Sequence[DecidedContact]) -> None:
    for batch in batches(created):
        records = [_new(one) for one in batch]
        ids = _saved_contacts(run, records, batch)
        now = dict(zip(ids, records, strict=True))
        for one, id in zip(batch, ids, strict=True):
            run.contact_ids[one.verdict.file, one.verdict.row] = id
        keep_changes(run, "contact", ids, {}, now=now)


def _new(one: DecidedContact) -> ContactRecord:
    try:
        return new_contact(one.row)
    except BadInput as error:
        raise Refused(f"Row {one.verdict.row} of {one.verdict.file}: {error.message}") from None


def _saved_contacts(
    run: Run, records: Sequence[ContactRecord], rows: Sequence[DecidedContact]
) -> list[int]:
    try:
        return save_contacts(run.session, records, actor=run.actor, cause=run.cause)
    except BadRecord as error:
        said = rows[error.position].verdict
        raise Refused(f"Row {said.row} of {said.file}: {error.problem}") from None


def _change_contacts(run: Run, wanted: Mapping[int, list[tuple[DecidedContact, bool]]]) -> None:
    for batch in batches(sorted(wanted)):
        known = contacts_of(run.session, batch)
        changed: list[ContactRecord] = []
        for id in batch:
            record = known_or_refuse(known, id, "contact")
            for one, is_whole in wanted[id]:
                take = updated_contact if is_whole else filled_contact
                record = take(record, one.row)
            if record != known[id]:
                changed.append(record)
        ids = [one.id for one in changed if one.id is not None]
        _saved_contacts(run, changed, [wanted[id][0][0] for id in ids])
        keep_changes(run, "contact", ids, {id: document(known[id]) for id in ids})


def _apply_affiliations(
    run: Run, affiliations: Sequence[tuple[DecidedContact, int]], old_contacts: set[int]
) -> None:
    known = KnownAffiliations(affiliations_of_contacts(run.session, old_contacts))
    before: dict[int, AffiliationRecord] = {}
    records: dict[int, AffiliationRecord] = {}
    for one, organisation_id in affiliations:
        said = one.verdict
        contact_id = run.contact_ids.get((said.file, one.shares or said.row))
        if contact_id is None:
            _hold(run, one)
            continue
        run.contact_ids[said.file, said.row] = contact_id
        there = known.find(contact_id, organisation_id, one.row)
        record = affiliation_of(one.row, contact_id, organisation_id, there)
        if record == there:
            continue
        if there is not None:
            # An earlier row of the file spoke of it already.
            records.pop(id(there), None)
        if there is not None and there.id is not None:
            before.setdefault(there.id, there)
        known.put(record, there)
        records[id(record)] = record
    for batch in batches(list(records.values())):
        ids = save_affiliations(run.session, batch, actor=run.actor, cause=run.cause)
        documents = {id: document(before[id]) for id in ids if id in before}
        now = dict(zip(ids, batch, strict=True))
        keep_changes(run, "affiliation", ids, documents, now=now)

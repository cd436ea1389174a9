"""Taking a whole import back, updates included."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.errors import Refused
from alliance.directory.operations.contacts import (
    remove_affiliations,
    remove_contacts,
    save_affiliations,
    save_contacts,
)
from alliance.directory.operations.saving import remove_organisations, save_organisations
from alliance.directory.queries.records import affiliations_of, contacts_of, records_of
from alliance.directory.queries.relations import names_of_affiliations
from alliance.directory.rules.documents import affiliation_from, contact_from, organisation_from
from alliance.imports.images import digest_of
from alliance.imports.operations.applying import one_at_a_time
from alliance.imports.operations.run import batches
from alliance.imports.queries import changes_of, dependants_of, get_import, later_affiliations
from alliance.imports.verdicts import ImportState


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record that was kept, and why."""

    kind: str
    id: int
    name: str
    reason: str


@dataclass(slots=True)
class Undone:
    """What undoing did. `kept` are records that a conflict needs, listed beside the conflicts."""

    import_id: int
    removed: int = 0
    restored: int = 0
    conflicts: list[Conflict] = field(default_factory=list)
    kept: list[Conflict] = field(default_factory=list)


@dataclass(slots=True)
class _Kind:
    """The changes of one kind of record, parted into what may be taken back and what not."""

    created: list[int] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


# How many seconds an undo waits for an import that is being stored.
_PATIENCE = 30
_EDITED = "edited since the import"
_GONE = "removed since the import"


def undo(session: Session, import_id: int, *, actor: Actor) -> Undone:
    """Restore what the import changed and remove what it created, except what was edited since.

    A contact that is kept keeps its affiliations, and an affiliation its organisation. Raises
    NotFound, and Refused when the import was undone already.
    """
    found = get_import(session, import_id, for_update=True)
    if found.state is ImportState.UNDONE:
        when = f"{found.undone_at:%Y-%m-%d %H:%M} UTC"
        raise Refused(f"Import {import_id} was undone already, on {when} by {found.undone_by}.")
    session.execute(text("SET LOCAL statement_timeout = 0"))
    one_at_a_time(session, seconds=_PATIENCE)
    result = Undone(import_id)
    affiliations = _sorted_out(session, import_id, "affiliation", affiliations_of, result)
    contacts = _sorted_out(session, import_id, "contact", contacts_of, result)
    organisations = _sorted_out(session, import_id, "organisation", records_of, result)
    _keep_what_is_needed(session, result, affiliations, contacts, organisations)
    _take_back(session, result, affiliations, contacts, organisations, actor)
    found.state = ImportState.UNDONE
    found.undone_at = clock.now()
    found.undone_by = actor.name
    found.undo_report = told(result)
    session.flush()
    return result


def told(result: Undone) -> dict[str, Any]:
    """What undoing did, as JSON values."""
    return {
        "import": result.import_id,
        "removed": result.removed,
        "restored": result.restored,
        "conflicts": [asdict(one) for one in result.conflicts],
        "kept": [asdict(one) for one in result.kept],
    }


def _sorted_out(
    session: Session,
    import_id: int,
    kind: str,
    read: Callable[[Session, Sequence[int]], Mapping[int, Any]],
    result: Undone,
) -> _Kind:
    """Compare the records with what the import left; those that differ become conflicts."""
    found = _Kind()
    for batch in batches(changes_of(session, import_id, kind)):
        now = read(session, [change.subject_id for change in batch])
        names = _names(session, kind, now)
        for change in batch:
            record = now.get(change.subject_id)
            if record is None:
                if change.before is not None:
                    result.conflicts.append(Conflict(kind, change.subject_id, "", _GONE))
                continue
            name = names[change.subject_id]
            if digest_of(record) != change.after:
                result.conflicts.append(Conflict(kind, change.subject_id, name, _EDITED))
                continue
            found.names[change.subject_id] = name
            if change.before is None:
                found.created.append(change.subject_id)
            else:
                found.changed[change.subject_id] = change.before
    return found


def _names(session: Session, kind: str, records: Mapping[int, Any]) -> Mapping[int, str]:
    if kind == "affiliation":
        return names_of_affiliations(session, list(records.values()))
    return {id: one.name for id, one in records.items()}


def _keep_what_is_needed(
    session: Session, result: Undone, affiliations: _Kind, contacts: _Kind, organisations: _Kind
) -> None:
    """Leave records in place that something which stays refers to, and say why."""
    made = {id: one for batch in batches(affiliations.created)
            for id, one in affiliations_of(session, batch).items()}  # fmt: skip
    edited = _edited(session, result)
    later = later_affiliations(
        session, result.import_id, contact_ids=contacts.created, ids=organisations.created
    )
    needed_contacts = {one.id for one in result.conflicts if one.kind == "contact"}
    needed_contacts |= {contact for contact, _ in (*edited, *later)}
    kept_affiliations = {id for id, one in made.items() if one.contact_id in needed_contacts}
    needed = {organisation for _, organisation in (*edited, *later)}
    needed |= {made[id].organisation_id for id in kept_affiliations}
    removed = set(organisations.created) - needed
    # A parent stays with its child, and the parent's parent with it.
    while more := {
        parent for child, parent in dependants_of(session, removed) if child not in removed
    }:
        removed -= more
    _keep(
        result,
        "affiliation",
        affiliations,
        kept_affiliations,
        "a contact that was kept works in it",
    )
    _keep(result, "contact", contacts, needed_contacts, "it has an affiliation that was kept")
    stays = set(organisations.created) - removed
    _keep(result, "organisation", organisations, stays, "a record that was kept refers to it")


def _edited(session: Session, result: Undone) -> list[tuple[int, int]]:
    ids = [one.id for one in result.conflicts if one.kind == "affiliation"]
    found = affiliations_of(session, ids).values()
    return [(one.contact_id, one.organisation_id) for one in found]


def _keep(result: Undone, kind: str, found: _Kind, ids: set[int], reason: str) -> None:
    staying = [id for id in found.created if id in ids]
    result.kept += [Conflict(kind, id, found.names[id], reason) for id in staying]
    found.created = [id for id in found.created if id not in ids]


def _take_back(
    session: Session,
    result: Undone,
    affiliations: _Kind,
    contacts: _Kind,
    organisations: _Kind,
    actor: Actor,
) -> None:
    cause = f"import:{result.import_id}"
    reason = "import undone"
    for batch in batches(sorted(organisations.changed)):
        save_organisations(
            session,
            [organisation_from(organisations.changed[id], id=id) for id in batch],
            actor=actor, cause=cause, reason=reason,
        )  # fmt: skip
    for batch in batches(sorted(contacts.changed)):
        save_contacts(
            session,
            [contact_from(contacts.changed[id], id=id) for id in batch],
            actor=actor, cause=cause, reason=reason,
        )  # fmt: skip
    for batch in batches(sorted(affiliations.changed)):
        save_affiliations(
            session,
            [affiliation_from(affiliations.changed[id], id=id) for id in batch],
            actor=actor, cause=cause, reason=reason,
        )  # fmt: skip
    for batch in batches(affiliations.created):
        remove_affiliations(session, batch, actor=actor, cause=cause, reason=reason)
    for batch in batches(contacts.created):
        remove_contacts(session, batch, actor=actor, cause=cause, reason=reason)
    for batch in batches(organisations.created):
        remove_organisations(session, batch, actor=actor, cause=cause, reason=reason)
    result.removed = len(affiliations.created) + len(contacts.created) + len(organisations.created)
    result.restored = len(affiliations.changed) + len(contacts.changed) + len(organisations.changed)

"""Organisations as the secretariat keeps them: read whole, added, changed, put away, deleted."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.api.closed_lists import check_listed
from alliance.api.days import present_day
from alliance.api.private import PrivateBlueprint, of
from alliance.api.records import Slugs, check_seen, shown, stored_number, version_seen
from alliance.api.responses import public_address
from alliance.api.schemas.records import (
    NewOrganisation,
    OrganisationChanges,
    OrganisationRecord,
    OrganisationRecords,
    RecordQuery,
)
from alliance.api.writing import Answer, Asked
from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations import states
from alliance.directory.operations.editing import edit_organisation
from alliance.directory.operations.organisations import held_record, set_parent
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.keyset import (
    Kept,
    OrganisationCriteria,
    organisation_ids_after,
    sector_slugs,
)
from alliance.directory.queries.records import get_record, records_of
from alliance.directory.rules import records
from alliance.directory.rules.documents import document
from alliance.directory.rules.versions import version_of

resource = PrivateBlueprint(
    "organisation_records",
    __name__,
    url_prefix="/api/v1/organisations",
    description="Organisations as the secretariat keeps them, members or not. Needs a token.",
)
_READ = of(Permission.ENTER_WORKSPACE)
_WRITE = of(Permission.EDIT_ORGANISATIONS)
_REMOVE = of(Permission.REMOVE_RECORDS)
_PATH = {"id": "The `id` of the organisation."}
_ONE = "/<int(min=1):id>"


@resource.private(
    "GET",
    "/records",
    name="listOrganisationRecords",
    needs=_READ,
    query=RecordQuery,
    answer=OrganisationRecords,
)
def list_records(session: Session, asked: Asked) -> Answer:
    """List organisations as they are kept.

    All organisations by `id`, also those that are no members, archived or deleted. While `next` is
    a number there is more: ask again with it as `after`.
    """
    query = asked.query
    check_listed(session, query)
    criteria = OrganisationCriteria(
        state=Kept(query["state"]) if "state" in query else None,
        categories=tuple(query.get("category", ())),
        countries=tuple(query.get("country", ())),
        sectors=tuple(query.get("sector", ())),
        parent_id=query.get("parent"),
    )
    limit: int = query["limit"]
    ids = organisation_ids_after(session, criteria, after=query["after"], limit=limit + 1)
    found, slugs = records_of(session, ids[:limit]), sector_slugs(session)
    items = [shown(found[id], asked.caller.permissions, slugs) for id in ids[:limit] if id in found]
    return Answer({"items": items, "next": ids[limit - 1] if len(ids) > limit else None})


@resource.private(
    "GET",
    f"{_ONE}/record",
    name="showOrganisationRecord",
    needs=_READ,
    path=_PATH,
    answer=OrganisationRecord,
)
def show_record(session: Session, asked: Asked, id: int) -> Answer:
    """Show an organisation as it is kept.

    With everything but what staff noted for themselves. The `ETag` is its version.
    """
    return _answer(session, asked, get_record(session, stored_number(id)))


@resource.private(
    "POST",
    "",
    name="addOrganisation",
    needs=_WRITE,
    body=NewOrganisation,
    answer=OrganisationRecord,
    status=201,
)
def add(session: Session, asked: Asked) -> Answer:
    """Add an organisation.

    Send an `Idempotency-Key`, so that a copy of the request does not add it twice.
    """
    values = _values(asked.body, {}, sector_slugs(session))
    new = records.OrganisationRecord(**values)
    if new.parent_id is not None:
        _check_parent(session, new.parent_id)
    (id,) = save_organisations(session, [new], actor=asked.caller.actor, reason=asked.reason)
    answer = _answer(session, asked, get_record(session, id))
    address = public_address(f"/api/v1/organisations/{id}/record")
    return Answer(answer.document, 201, answer.version, address)


@resource.private(
    "PATCH",
    f"{_ONE}/record",
    name="changeOrganisation",
    needs=_WRITE,
    path=_PATH,
    body=OrganisationChanges,
    answer=OrganisationRecord,
    is_seen_first=True,
)
def change(session: Session, asked: Asked, id: int) -> Answer:
    """Change fields of an organisation.

    What is left out stays as it is, null takes away, a list replaces the list that was there.
    When others changed the organisation since it was read, 412 tells what clashes.
    """
    before = held_record(session, stored_number(id))
    values = _values(asked.body, before.visibility, sector_slugs(session))
    wanted = records.OrganisationRecord(**{"name": "", "category": "", **values})
    told = document(wanted)
    check_seen(
        session,
        before,
        asked.seen,
        asked.caller.permissions,
        {name: told.get(name) for name in values},
    )
    parent = values.pop("parent_id", before.parent_id)
    edit_organisation(
        session,
        id,
        values,
        version=version_of(before),
        actor=asked.caller.actor,
        reason=asked.reason,
    )
    if parent != before.parent_id:
        _set_parent(session, asked, id, parent)
    return _answer(session, asked, get_record(session, id))


@resource.private(
    "POST",
    f"{_ONE}/record/archive",
    name="archiveOrganisation",
    needs=_REMOVE,
    path=_PATH,
    answer=OrganisationRecord,
    is_seen_first=True,
)
def archive(session: Session, asked: Asked, id: int) -> Answer:
    """Put an organisation away.

    It leaves lists and the public directory until it is restored. A member cannot be put away.
    """
    return _kept(session, asked, id, states.archive_organisation, on=present_day(session))


@resource.private(
    "POST",
    f"{_ONE}/record/restore",
    name="restoreOrganisation",
    needs=_REMOVE,
    path=_PATH,
    answer=OrganisationRecord,
    is_seen_first=True,
)
def restore(session: Session, asked: Asked, id: int) -> Answer:
    """Bring an archived or deleted organisation back.

    It is then as it was before.
    """
    return _kept(session, asked, id, states.restore_organisation)


@resource.private(
    "DELETE",
    f"{_ONE}/record",
    name="deleteOrganisation",
    needs=_REMOVE,
    path=_PATH,
    answer=OrganisationRecord,
    is_seen_first=True,
)
def delete(session: Session, asked: Asked, id: int) -> Answer:
    """Delete an organisation.

    It is gone for good on the day `delete_on`, 30 days from now; until then it can be restored.
    A member cannot be deleted, nor one on which others depend.
    """
    return _kept(session, asked, id, states.delete_organisation, on=present_day(session))


def _kept(
    session: Session, asked: Asked, id: int, act: Callable[..., None], **values: Any
) -> Answer:
    before = held_record(session, stored_number(id))
    check_seen(session, before, asked.seen, asked.caller.permissions, {})
    act(session, id, actor=asked.caller.actor, reason=asked.reason, **values)
    return _answer(session, asked, get_record(session, id))


def _answer(session: Session, asked: Asked, record: records.OrganisationRecord) -> Answer:
    permissions = asked.caller.permissions
    told = shown(record, permissions, sector_slugs(session))
    return Answer(told, version=version_seen(record, permissions))


def _check_parent(session: Session, parent_id: int) -> None:
    try:
        above = get_record(session, parent_id)
    except NotFound:
        raise _no_parent(parent_id) from None
    if above.merged_into_id is not None:
        raise BadInput(
            f"“{above.name}” was merged into another; choose that one.", field="parent_id"
        )


def _set_parent(session: Session, asked: Asked, id: int, parent_id: int | None) -> None:
    try:
        set_parent(session, id, parent_id, actor=asked.caller.actor, reason=asked.reason)
    except NotFound:
        raise _no_parent(parent_id) from None


def _no_parent(parent_id: int | None) -> BadInput:
    return BadInput(f"There is no organisation {parent_id}.", field="parent_id")


def _values(
    body: Mapping[str, Any], levels: Mapping[str, records.Visibility], slugs: Slugs
) -> dict[str, Any]:
    """The fields of the record that a body gives. Raises BadInput for a sector there is not."""
    found = {name: value for name, value in body.items() if name != "reason"}
    for name, make in _PARTS.items():
        if name in found:
            found[name] = tuple(make(one) for one in found[name] or ())
    if "sectors" in found:
        found["sectors"] = tuple(_sector_ids(found["sectors"], slugs))
    if "visibility" in found:
        changed = {**levels, **(found["visibility"] or {})}
        found["visibility"] = MappingProxyType(
            {name: records.Visibility(level) for name, level in changed.items() if level}
        )
    return found


def _sector_ids(wanted: Iterable[str], slugs: Slugs) -> Iterable[int]:
    ids = {slug: id for id, slug in slugs.items()}
    for slug in wanted:
        if slug not in ids:
            raise BadInput(
                f"Sectors: there is no “{slug[:60]}”; they are at /api/v1/sectors.", field="sectors"
            )
        yield ids[slug]


def _name(one: Mapping[str, Any]) -> records.Name:
    return records.Name(**{**one, "kind": records.NameKind(one["kind"])})


def _membership(one: Mapping[str, Any]) -> records.Membership:
    precision = records.Precision(one.get("precision", "day"))
    return records.Membership(**{**one, "precision": precision})


_PARTS: Mapping[str, Callable[[Any], Any]] = {
    "names": _name,
    "identifiers": lambda one: records.Identifier(**one),
    "memberships": _membership,
    "countries": str,
    "sectors": str,
}

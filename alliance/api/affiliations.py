"""Who works where, for programs: read, begun, changed, taken back."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.api.closed_lists import check_listed
from alliance.api.days import present_day
from alliance.api.private import PrivateBlueprint, of
from alliance.api.records import check_seen, shown, stored_number, version_seen
from alliance.api.responses import public_address
from alliance.api.schemas.people import (
    Affiliation,
    AffiliationChanges,
    AffiliationPage,
    AffiliationQuery,
    NewAffiliation,
)
from alliance.api.writing import Answer, Asked
from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations.affiliations import affiliate
from alliance.directory.operations.contacts import remove_affiliations
from alliance.directory.operations.editing import edit_affiliation
from alliance.directory.queries.keyset import AffiliationCriteria, affiliation_ids_after
from alliance.directory.queries.records import affiliations_of, contacts_of, get_record
from alliance.directory.queries.reference import reference
from alliance.directory.queries.relations import affiliations_at
from alliance.directory.rules.affiliations import check_role
from alliance.directory.rules.records import AffiliationRecord
from alliance.directory.rules.versions import version_of

resource = PrivateBlueprint(
    "affiliations",
    __name__,
    url_prefix="/api/v1/affiliations",
    description="Who works where, in which role. Needs a token.",
)
_READ = of(Permission.SEE_CONTACT_DETAILS)
_WRITE = of(Permission.EDIT_CONTACTS)
_PATH = {"id": "The `id` of the affiliation."}
_ONE = "/<int(min=1):id>"


@resource.private(
    "GET",
    "",
    name="listAffiliations",
    needs=_READ,
    query=AffiliationQuery,
    answer=AffiliationPage,
)
def list_affiliations(session: Session, asked: Asked) -> Answer:
    """List affiliations.

    By `id`, also past and future ones. While `next` is a number there is more: ask again with it
    as `after`.
    """
    query = asked.query
    check_listed(session, query)
    criteria = AffiliationCriteria(
        organisation_id=query.get("organisation"),
        contact_id=query.get("contact"),
        roles=tuple(query.get("role", ())),
        active_on=query.get("active_on"),
    )
    limit: int = query["limit"]
    ids = affiliation_ids_after(session, criteria, after=query["after"], limit=limit + 1)
    items = affiliation_items(session, asked, ids[:limit])
    return Answer({"items": items, "next": ids[limit - 1] if len(ids) > limit else None})


@resource.private("GET", _ONE, name="showAffiliation", needs=_READ, path=_PATH, answer=Affiliation)
def show(session: Session, asked: Asked, id: int) -> Answer:
    """Show an affiliation.

    The `ETag` is its version.
    """
    return _answer(asked, _found(session, id))


@resource.private(
    "POST",
    "",
    name="addAffiliation",
    needs=_WRITE,
    body=NewAffiliation,
    answer=Affiliation,
    status=201,
)
def add(session: Session, asked: Asked) -> Answer:
    """Give a contact a role in an organisation.

    Refused when the role is fully held there, or the contact has it already.
    """
    body = asked.body
    if not contacts_of(session, [body["contact_id"]]):
        raise BadInput(f"There is no contact {body['contact_id']}.", field="contact_id")
    try:
        get_record(session, body["organisation_id"])
    except NotFound as error:
        raise BadInput(str(error), field="organisation_id") from None
    id = affiliate(
        session,
        contact_id=body["contact_id"],
        organisation_id=body["organisation_id"],
        role=body["role"],
        on=body.get("on") or present_day(session),
        actor=asked.caller.actor,
        job_title=body.get("job_title"),
        reason=asked.reason,
    )
    answer = _answer(asked, _found(session, id))
    address = public_address(f"/api/v1/affiliations/{id}")
    return Answer(answer.document, 201, answer.version, address)


@resource.private(
    "PATCH",
    _ONE,
    name="changeAffiliation",
    needs=_WRITE,
    path=_PATH,
    body=AffiliationChanges,
    answer=Affiliation,
    is_seen_first=True,
)
def change(session: Session, asked: Asked, id: int) -> Answer:
    """Change an affiliation.

    Its days and the job title. Another role or another organisation is another affiliation.
    """
    before = _found(session, id)
    values = {name: value for name, value in asked.body.items() if name != "reason"}
    check_seen(session, before, asked.seen, asked.caller.permissions, _told(values))
    if "ended_on" in values:
        _check_longer(session, before, values)
    edit_affiliation(
        session,
        id,
        values,
        version=version_of(before),
        actor=asked.caller.actor,
        reason=asked.reason,
        is_strict=True,
    )
    return _answer(asked, _found(session, id))


@resource.private(
    "DELETE",
    _ONE,
    name="removeAffiliation",
    needs=_WRITE,
    path=_PATH,
    answer=Affiliation,
    is_seen_first=True,
)
def remove(session: Session, asked: Asked, id: int) -> Answer:
    """Take back an affiliation that was entered in error.

    It is gone at once. For one that was true and is over, set `ended_on` instead.
    """
    before = _found(session, id)
    check_seen(session, before, asked.seen, asked.caller.permissions, {})
    remove_affiliations(session, [id], actor=asked.caller.actor, reason=asked.reason)
    return _answer(asked, before)


def affiliation_items(
    session: Session, asked: Asked, ids: Collection[int]
) -> list[Mapping[str, Any]]:
    """These affiliations as they are sent, by id."""
    found = affiliations_of(session, ids)
    return [shown(found[id], asked.caller.permissions, {}) for id in sorted(ids) if id in found]


def _found(session: Session, id: int) -> AffiliationRecord:
    found = affiliations_of(session, [stored_number(id)]).get(id)
    if found is None:
        raise NotFound
    return found


def _answer(asked: Asked, record: AffiliationRecord) -> Answer:
    permissions = asked.caller.permissions
    return Answer(shown(record, permissions, {}), version=version_seen(record, permissions))


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as documents have them."""
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value or None
        for name, value in values.items()
    }


def _check_longer(session: Session, before: AffiliationRecord, values: Mapping[str, Any]) -> None:
    """Raises Refused when a role would go on beyond its end though others fill it by then."""
    ends = values["ended_on"]
    if before.ended_on is None or (ends is not None and ends <= before.ended_on):
        return
    roles = reference(session).roles
    others = [
        one for one in affiliations_at(session, [before.organisation_id]) if one.id != before.id
    ]
    category = get_record(session, before.organisation_id).category
    if before.role in roles:
        check_role(
            roles[before.role],
            before.contact_id,
            others,
            category=category,
            on=before.ended_on,
        )

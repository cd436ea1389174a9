"""Contacts for programs: read, added, changed, moved from place to place, put away, deleted."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.api.affiliations import affiliation_items
from alliance.api.days import present_day
from alliance.api.private import PrivateBlueprint, of
from alliance.api.records import check_seen, shown, stored_number, version_seen
from alliance.api.responses import public_address
from alliance.api.schemas.people import (
    AffiliationList,
    Contact,
    ContactChanges,
    ContactPage,
    ContactQuery,
    Leave,
    Move,
    NewContact,
)
from alliance.api.writing import Answer, Asked
from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations import affiliations, states
from alliance.directory.operations.contacts import save_contacts
from alliance.directory.operations.editing import edit_contact, held_contact
from alliance.directory.queries.keyset import ContactCriteria, Kept, contact_ids_after
from alliance.directory.queries.records import contacts_of, get_record
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import Address, AddressState, ContactRecord
from alliance.directory.rules.versions import version_of

resource = PrivateBlueprint(
    "contacts",
    __name__,
    url_prefix="/api/v1/contacts",
    description="People who work for organisations. Needs a token.",
)
_READ = of(Permission.SEE_CONTACT_DETAILS)
_WRITE = of(Permission.EDIT_CONTACTS)
_REMOVE = of(Permission.EDIT_CONTACTS, Permission.REMOVE_RECORDS)
_PATH = {"id": "The `id` of the contact."}
_ONE = "/<int(min=1):id>"


@resource.private(
    "GET", "", name="listContacts", needs=_READ, query=ContactQuery, answer=ContactPage
)
def list_contacts(session: Session, asked: Asked) -> Answer:
    """List contacts.

    By `id`, also those that are archived or deleted. While `next` is a number there is more: ask
    again with it as `after`.
    """
    query = asked.query
    criteria = ContactCriteria(
        state=Kept(query["state"]) if "state" in query else None,
        organisation_id=query.get("organisation"),
    )
    limit: int = query["limit"]
    ids = contact_ids_after(session, criteria, after=query["after"], limit=limit + 1)
    found = contacts_of(session, ids[:limit])
    items = [shown(found[id], asked.caller.permissions, {}) for id in ids[:limit] if id in found]
    return Answer({"items": items, "next": ids[limit - 1] if len(ids) > limit else None})


@resource.private("GET", _ONE, name="showContact", needs=_READ, path=_PATH, answer=Contact)
def show(session: Session, asked: Asked, id: int) -> Answer:
    """Show a contact.

    With addresses and telephone numbers, and without what staff noted. The `ETag` is its version.
    """
    return _answer(session, asked, id)


@resource.private(
    "POST", "", name="addContact", needs=_WRITE, body=NewContact, answer=Contact, status=201
)
def add(session: Session, asked: Asked) -> Answer:
    """Add a contact.

    Send an `Idempotency-Key`, so that a copy of the request does not add it twice.
    """
    new = ContactRecord(**_values(asked.body, ()))
    (id,) = save_contacts(session, [new], actor=asked.caller.actor, reason=asked.reason)
    answer = _answer(session, asked, id)
    return Answer(answer.document, 201, answer.version, public_address(f"/api/v1/contacts/{id}"))


@resource.private(
    "PATCH",
    _ONE,
    name="changeContact",
    needs=_WRITE,
    path=_PATH,
    body=ContactChanges,
    answer=Contact,
    is_seen_first=True,
)
def change(session: Session, asked: Asked, id: int) -> Answer:
    """Change fields of a contact.

    What is left out stays as it is, null takes away, a list replaces the list that was there.
    When others changed the contact since it was read, 412 tells what clashes.
    """
    before = held_contact(session, stored_number(id))
    values = _values(asked.body, before.addresses)
    told = document(ContactRecord(**{"name": "", **values}))
    wanted = {name: told.get(name) for name in values}
    check_seen(session, before, asked.seen, asked.caller.permissions, wanted)
    edit_contact(
        session,
        id,
        values,
        version=version_of(before),
        actor=asked.caller.actor,
        reason=asked.reason,
    )
    return _answer(session, asked, id)


@resource.private(
    "POST",
    f"{_ONE}/archive",
    name="archiveContact",
    needs=_REMOVE,
    path=_PATH,
    answer=Contact,
    is_seen_first=True,
)
def archive(session: Session, asked: Asked, id: int) -> Answer:
    """Put a contact away.

    It leaves lists until it is restored.
    """
    return _kept(session, asked, id, states.archive_contact, on=present_day(session))


@resource.private(
    "POST",
    f"{_ONE}/restore",
    name="restoreContact",
    needs=_REMOVE,
    path=_PATH,
    answer=Contact,
    is_seen_first=True,
)
def restore(session: Session, asked: Asked, id: int) -> Answer:
    """Bring an archived or deleted contact back.

    It is then as it was before.
    """
    return _kept(session, asked, id, states.restore_contact)


@resource.private(
    "DELETE",
    _ONE,
    name="deleteContact",
    needs=_REMOVE,
    path=_PATH,
    answer=Contact,
    is_seen_first=True,
)
def delete(session: Session, asked: Asked, id: int) -> Answer:
    """Delete a contact.

    It is gone for good on the day `delete_on`, 30 days from now; until then it can be restored.
    """
    return _kept(session, asked, id, states.delete_contact, on=present_day(session))


@resource.private(
    "POST",
    f"{_ONE}/move",
    name="moveContact",
    needs=_WRITE,
    path=_PATH,
    body=Move,
    answer=AffiliationList,
)
def move(session: Session, asked: Asked, id: int) -> Answer:
    """Move a contact from one organisation to another.

    All that the contact does for the first ends on the day, and a role in the second begins.
    """
    body = asked.body
    before = contacts_of(session, [stored_number(id)])
    if id not in before:
        raise NotFound
    for name in ("from_id", "to_id"):
        _check_organisation(session, body[name], name)
    new = affiliations.move_contact(
        session,
        id,
        from_id=body["from_id"],
        to_id=body["to_id"],
        role=body["role"],
        on=body.get("on") or present_day(session),
        actor=asked.caller.actor,
        job_title=body.get("job_title"),
        reason=asked.reason,
    )
    return Answer({"items": affiliation_items(session, asked, [new])})


@resource.private(
    "POST",
    f"{_ONE}/leave",
    name="leaveOrganisation",
    needs=_WRITE,
    path=_PATH,
    body=Leave,
    answer=AffiliationList,
)
def leave(session: Session, asked: Asked, id: int) -> Answer:
    """Let a contact leave an organisation.

    All that the contact does for it ends on the day.
    """
    if not contacts_of(session, [stored_number(id)]):
        raise NotFound
    ended = affiliations.leave(
        session,
        id,
        asked.body["organisation_id"],
        on=asked.body.get("on") or present_day(session),
        actor=asked.caller.actor,
        reason=asked.reason,
    )
    return Answer({"items": affiliation_items(session, asked, ended)})


def _kept(
    session: Session, asked: Asked, id: int, act: Callable[..., None], **values: Any
) -> Answer:
    before = held_contact(session, stored_number(id))
    check_seen(session, before, asked.seen, asked.caller.permissions, {})
    act(session, id, actor=asked.caller.actor, reason=asked.reason, **values)
    return _answer(session, asked, id)


def _answer(session: Session, asked: Asked, id: int) -> Answer:
    found = contacts_of(session, [stored_number(id)]).get(id)
    if found is None:
        raise NotFound
    permissions = asked.caller.permissions
    return Answer(shown(found, permissions, {}), version=version_seen(found, permissions))


def _check_organisation(session: Session, id: int, field: str) -> None:
    try:
        get_record(session, id)
    except NotFound:
        raise BadInput(f"There is no organisation {id}.", field=field) from None


def _values(body: Mapping[str, Any], before: tuple[Address, ...]) -> dict[str, Any]:
    """The fields of the record that a body gives; a known address keeps what is known of it."""
    found = {name: value for name, value in body.items() if name != "reason"}
    known = {one.email: one.state for one in before}
    if "addresses" in found:
        found["addresses"] = tuple(
            Address(
                one["email"],
                AddressState(one["state"])
                if "state" in one
                else known.get(one["email"], AddressState.UNVERIFIED),
            )
            for one in found["addresses"] or ()
        )
    if "phones" in found:
        found["phones"] = tuple(found["phones"] or ())
    return found

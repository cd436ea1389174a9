"""Records as programs are shown them, and what a writer must have seen of one to change it."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import ETags

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.visible import visible
from alliance.api.schemas.queries import LARGEST_ID
from alliance.audit.queries import history_of
from alliance.core.errors import NotFound, Stale
from alliance.directory.queries.keyset import sector_slugs
from alliance.directory.rules.documents import Record, document
from alliance.directory.rules.records import ContactRecord, OrganisationRecord
from alliance.directory.rules.versions import as_it_was, clashes, version_of_document

Permissions = Collection[Permission]
Slugs = Mapping[int, str]
_ENTRIES_LOOKED_AT = 200


def stored_number(id: int) -> int:
    """The number as it is. Raises NotFound for one that no record can have."""
    if id > LARGEST_ID:
        raise NotFound
    return id


def kind_of(record: Record) -> str:
    """By what the history knows records of this kind."""
    if isinstance(record, OrganisationRecord):
        return "organisation"
    return "contact" if isinstance(record, ContactRecord) else "affiliation"


def seen_document(record: Record, permissions: Permissions) -> dict[str, Any]:
    """What somebody with these permissions may see of a record, as it is stored."""
    return visible(kind_of(record), document(record), permissions)


def version_seen(record: Record, permissions: Permissions) -> str:
    """The version of what may be seen. What is hidden neither shows in it nor changes it."""
    return version_of_document(seen_document(record, permissions))


def shown(record: Record, permissions: Permissions, slugs: Slugs) -> dict[str, Any]:
    """A record as it is sent: sectors by their names in addresses."""
    values = seen_document(record, permissions)
    return {
        "id": record.id,
        "version": version_of_document(values),
        **worded(kind_of(record), values, slugs),
    }


def worded(kind: str, values: Mapping[str, Any], slugs: Slugs) -> dict[str, Any]:
    """A document with the names of sectors in the place of their numbers."""
    if kind != "organisation" or not values.get("sectors"):
        return dict(values)
    return {**values, "sectors": _worded(values["sectors"], slugs)}


def worded_changes(
    kind: str, changes: Mapping[str, list[Any]], slugs: Slugs
) -> dict[str, list[Any]]:
    """Changes of a history entry, field -> [from, to], with the names of sectors."""
    if kind != "organisation" or "sectors" not in changes:
        return dict(changes)
    return {**changes, "sectors": [_worded(ids, slugs) for ids in changes["sectors"]]}


def check_seen(
    session: Session,
    record: Record,
    seen: ETags | None,
    permissions: Permissions,
    wanted: Mapping[str, Any],
) -> None:
    """Raises Stale when the record is not as the writer saw it, with the fields that clash.

    wanted: the fields that are to be changed, with their values as in documents.
    """
    current = seen_document(record, permissions)
    version = version_of_document(current)
    if seen is None or version in seen:
        return
    assert record.id is not None
    entries = history_of(session, kind_of(record), record.id, limit=_ENTRIES_LOOKED_AT)
    changes = [visible(kind_of(record), entry.changes, permissions) for entry in entries]
    base = next(
        (found for tag in seen.as_set() if (found := as_it_was(current, changes, tag)) is not None),
        None,
    )
    if base is None:
        # What the writer saw is not known, so every difference is one to look at.
        base = dict.fromkeys(wanted)
        known = {name: value for name, value in wanted.items() if value != current.get(name)}
    else:
        known = dict(wanted)
    slugs = sector_slugs(session)
    found = clashes(base, current, known)
    raise Stale(
        "Somebody else has changed this record.",
        version=version,
        conflicts={name: _worded_conflict(name, one, slugs) for name, one in found.items()},
    )


def _worded(ids: Any, slugs: Slugs) -> Any:
    return [slugs.get(id, str(id)) for id in ids] if isinstance(ids, list) else ids


def _worded_conflict(name: str, one: Any, slugs: Slugs) -> Any:
    if name != "sectors":
        return one
    return type(one)(
        _worded(one.base, slugs), _worded(one.current, slugs), _worded(one.wanted, slugs)
    )

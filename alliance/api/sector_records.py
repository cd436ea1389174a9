"""Sectors as the secretariat keeps them: added, renamed, moved, retired, merged."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.api.days import present_day
from alliance.api.private import PrivateBlueprint, of
from alliance.api.records import Slugs
from alliance.api.responses import public_address
from alliance.api.schemas.sectors import (
    Merger,
    NewSector,
    Retirement,
    SectorChanges,
    SectorRecord,
    SectorRecords,
)
from alliance.api.writing import Answer, Asked
from alliance.core.errors import BadInput, NotFound, Stale
from alliance.directory.operations.sectors import merge_sectors, retire_sector
from alliance.directory.operations.wording import add_sector, change_entry, entry_document
from alliance.directory.queries.keyset import sector_documents, sector_slugs
from alliance.directory.rules.versions import version_of_document

resource = PrivateBlueprint(
    "sector_records",
    __name__,
    url_prefix="/api/v1/sectors",
    description="Sectors as the secretariat keeps them, retired ones included. Needs a token.",
)
_READ = of(Permission.ENTER_WORKSPACE)
_WRITE = of(Permission.EDIT_LISTS)
_PATH = {"slug": "The `slug` of the sector."}
_ONE = "/<string(maxlength=100):slug>/record"


@resource.private("GET", "/records", name="listSectorRecords", needs=_READ, answer=SectorRecords)
def list_records(session: Session, asked: Asked) -> Answer:
    """List sectors as they are kept.

    All of them, by `id`.
    """
    found = sector_documents(session)
    slugs = {id: one["slug"] for id, one in found.items()}
    return Answer({"items": [_shown(id, _written(one), slugs) for id, one in found.items()]})


@resource.private(
    "GET", _ONE, name="showSectorRecord", needs=_READ, path=_PATH, answer=SectorRecord
)
def show(session: Session, asked: Asked, slug: str) -> Answer:
    """Show a sector as it is kept.

    The `ETag` is its version.
    """
    slugs = sector_slugs(session)
    return _answer(session, _id(slug, slugs))


@resource.private(
    "POST", "", name="addSector", needs=_WRITE, body=NewSector, answer=SectorRecord, status=201
)
def add(session: Session, asked: Asked) -> Answer:
    """Add a sector.

    Its slug is made of the English name and stays.
    """
    body = asked.body
    id = add_sector(
        session,
        names=body["names"],
        parent_id=_given(body.get("parent"), "parent", sector_slugs(session)),
        aliases=body.get("aliases", ()),
        actor=asked.caller.actor,
        reason=asked.reason,
    )
    answer = _answer(session, id)
    address = public_address(f"/api/v1/sectors/{answer.document['slug']}/record")
    return Answer(answer.document, 201, answer.version, address)


@resource.private(
    "PATCH",
    _ONE,
    name="changeSector",
    needs=_WRITE,
    path=_PATH,
    body=SectorChanges,
    answer=SectorRecord,
    is_seen_first=True,
)
def change(session: Session, asked: Asked, slug: str) -> Answer:
    """Change a sector.

    Its names, other spellings and place. The slug stays what it is.
    """
    slugs = sector_slugs(session)
    id = _id(slug, slugs)
    version = _check_seen(session, id, asked)
    values = {name: asked.body[name] for name in ("names", "aliases") if name in asked.body}
    if "parent" in asked.body:
        values["parent_id"] = _given(asked.body["parent"], "parent", slugs)
    change_entry(
        session,
        "sector",
        id,
        values,
        actor=asked.caller.actor,
        version=version,
        reason=asked.reason,
    )
    return _answer(session, id)


@resource.private(
    "POST",
    f"{_ONE}/retire",
    name="retireSector",
    needs=_WRITE,
    path=_PATH,
    body=Retirement,
    answer=SectorRecord,
    is_seen_first=True,
)
def retire(session: Session, asked: Asked, slug: str) -> Answer:
    """Take a sector out of use.

    Its organisations are tagged anew with the sectors in `into`.
    """
    slugs = sector_slugs(session)
    id = _id(slug, slugs)
    _check_seen(session, id, asked)
    into = [_given(one, "into", slugs) for one in asked.body.get("into", ())]
    retire_sector(
        session,
        id,
        on=present_day(session),
        actor=asked.caller.actor,
        into_ids=[one for one in into if one is not None],
        reason=asked.reason,
    )
    return _answer(session, id)


@resource.private(
    "POST",
    f"{_ONE}/merge",
    name="mergeSector",
    needs=_WRITE,
    path=_PATH,
    body=Merger,
    answer=SectorRecord,
    is_seen_first=True,
)
def merge(session: Session, asked: Asked, slug: str) -> Answer:
    """Merge a sector into another.

    It is retired; its organisations and the sectors under it go to the other, and its names find
    the other from then on.
    """
    slugs = sector_slugs(session)
    id = _id(slug, slugs)
    _check_seen(session, id, asked)
    into = _given(asked.body["into"], "into", slugs)
    assert into is not None
    merge_sectors(
        session,
        id,
        into,
        on=present_day(session),
        actor=asked.caller.actor,
        reason=asked.reason,
    )
    return _answer(session, id)


def _id(slug: str, slugs: Slugs) -> int:
    found = next((id for id, known in slugs.items() if known == slug), None)
    if found is None:
        raise NotFound
    return found


def _given(slug: str | None, field: str, slugs: Slugs) -> int | None:
    """The sector that a body names. Raises BadInput when there is none."""
    if slug is None or not slug:
        return None
    try:
        return _id(slug, slugs)
    except NotFound:
        raise BadInput(
            f"There is no sector “{slug[:60]}”; they are at /api/v1/sectors.", field=field
        ) from None


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a sector that can be changed, as `entry_document` has them."""
    values = {name: value for name, value in row.items() if name not in ("id", "slug")}
    if "retired_on" in values:
        values["retired_on"] = values["retired_on"].isoformat()
    return values


def _shown(id: int, values: Mapping[str, Any], slugs: Slugs) -> Mapping[str, Any]:
    told = {name: value for name, value in values.items() if name != "parent_id"}
    if "parent_id" in values:
        told["parent"] = slugs[values["parent_id"]]
    return {"id": id, "slug": slugs[id], "version": version_of_document(values), **told}


def _answer(session: Session, id: int) -> Answer:
    told = _shown(id, entry_document(session, "sector", id), sector_slugs(session))
    return Answer(told, version=told["version"])


def _check_seen(session: Session, id: int, asked: Asked) -> str:
    """The version of the sector. Raises Stale when it is not the one that the writer saw."""
    version = version_of_document(entry_document(session, "sector", id))
    if asked.seen is not None and version not in asked.seen:
        raise Stale("Somebody else has changed this sector.", version=version, conflicts={})
    return version

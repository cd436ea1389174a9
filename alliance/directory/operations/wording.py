"""Editing the closed lists: what their entries are called, in which order, and how many there are.

Codes stay what they are: records refer to them, and so do the programs of others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alliance.audit.operations import Note, diff, record
from alliance.audit.queries import history_of
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import Model
from alliance.core.errors import BadInput, NotFound, Stale
from alliance.core.events import announce
from alliance.core.text import slugify
from alliance.directory.events import DirectoryChanged, RecordsSaved
from alliance.directory.models import AffiliationRole, BodyKind, Category, Country, Sector
from alliance.directory.rules.versions import as_it_was, clashes, version_of_document
from alliance.directory.rules.wording import tidy_wording


@dataclass(frozen=True, slots=True)
class _List:
    """A closed list: its table, the column that names an entry, and the columns that may change."""

    model: type[Model]
    key: str
    fields: tuple[str, ...]


LISTS: Mapping[str, _List] = {
    "category": _List(Category, "code", ("names", "plurals", "aliases", "shape", "position")),
    "body_kind": _List(BodyKind, "code", ("names", "aliases", "position")),
    "sector": _List(Sector, "id", ("names", "aliases", "position", "parent_id", "retired_on")),
    "country": _List(Country, "code", ("names", "aliases", "wording_note")),
    "role": _List(AffiliationRole, "code", ("names", "aliases", "minimum", "maximum", "position")),
}


def entry_document(session: Session, kind: str, key: str | int) -> dict[str, Any]:
    """An entry of a list as JSON values by field. Raises NotFound."""
    return _document(kind, _row(session, kind, key))


def change_entry(
    session: Session,
    kind: str,
    key: str | int,
    changes: Mapping[str, Any],
    *,
    actor: Actor,
    version: str | None = None,
    reason: str | None = None,
    cause: str | None = None,
) -> None:
    """Change fields of an entry of the list `kind`; writes nothing when all is so already.

    version: what the writer saw (`versions.version_of_document` of `entry_document`), None for
    whatever is there. Raises NotFound, BadInput, and Stale when others changed the same fields.
    """
    unknown = set(changes) - set(LISTS[kind].fields)
    if unknown:
        raise BadInput(f"“{min(unknown)}” cannot be changed here.", field=min(unknown))
    row = _row(session, kind, key, is_held=True)
    before = _document(kind, row)
    told = tidy_wording(kind, changes)
    if kind == "sector" and told.get("parent_id") is not None:
        _refuse_circle(session, int(key), told["parent_id"])
    _refuse_stale(session, kind, row, before, told, version)
    for field, value in told.items():
        setattr(row, field, value)
    session.flush()
    changed = diff(before, _document(kind, row))
    if changed:
        _tell(session, kind, row, "changed", changed, actor, reason, cause)


def add_category(
    session: Session,
    *,
    names: Mapping[str, str],
    plurals: Mapping[str, str],
    shape: str,
    actor: Actor,
    reason: str | None = None,
) -> str:
    """Add a kind of member; returns its code, which is made of the English name for good."""
    told = tidy_wording("category", {"names": names, "plurals": plurals, "shape": shape})
    code = _free_code(session, Category.code, slugify(told["names"]["en"]).replace("-", "_"))
    last = session.scalar(select(func.max(Category.position))) or 0
    row = Category(code=code, aliases=[], position=last + 1, **told)
    return str(_added(session, "category", row, actor, reason))


def add_sector(
    session: Session,
    *,
    names: Mapping[str, str],
    parent_id: int | None,
    actor: Actor,
    aliases: Sequence[str] = (),
    reason: str | None = None,
    cause: str | None = None,
) -> int:
    """Add a sector, under another one or at the top; returns its id. Raises NotFound, BadInput."""
    told = tidy_wording("sector", {"names": names, "aliases": aliases})
    if parent_id is not None:
        _row(session, "sector", parent_id)
    slug = _free_code(session, Sector.slug, slugify(told["names"]["en"]))
    beside = Sector.parent_id == parent_id if parent_id else Sector.parent_id.is_(None)
    last = session.scalar(select(func.max(Sector.position)).where(beside)) or 0
    row = Sector(slug=slug, parent_id=parent_id, position=last + 1, retired_on=None, **told)
    return int(_added(session, "sector", row, actor, reason, cause))


def name_of(kind: str, row: Any) -> str:
    """The name by which history knows an entry: its code, or the slug of a sector."""
    return str(row.slug if kind == "sector" else row.code)


def _row(session: Session, kind: str, key: str | int, *, is_held: bool = False) -> Any:
    row = session.get(LISTS[kind].model, key, with_for_update=is_held or None)
    if row is None:
        raise NotFound(f"There is no {kind} “{str(key)[:60]}”.")
    return row


def _document(kind: str, row: Any) -> dict[str, Any]:
    values = {field: getattr(row, field) for field in LISTS[kind].fields}
    if values.get("retired_on") is not None:
        values["retired_on"] = values["retired_on"].isoformat()
    return {key: value for key, value in values.items() if value not in (None, [], {}, "")}


def _refuse_stale(
    session: Session,
    kind: str,
    row: Any,
    before: Mapping[str, Any],
    told: Mapping[str, Any],
    version: str | None,
) -> None:
    if version is None or version == version_of_document(before):
        return
    entries = [
        entry.changes
        for entry in history_of(session, kind, _subject_id(kind, row))
        if entry.subject_name == name_of(kind, row)
    ]
    base = as_it_was(before, entries, version)
    found = clashes(before if base is None else base, before, told)
    if found or base is None:
        raise Stale(
            "Somebody else has changed this entry since you opened it. Look at both and choose.",
            version=version_of_document(before),
            conflicts=found,
        )


def _refuse_circle(session: Session, id: int, parent_id: int) -> None:
    """Raises BadInput when the sector `parent_id` is `id` itself or lies under it."""
    above: int | None = parent_id
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == id:
            raise BadInput(
                "A sector cannot lie under itself; choose another one above it.", field="parent_id"
            )
        seen.add(above)
        above = _row(session, "sector", above).parent_id


def _free_code(session: Session, column: Any, wanted: str) -> str:
    """`wanted`, with a number behind it when it is taken."""
    base = wanted or "entry"
    taken = set(session.scalars(select(column).where(column.startswith(base, autoescape=True))))
    return next(
        code for code in (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3)))
        if code not in taken
    )  # fmt: skip


def _added(
    session: Session,
    kind: str,
    row: Any,
    actor: Actor,
    reason: str | None,
    cause: str | None = None,
) -> str | int:
    session.add(row)
    session.flush()
    _tell(session, kind, row, "created", diff({}, _document(kind, row)), actor, reason, cause)
    found: str | int = getattr(row, LISTS[kind].key)
    return found


def _subject_id(kind: str, row: Any) -> int:
    """Entries with codes have no number; their name tells them apart."""
    return int(row.id) if kind == "sector" else 0


def _tell(
    session: Session,
    kind: str,
    row: Any,
    action: str,
    changes: Mapping[str, tuple[Any, Any]],
    actor: Actor,
    reason: str | None,
    cause: str | None,
) -> None:
    note = Note(action, kind, _subject_id(kind, row), name_of(kind, row), changes)
    record(session, actor, [note], at=clock.now(), reason=reason, cause=cause)
    announce(session, DirectoryChanged())
    # Lists that have codes and no numbers stand in the feed by their kind alone.
    announce(session, RecordsSaved(kind, frozenset({_subject_id(kind, row)})))

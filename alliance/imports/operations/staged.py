"""Preparing an import in steps: begin, say what columns mean, correct rows, decide, and check.

Pages and the API both do it by these. Nothing is written into the directory: the files lie in a
table of their own for a day, so that every process can go on with them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.errors import BadInput, Refused
from alliance.imports.fields import FIELDS, Subject
from alliance.imports.models import StagedImport, StagedRow
from alliance.imports.operations.looking import look
from alliance.imports.queries.staged import LEASE, cells_of, decision_key, get_staged
from alliance.imports.reading.files import shown_name
from alliance.imports.reading.limits import LARGEST_PACKED, check_size
from alliance.imports.verdicts import StagedState

KEPT: Final = timedelta(hours=24)
MOST_OPEN: Final = 5
LONGEST_FIX: Final = 32_767
CHOICES: Final = ("same", "fill", "other", "skip")
ENCODINGS: Final = (
    "utf-8", "windows-1252", "windows-1250", "windows-1251", "windows-1253", "windows-1254",
    "windows-1255", "windows-1256", "windows-1257", "iso-8859-2", "iso-8859-5", "iso-8859-6",
    "iso-8859-9", "iso-8859-15", "mac-roman", "koi8-u", "cp850", "cp852", "cp866", "gb18030",
    "big5", "shift_jis", "euc-kr", "utf-16",
)  # fmt: skip
_OPTIONS: Final = ("holds", "sheet", "contacts_sheet", "encoding", "contacts_encoding")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent, with the name that it had there."""

    name: str
    data: bytes


def begin(
    session: Session, owner: str, main: Upload, contacts: Upload | None = None, **options: str
) -> StagedImport:
    """Keep these files for preparing an import, and look at them. Raises BadInput.

    options: holds (organisation or contact, what the main file describes; else it is recognised),
    sheet, contacts_sheet, encoding, contacts_encoding. Whatever cannot be read is told in `parts`,
    for a person to say more. Of what an owner has begun, the oldest beyond five are thrown away.
    """
    for upload, field in ((main, "file"), (contacts, "contacts")):
        if upload is not None:
            _check_upload(upload, field)
    now = clock.now()
    found = StagedImport(
        owner=owner,
        at=now,
        expires_at=now + KEPT,
        file_name=shown_name(main.name),
        data=main.data,
        contacts_name=shown_name(contacts.name) if contacts else None,
        contacts_data=contacts.data if contacts else None,
        options={key: value for key, value in _checked_options(options).items() if value},
        mappings={},
        fixes={},
        decisions={},
        parts=[],
        counts=None,
        state=StagedState.OPEN,
        share=0,
    )
    session.add(found)
    session.flush()
    found.parts = look(session, found)
    _forget_oldest(session, owner)
    session.flush()
    return found


def remap(
    session: Session,
    staged_id: int,
    owner: str,
    *,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    defaults: Mapping[str, Mapping[str, str]] | None = None,
    options: Mapping[str, str] | None = None,
) -> StagedImport:
    """Say what columns mean, by part and heading: a field, or "" to leave the column out.

    A register's code follows the field after a colon: identifier:lei. defaults: values by part and
    field for rows that leave it blank. options: as for `begin`; another sheet or encoding is looked
    at anew. What was checked must be checked again. Raises NotFound, BadInput, Refused.
    """
    found = _to_prepare(session, staged_id, owner)
    if options is not None and _is_read_otherwise(found, options):
        # What was said of the columns was said of others.
        found.mappings, found.fixes, found.decisions = {}, {}, {}
        columns = defaults = None
    before = {part["part"]: part for part in found.parts}
    mappings = dict(found.mappings)
    for part in {*(columns or {}), *(defaults or {})}:
        if part in before:
            given, blanks = (columns or {}).get(part, {}), (defaults or {}).get(part)
            mappings[part] = _remapped(before[part], given, blanks)
    found.mappings = mappings
    found.counts = None
    found.problem = None
    session.flush()
    found.parts = look(session, found)
    session.flush()
    return found


def fix(
    session: Session,
    staged_id: int,
    owner: str,
    *,
    fixes: Mapping[tuple[str, int, str], str] | None = None,
    decisions: Mapping[tuple[str, int, str], str] | None = None,
) -> StagedImport:
    """Correct cells, by part, row and heading, and decide on duplicates, by part, row and subject.

    A decision is `same` (take in all that the row gives), `fill` (only what the record lacks),
    `other` (create a record of its own), `skip` (leave the row out), or "" to take it back.
    Corrections must be checked again. Raises NotFound, BadInput, Refused.
    """
    found = _to_prepare(session, staged_id, owner)
    corrected = _differing(session, found, fixes or {})
    if corrected:
        kept = {part: {row: dict(cells) for row, cells in rows.items()}
                for part, rows in found.fixes.items()}  # fmt: skip
        for (part, row, heading), text in corrected.items():
            kept.setdefault(part, {}).setdefault(str(row), {})[heading] = text
        found.fixes = kept
        found.counts = None
    decided = dict(found.decisions)
    for (part, row, subject), choice in (decisions or {}).items():
        if choice and choice not in CHOICES:
            raise BadInput(f"A decision is one of {', '.join(CHOICES)}.", field="decision")
        decided[decision_key(part, row, Subject(subject).value)] = choice
    found.decisions = {key: choice for key, choice in decided.items() if choice}
    session.flush()
    return found


def _differing(
    session: Session, found: StagedImport, fixes: Mapping[tuple[str, int, str], str]
) -> dict[tuple[str, int, str], str]:
    """The corrections that say something else than the cell does. Raises BadInput."""
    grids = {part["part"]: part.get("grid", []) for part in found.parts}
    labels = {spec.label for spec in FIELDS.values()}
    rows = cells_of(session, found, {row for _, row, _ in fixes})
    differing = {}
    for (part, row, heading), text in fixes.items():
        grid = grids.get(part, [])
        if (part, row) not in rows or heading not in (*grid, *labels):
            raise BadInput("There is no such cell in the file; load the page again.", field="fix")
        _check_cell(text, "fix")
        there = rows[part, row][grid.index(heading)] if heading in grid else ""
        if text != there:
            differing[part, row, heading] = text
    return differing


def _check_cell(text: str, field: str) -> None:
    if len(text) > LONGEST_FIX:
        raise BadInput("This text is too long for a cell; shorten it.", field=field)
    if "\0" in text:
        raise BadInput("This text holds a control character; type it again.", field=field)


def discard(session: Session, staged_id: int, owner: str) -> None:
    """Throw away what was prepared. Raises NotFound, and Refused while it is being stored."""
    found = _to_prepare(session, staged_id, owner)
    session.execute(delete(StagedImport).where(StagedImport.id == found.id))


def forget_expired(session: Session) -> int:
    """Throw away what was begun more than a day ago; returns how many."""
    done = session.execute(
        delete(StagedImport)
        .where(StagedImport.expires_at <= clock.now())
        .returning(StagedImport.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def _check_upload(upload: Upload, field: str) -> None:
    if not upload.data.strip():
        raise BadInput("The file is empty. Save the table again and try once more.", field=field)
    try:
        check_size(len(upload.data), LARGEST_PACKED)
    except BadInput as error:
        raise BadInput(error.message, field=field) from None


def _checked_options(given: Mapping[str, str]) -> dict[str, str]:
    unknown = sorted(given.keys() - set(_OPTIONS))
    if unknown:
        raise BadInput(f"There is no option “{unknown[0]}”.", field=unknown[0])
    if given.get("holds") not in (None, "", *(one.value for one in Subject)):
        raise BadInput("A file holds organisations or contacts.", field="holds")
    for key in ("encoding", "contacts_encoding"):
        if given.get(key) and given[key].casefold() not in ENCODINGS:
            raise BadInput(f"An encoding is one of {', '.join(ENCODINGS)}.", field=key)
    return {key: value[:200] for key, value in given.items()}


def _to_prepare(session: Session, staged_id: int, owner: str) -> StagedImport:
    """The staged import with its files, held against other changes. Raises Refused when busy."""
    session.execute(select(StagedImport.id).where(StagedImport.id == staged_id).with_for_update())
    now = clock.now()
    found = get_staged(session, staged_id, owner, now, with_files=True)
    if found.state is StagedState.DONE:
        raise Refused("This import has been stored already. Begin another one.")
    if found.state is not StagedState.OPEN:
        if found.beat_at is not None and found.beat_at >= now - LEASE:
            raise Refused("This import is being worked on. Wait until that has ended.")
        found.state = StagedState.OPEN
        found.run_key = None
    return found


def _is_read_otherwise(found: StagedImport, options: Mapping[str, str]) -> bool:
    wanted = {**found.options, **_checked_options(options)}
    wanted = {key: value for key, value in wanted.items() if value}
    if wanted == found.options:
        return False
    found.options = wanted
    return True


def _remapped(
    part: Mapping[str, Any], given: Mapping[str, str], blanks: Mapping[str, str] | None
) -> dict[str, Any]:
    """The mapping's document; a column keeps the details it has as long as its field stays."""
    columns: dict[str, Any] = {}
    for column in part["columns"]:
        heading, entry = column["heading"], column["entry"]
        wanted = given.get(heading)
        columns[heading] = entry if wanted is None else _entry(heading, wanted, entry)
    taken: dict[str, str] = {}
    for heading, entry in columns.items():
        name = entry["field"] if entry else None
        if name and not FIELDS[name].is_many and taken.setdefault(name, heading) != heading:
            raise BadInput(
                f"“{taken[name]}” and “{heading}” both give the {FIELDS[name].label}. Choose one"
                " of them, and leave the other out.",
                field=heading,
            )
    for name, text in {**given, **(blanks or {})}.items():
        _check_cell(text, name)
    defaults = part["defaults"] if blanks is None else {k: v for k, v in blanks.items() if v}
    return {"columns": columns, "defaults": dict(defaults)}


def _entry(heading: str, wanted: str, before: Any) -> dict[str, Any] | None:
    name, _, detail = wanted.partition(":")
    if not name:
        return None
    if name not in FIELDS:
        raise BadInput(f"There is no field “{name[:40]}”.", field=heading)
    if before and before["field"] == name and before.get("detail", "") == detail:
        return dict(before)
    return {"field": name, **({"detail": detail} if detail else {})}


def _forget_oldest(session: Session, owner: str) -> None:
    newest = (
        select(StagedImport.id)
        .where(StagedImport.owner == owner)
        .order_by(StagedImport.id.desc())
        .limit(MOST_OPEN)
    )
    session.execute(
        delete(StagedImport)
        .where(
            StagedImport.owner == owner,
            StagedImport.id.not_in(newest),
            StagedImport.state.in_((StagedState.OPEN, StagedState.DONE)),
        )
        .execution_options(synchronize_session=False)
    )


def keep_checked(session: Session, found: StagedImport, values: Mapping[str, Any]) -> None:
    """Keep what checking found, if nobody has changed the import meanwhile."""
    session.execute(
        update(StagedImport)
        .where(StagedImport.id == found.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.expire(found)


def forget_rows(session: Session, found: StagedImport) -> None:
    """Throw away what an earlier check found."""
    session.execute(
        delete(StagedRow)
        .where(StagedRow.staged_id == found.id)
        .execution_options(synchronize_session=False)
    )

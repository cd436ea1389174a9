"""Imports for programs: a file is checked, stored as a whole, reported on, and taken back."""

from collections.abc import Mapping
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.api.private import PrivateBlueprint, of
from alliance.api.records import stored_number
from alliance.api.responses import public_address
from alliance.api.schemas.imports import (
    Import,
    ImportFile,
    ImportPage,
    ImportQuery,
    RowQuery,
    StagedImport,
    StagedRows,
    Undone,
)
from alliance.api.writing import Answer, Asked
from alliance.core import clock
from alliance.core.db import db
from alliance.core.errors import NotFound, Refused
from alliance.imports.operations.running import CHECK, RUN, claim
from alliance.imports.operations.staged import Upload, begin, discard
from alliance.imports.operations.undoing import undo
from alliance.imports.operations.working import Job, Worker
from alliance.imports.queries import get_import
from alliance.imports.queries.report import imports_page
from alliance.imports.queries.staged import get_staged, preview
from alliance.imports.verdicts import Verdict
from alliance.reactions import abandon, commit

resource = PrivateBlueprint(
    "imports",
    __name__,
    url_prefix="/api/v1/imports",
    description="Taking in tables of organisations and contacts. Needs a token.",
)
_NEEDS = of(Permission.IMPORT)
_PATH = {"id": "The `id` of the import."}
_STAGED = "/staged/<int(min=1):id>"


def _as_it_stands(asked: Asked, answer: Answer) -> Answer:
    """What a copy of a request is told of an import that has gone on since the first."""
    try:
        told = _staged(_found(db.session(), asked, int(answer.document["id"])))
    except NotFound:
        return answer
    return Answer(told, answer.status, location=answer.location)


@resource.private("GET", "", name="listImports", needs=_NEEDS, query=ImportQuery, answer=ImportPage)
def list_imports(session: Session, asked: Asked) -> Answer:
    """List what was imported.

    The newest first, whoever did it.
    """
    rows, total = imports_page(session, asked.query["page"], size=asked.query["limit"])
    return Answer({"items": [_import(one) for one in rows], "total": total})


@resource.private(
    "GET", "/<int(min=1):id>", name="showImport", needs=_NEEDS, path=_PATH, answer=Import
)
def show_import(session: Session, asked: Asked, id: int) -> Answer:
    """Show an import that was stored.

    With the number of rows of each verdict.
    """
    return Answer(_import(get_import(session, stored_number(id))))


@resource.private(
    "POST",
    "",
    name="beginImport",
    needs=_NEEDS,
    upload=ImportFile,
    answer=StagedImport,
    status=201,
    again=_as_it_stands,
)
def begin_import(session: Session, asked: Asked) -> Answer:
    """Send a file to be imported.

    Its rows are checked and compared with the directory, and nothing is stored. Ask at `Location`
    how it stands; when `state` is `open` again, look at `counts` and rows, then apply it.
    """
    sent = request.files["file"]
    upload = Upload(sent.filename or "file", sent.stream.read())
    found = begin(session, _owner(asked), upload, holds=asked.body.get("holds") or "")
    address = public_address(f"/api/v1/imports/staged/{found.id}")
    return Answer(_staged(found), 201, location=address, follow=_check)


@resource.private(
    "GET", _STAGED, name="showStagedImport", needs=_NEEDS, path=_PATH, answer=StagedImport
)
def show_staged(session: Session, asked: Asked, id: int) -> Answer:
    """Show how an import in preparation stands.

    Each token sees those that it has begun.
    """
    return Answer(_staged(_found(session, asked, id)))


@resource.private(
    "GET",
    f"{_STAGED}/rows",
    name="listStagedRows",
    needs=_NEEDS,
    path=_PATH,
    query=RowQuery,
    answer=StagedRows,
)
def list_rows(session: Session, asked: Asked, id: int) -> Answer:
    """List rows of an import in preparation.

    With what would be done with each, and what is wrong with it.
    """
    query = asked.query
    verdict = Verdict(query["verdict"]) if "verdict" in query else None
    found = preview(
        session,
        _found(session, asked, id),
        page=query["page"],
        verdict=verdict,
        size=query["limit"],
    )
    rows = found.rows if query["page"] <= found.pages else ()
    items = [
        {
            "part": one.part,
            "row": one.number,
            "verdict": one.verdict.value,
            "faults": [{"column": column, "message": words} for column, words in one.faults],
            "matches": [said["match"] for said in one.said if said.get("match")],
        }
        for one in rows
    ]
    return Answer({"items": items, "total": found.total})


@resource.private(
    "POST",
    f"{_STAGED}/apply",
    name="applyImport",
    needs=_NEEDS,
    path=_PATH,
    answer=StagedImport,
    again=_as_it_stands,
)
def apply_import(session: Session, asked: Asked, id: int) -> Answer:
    """Store the good rows of an import.

    All of them, or nothing: when the directory has changed so that other things would be done than
    were shown, the rows are checked again, and `problem` says so.
    """
    found = _found(session, asked, id)
    rows = (found.counts or {}).get("rows", 0)
    key = claim(session, found.id, _owner(asked), RUN)
    if key is None and found.import_id is None:
        raise Refused("This import is being worked on. Wait until that has ended.")

    def follow(asked: Asked, answer: Answer) -> Answer:
        if key is not None:
            _do(Job(id, _owner(asked), key, asked.caller.actor, is_run=True, rows=rows))
        return Answer(_staged(_found(db.session(), asked, id)))

    return Answer(_staged(found), follow=follow)


@resource.private(
    "DELETE",
    _STAGED,
    name="discardImport",
    needs=_NEEDS,
    path=_PATH,
    answer=StagedImport,
)
def discard_import(session: Session, asked: Asked, id: int) -> Answer:
    """Throw away an import in preparation.

    The answer shows it once more.
    """
    told = _staged(_found(session, asked, id))
    discard(session, id, _owner(asked))
    return Answer(told)


@resource.private(
    "POST",
    "/<int(min=1):id>/undo",
    name="undoImport",
    needs=_NEEDS,
    path=_PATH,
    answer=Undone,
)
def undo_import(session: Session, asked: Asked, id: int) -> Answer:
    """Take back a whole import.

    What it created is removed, what it changed is as before, except what was edited since.
    """
    done = undo(session, stored_number(id), actor=asked.caller.actor)
    kept = [
        {"kind": one.kind, "id": one.id, "reason": one.reason}
        for one in (*done.conflicts, *done.kept)
    ]
    return Answer(
        {"import_id": id, "removed": done.removed, "restored": done.restored, "kept": kept}
    )


def _check(asked: Asked, answer: Answer) -> Answer:
    """Check the rows of what was just sent, once it is stored."""
    session, id = db.session(), int(answer.document["id"])
    found = _found(session, asked, id)
    if any(part["problem"] for part in found.parts):
        return answer
    rows = sum(part.get("rows", 0) for part in found.parts)
    key = claim(session, id, _owner(asked), CHECK)
    commit(session)
    if key is not None:
        _do(Job(id, _owner(asked), key, asked.caller.actor, is_run=False, rows=rows))
    told = _staged(_found(session, asked, id))
    return Answer(told, answer.status, location=answer.location)


def _do(job: Job) -> None:
    Worker(db.engine, commit, abandon).do(db.session(), job)


def _owner(asked: Asked) -> str:
    return f"token:{asked.caller.id}"


def _found(session: Session, asked: Asked, id: int) -> Any:
    return get_staged(session, stored_number(id), _owner(asked), clock.now())


def _staged(found: Any) -> Mapping[str, Any]:
    parts = [
        {
            "part": part["part"],
            # As it is kept: the option that would help, if one would, and the words.
            "problem": part["problem"][1] if part["problem"] else None,
            "columns": [
                {"heading": one["heading"], "field": (one["entry"] or {}).get("field")}
                for one in part["columns"]
            ],
        }
        for part in found.parts
    ]
    told = {
        "id": found.id,
        "state": found.state.value,
        "file_name": found.file_name,
        "share": found.share,
        "parts": parts,
        "counts": found.counts or {},
    }
    given = {"problem": found.problem, "import_id": found.import_id}
    return told | {name: value for name, value in given.items() if value}


def _import(one: Any) -> Mapping[str, Any]:
    told = {
        "id": one.id,
        "at": one.at.isoformat(),
        "actor_name": one.actor_name,
        "file_name": one.file_name,
        "counts": one.counts,
        "state": one.state.value,
    }
    if one.undone_at is not None:
        told |= {"undone_at": one.undone_at.isoformat(), "undone_by": one.undone_by}
    return told

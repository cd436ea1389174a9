"""Imports that were stored: the list, the report of one, and taking it back."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.imports.operations.undoing import undo
from alliance.imports.queries import get_import
from alliance.imports.queries.report import PER_PAGE, imports_page, reported_rows, stored_records
from alliance.imports.queries.staged import open_imports
from alliance.imports.verdicts import Verdict
from alliance.web.forms import Form, submit
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say
from alliance.web.staff.imports.files import owner
from alliance.web.staff.imports.rows import page_numbers
from alliance.web.staff.values import doer, moment


@staff.get("/imports")
@allow(Permission.IMPORT)
def imports() -> str:
    """All imports, and what one is preparing."""
    session = db.session()
    page = _page()
    rows, total = imports_page(session, page)
    pages = max(1, -(-total // PER_PAGE))
    return render_template(
        "staff/imports/index.html",
        moment=moment,
        doer=doer,
        rows=rows,
        total=total,
        begun=open_imports(session, owner(), clock.now()),
        pages=page_numbers(page, pages, lambda number: url_for("staff.imports", page=number)),
    )


@staff.get("/imports/<int:import_id>")
@allow(Permission.IMPORT)
def past_import(import_id: int) -> str:
    """What an import did with each row, and what taking it back did."""
    session = db.session()
    found = get_import(session, import_id)
    name, page = request.args.get("verdict", ""), _page()
    verdict = name if name in {one.value for one in Verdict} else None
    rows, total = reported_rows(
        session, import_id, page=page, verdict=verdict, left_out=name == "left"
    )

    def url(number: int) -> str:
        return url_for("staff.past_import", import_id=import_id, verdict=name, page=number)

    return render_template(
        "staff/imports/report.html",
        moment=moment,
        doer=doer,
        form=Form(),
        found=found,
        rows=rows,
        total=total,
        verdict=name,
        stored=stored_records(session, import_id),
        tabs=_tabs(found, name),
        pages=page_numbers(page, max(1, -(-total // PER_PAGE)), url),
    )


@staff.post("/imports/<int:import_id>/undo")
@allow(Permission.IMPORT, confirm=True)
def undo_import(import_id: int) -> ResponseReturnValue:
    """Take the whole import back, except what was edited since."""
    target = url_for("staff.past_import", import_id=import_id)

    def work(session: Session, actor: Actor) -> str:
        undo(session, import_id, actor=actor)
        say(gettext("The import is undone."))
        return target

    form = Form()
    answer = submit(form, work)
    if answer is None:
        words = [str(message) for found in form.errors.values() for message in found]
        say(" ".join(words) or gettext("That could not be done."), late=True)
        answer = redirect(target, code=303)
    return answer


def _tabs(found: Any, present: str) -> list[tuple[str, Any, str, bool]]:
    counts = found.counts or {}
    tabs = [
        (one, counts.get(one, 0), url_for("staff.past_import", import_id=found.id, verdict=one),
         present == one)
        for one in ("new", "changed", "same", "duplicate", "error")
    ]  # fmt: skip
    left = url_for("staff.past_import", import_id=found.id, verdict="left")
    return [*tabs, ("left", None, left, present == "left")]


def _page() -> int:
    page = request.args.get("page", "1")
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1

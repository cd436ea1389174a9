"""The fourth step of an import: it runs, tells how far it is, and ends in a report."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.imports.operations.running import RUN, claim
from alliance.imports.operations.working import Job
from alliance.imports.queries.staged import get_staged, progress
from alliance.web.forms import Form, submit
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say
from alliance.web.staff.imports.columns import steps_of
from alliance.web.staff.imports.files import owner
from alliance.web.staff.imports.words import step_words
from alliance.web.staff.imports.working import do


@staff.post("/imports/staged/<int:staged_id>/run")
@allow(Permission.IMPORT, confirm=True)
def run_import(staged_id: int) -> ResponseReturnValue:
    """Store the good rows, once, however often this is sent."""
    form = Form()
    jobs: list[Job] = []
    answer = submit(form, lambda session, actor: _claimed(session, actor, staged_id, jobs))
    for job in jobs:
        do(job)
    if answer is None:
        words = [str(message) for found in form.errors.values() for message in found]
        say(" ".join(words) or gettext("The import could not run."), late=True)
        answer = redirect(url_for("staff.import_staged", staged_id=staged_id), code=303)
    return answer


@staff.get("/imports/staged/<int:staged_id>/progress")
@allow(Permission.IMPORT)
def import_progress(staged_id: int) -> ResponseReturnValue:
    """How far the import is. With script the page asks again by itself."""
    now = clock.now()
    found = get_staged(db.session(), staged_id, owner(), now)
    how = progress(found, now)
    over = "" if how.is_busy else url_for("staff.import_staged", staged_id=staged_id)
    if over and not how.is_stopped:
        return redirect(over, code=303)
    return render_template(
        "staff/imports/progress.html",
        form=Form(),
        found=found,
        how=how,
        step=step_words(how.step),
        is_run=how.state.value == "running",
        stages=steps_of(staged_id, 3 if how.state.value == "running" else 2),
    )


def _claimed(session: Session, actor: Actor, staged_id: int, jobs: list[Job]) -> str:
    found = get_staged(session, staged_id, owner(), clock.now())
    rows = (found.counts or {}).get("rows", 0)
    key = claim(session, staged_id, owner(), RUN)
    if key is not None:
        jobs.append(Job(staged_id, owner(), key, actor, is_run=True, rows=rows))
    return url_for("staff.import_staged", staged_id=staged_id)

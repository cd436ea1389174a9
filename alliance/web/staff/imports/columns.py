"""The second step of an import: what its columns mean, and how the file is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import HiddenField

from alliance.accounts.permissions import Permission, allow
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.directory.queries.reference import reference
from alliance.directory.rules.reference import Reference, label_of
from alliance.imports.fields import Subject
from alliance.imports.operations.running import CHECK, claim
from alliance.imports.operations.staged import ENCODINGS, remap
from alliance.imports.operations.working import Job
from alliance.imports.queries.staged import get_staged, progress
from alliance.web.forms import Form, submit
from alliance.web.languages import gettext, language
from alliance.web.staff import staff
from alliance.web.staff.imports.files import owner
from alliance.web.staff.imports.words import field_options, option_label, origin_words, value_of
from alliance.web.staff.imports.working import do

_OPTIONS = ("holds", "sheet", "contacts_sheet", "encoding", "contacts_encoding")


class ColumnsForm(Form):
    """What columns mean (column-<part>-<position>), what blanks mean (default-<part>-<field>), and
    how the file is read (option-<name>). `act` is check, or look: read the file again.
    """

    column = HiddenField()
    default = HiddenField()
    option = HiddenField()
    act = HiddenField()


@dataclass(frozen=True, slots=True)
class Part:
    """A file as the page shows it. columns: (position, heading, samples, chosen, more, error)."""

    part: str
    name: str
    kind: str
    rows: int
    origin: str
    problem: str
    columns: list[Any]
    groups: list[Any]
    sheets: list[str]
    sheet: str
    is_text: bool
    defaults: Mapping[str, str]


@staff.get("/imports/staged/<int:staged_id>")
@allow(Permission.IMPORT)
def import_staged(staged_id: int) -> ResponseReturnValue:
    """To the step at which an import stands."""
    now = clock.now()
    found = get_staged(db.session(), staged_id, owner(), now)
    how = progress(found, now)
    if how.import_id is not None:
        return redirect(url_for("staff.past_import", import_id=how.import_id), code=303)
    if how.state.value in ("checking", "running"):
        step = "import_progress"
    else:
        step = "import_columns" if found.counts is None else "import_rows"
    return redirect(url_for(f"staff.{step}", staged_id=staged_id), code=303)


@staff.route("/imports/staged/<int:staged_id>/columns", methods=["GET", "POST"])
@allow(Permission.IMPORT)
def import_columns(staged_id: int) -> ResponseReturnValue:
    """Which column gives which field, with sample values."""
    session, now = db.session(), clock.now()
    found = get_staged(session, staged_id, owner(), now)
    if found.import_id is not None or progress(found, now).is_busy:
        return redirect(url_for("staff.import_staged", staged_id=staged_id), code=303)
    form = ColumnsForm()
    jobs: list[Job] = []
    answer = submit(form, lambda session, actor: _mapped(session, actor, staged_id, jobs))
    if answer is not None:
        for job in jobs:
            do(job)
        return answer
    found = get_staged(session, staged_id, owner(), now)
    lists = reference(session)
    body = render_template(
        "staff/imports/columns.html",
        form=form,
        found=found,
        parts=[_part(one, lists) for one in found.parts],
        options=_typed_options() or found.options,
        categories=[
            (code, label_of(term.names, language())) for code, term in lists.categories.items()
        ],
        encodings=ENCODINGS,
        stages=steps_of(staged_id, 1),
    )
    return body, 422 if form.has_errors else 200


def _mapped(session: Session, actor: Actor, staged_id: int, jobs: list[Job]) -> str:
    """Keep what was said; then check the rows, unless the file is to be read otherwise first."""
    found = get_staged(session, staged_id, owner(), clock.now())
    before = dict(found.options)
    columns: dict[str, dict[str, str]] = {}
    for part in found.parts:
        given = {
            column["heading"]: request.form[name]
            for position, column in enumerate(part["columns"])
            if (name := f"column-{part['part']}-{position}") in request.form
        }
        columns[part["part"]] = given
    found = remap(
        session, staged_id, owner(), columns=columns, defaults=_defaults(found.parts),
        options=_typed_options(),
    )  # fmt: skip
    has_problem = any(part["problem"] for part in found.parts)
    if has_problem or found.options != before or request.form.get("act") == "look":
        return url_for("staff.import_columns", staged_id=staged_id)
    key = claim(session, staged_id, owner(), CHECK)
    if key is not None:
        rows = sum(part.get("rows", 0) for part in found.parts)
        jobs.append(Job(staged_id, owner(), key, actor, is_run=False, rows=rows))
    return url_for("staff.import_staged", staged_id=staged_id)


def _typed_options() -> dict[str, str]:
    return {
        name: request.form[f"option-{name}"]
        for name in _OPTIONS
        if f"option-{name}" in request.form
    }


def _defaults(parts: list[Any]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for part in parts:
        for field in ("category", "country"):
            name = f"default-{part['part']}-{field}"
            if name in request.form:
                found.setdefault(part["part"], dict(part["defaults"]))[field] = request.form[name]
    return found


def _part(part: Mapping[str, Any], lists: Reference) -> Part:
    subject = Subject(part["subject"]) if part["subject"] else Subject.ORGANISATION
    schemes = {code: label_of(one.names, language()) for code, one in lists.schemes.items()}
    groups = field_options(subject, schemes)
    known = {value for _, options in groups for value, _ in options}
    field, message = part["problem"] or (None, "")
    columns = []
    for position, column in enumerate(part["columns"]):
        name = f"column-{part['part']}-{position}"
        chosen = request.form.get(name, value_of(column["entry"]))
        more = [] if chosen in known or not chosen else [(chosen, option_label(chosen))]
        error = message if field == column["heading"] else ""
        columns.append((position, column["heading"], column["samples"], chosen, more, error))
    defaults = {}
    if subject is Subject.ORGANISATION and columns:
        for blank in ("category", "country"):
            name = f"default-{part['part']}-{blank}"
            defaults[blank] = request.form.get(name, part["defaults"].get(blank, ""))
    return Part(
        part["part"],
        part["name"],
        part["kind"],
        part.get("rows", 0),
        origin_words(part["origin"]),
        message,
        columns,
        groups,
        part["sheets"],
        part["sheet"] or "",
        not part["sheets"],
        defaults,
    )


def steps_of(staged_id: int, here: int) -> list[tuple[str, str, str]]:
    """The four steps of an import, with those behind as links."""
    labels = (gettext("File"), gettext("Columns"), gettext("Rows"), gettext("Report"))
    urls = ("", url_for("staff.import_columns", staged_id=staged_id),
            url_for("staff.import_rows", staged_id=staged_id), "")  # fmt: skip
    return [
        (label, url if at < here else "", "done" if at < here else "here" if at == here else "")
        for at, (label, url) in enumerate(zip(labels, urls, strict=True))
    ]

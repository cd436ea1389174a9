"""The first step of an import: a file, or rows pasted from a spreadsheet."""

from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import FileField, SelectField, TextAreaField
from wtforms.validators import Optional

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.errors import BadInput
from alliance.imports.operations.staged import Upload, begin, discard
from alliance.web import errors
from alliance.web.forms import Form, submit
from alliance.web.guards import signed_in
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say

LARGEST_FILE: Final = 20 * 1024 * 1024
# Two files of that size would be one too many; names and boundaries need a little.
_LARGEST_REQUEST: Final = LARGEST_FILE + 1024 * 1024
_LARGE: Final = frozenset({"staff.new_import"})
# A page of corrections is larger than other forms.
_LONG_FORMS: Final = frozenset({"staff.import_rows", "staff.import_columns"})


@staff.url_value_preprocessor
def allow_files(endpoint: str | None, _: Any) -> None:
    """Take in larger requests where files are sent; this comes before anything reads them."""
    if endpoint in _LARGE:
        request.max_content_length = _LARGEST_REQUEST
        request.max_form_memory_size = _LARGEST_REQUEST
    elif endpoint in _LONG_FORMS:
        request.max_content_length = 4 * 1024 * 1024
        request.max_form_memory_size = 4 * 1024 * 1024


@staff.errorhandler(RequestEntityTooLarge)
def tell_too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say how much may be sent, and what to do."""
    if request.endpoint not in _LARGE:
        return errors.tell(413, gettext("What was sent is too large."))
    return errors.tell(
        413,
        gettext(
            "What you sent is larger than %(most)s MB, so it was not read. Split the file into"
            " several, or remove columns that are not needed.",
            most=LARGEST_FILE // 1024 // 1024,
        ),
    )


class ImportForm(Form):
    """A file or pasted rows, a second file of people, and what the first one holds."""

    file = FileField(validators=[Optional()])
    pasted = TextAreaField(validators=[Optional()])
    contacts = FileField(validators=[Optional()])
    holds = SelectField(validators=[Optional()], choices=[])

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.holds.choices = [
            ("", gettext("Recognise it by the headings")),
            ("organisation", gettext("Organisations, with or without their people")),
            ("contact", gettext("People of organisations")),
        ]


@staff.route("/imports/new", methods=["GET", "POST"])
@allow(Permission.IMPORT)
def new_import() -> ResponseReturnValue:
    """Choose a file, or paste rows."""
    form = ImportForm()
    answer = submit(form, lambda session, _: _begun(session, form))
    if answer is not None:
        return answer
    code = 422 if form.has_errors else 200
    return render_template("staff/imports/new.html", form=form), code


@staff.post("/imports/staged/<int:staged_id>/discard")
@allow(Permission.IMPORT)
def discard_import(staged_id: int) -> ResponseReturnValue:
    """Throw away what was prepared."""

    def work(session: Session, _: Actor) -> str:
        discard(session, staged_id, owner())
        say(gettext("The import was discarded. Nothing was stored."))
        return url_for("staff.imports")

    form = Form()
    answer = submit(form, work)
    return answer or _refused(form, url_for("staff.import_staged", staged_id=staged_id))


def owner() -> str:
    """Under what the visitor's imports are kept."""
    return f"account:{signed_in().account_id}"


def _refused(form: Form, target: str) -> ResponseReturnValue:
    """Tell a refusal on the page that the button stood on."""
    words = [message for name in form.errors.values() for message in name]
    say(" ".join(map(str, words)) or gettext("That could not be done."), late=True)
    return redirect(target, code=303)


def _begun(session: Session, form: ImportForm) -> str:
    main = _main_upload(form)
    contacts = _upload(form.contacts.data)
    options = {"holds": form.holds.data} if form.holds.data else {}
    found = begin(session, owner(), main, contacts, **options)
    return url_for("staff.import_columns", staged_id=found.id)


def _main_upload(form: ImportForm) -> Upload:
    chosen = _upload(form.file.data)
    pasted = form.pasted.data or ""
    if chosen is not None and pasted.strip():
        raise BadInput(
            gettext("Choose a file or paste rows, not both; which one is meant is not clear."),
            field="pasted",
        )
    if chosen is not None:
        return chosen
    if not pasted.strip():
        raise BadInput(gettext("Choose a file, or paste rows with their headings."), field="file")
    # A byte order mark, so that nothing has to be guessed.
    data = pasted.replace("\r\n", "\n").strip("\n").encode("utf-8-sig", "replace")
    return Upload(gettext("Pasted rows"), data)


def _upload(given: Any) -> Upload | None:
    if not isinstance(given, FileStorage) or not given.filename:
        return None
    return Upload(given.filename, given.stream.read())

"""What staff note about an organisation: marked “staff only”, kept from all others."""

from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.operations.notes import add_note, change_note, remove_note
from alliance.directory.queries.notes import get_note
from alliance.web.forms import Form
from alliance.web.guards import may
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.organisation.acts import ask
from alliance.web.staff.organisation.fields import Lines
from alliance.web.staff.organisation.page import AT

_KIND = "organisation"
NOTE = f"{AT}/notes/<int(max=9223372036854775807):note_id>"


class NoteForm(Form):
    """Asks for the words of a note."""

    text = Lines(render_kw={"rows": 6})


class NothingForm(Form):
    """Asks for nothing but a press of the button."""


def _note_form(text: str = "") -> NoteForm:
    form = NoteForm(text=text)
    form.text.label.text = gettext("Staff note")
    return form


@staff.route(f"{AT}/notes", methods=["GET", "POST"])
@allow(Permission.WRITE_NOTES)
def new_note(organisation_id: int) -> ResponseReturnValue:
    """Note something about an organisation."""
    form = _note_form()
    return ask(
        organisation_id,
        form,
        lambda session, actor: add_note(
            session, _KIND, organisation_id, form.text.data or "", actor=actor
        ),
        title=gettext("Add a staff note"),
        text=gettext("Staff only: it is never shown to members, in exports or by the API."),
        button=gettext("Add the note"),
        done=gettext("The note was added."),
    )


@staff.route(f"{NOTE}/edit", methods=["GET", "POST"])
@allow(Permission.WRITE_NOTES)
def edit_note(organisation_id: int, note_id: int) -> ResponseReturnValue:
    """Change a note of one's own."""
    form = _note_form(get_note(db.session(), note_id, _KIND, organisation_id).text)
    return ask(
        organisation_id,
        form,
        lambda session, actor: change_note(
            session,
            note_id,
            form.text.data or "",
            subject_kind=_KIND,
            subject_id=organisation_id,
            actor=actor,
        ),
        title=gettext("Change a staff note"),
        text=gettext("Staff only: it is never shown to members, in exports or by the API."),
        button=gettext("Save"),
        done=gettext("Saved."),
    )


@staff.route(f"{NOTE}/remove", methods=["GET", "POST"])
@allow(Permission.WRITE_NOTES)
def remove_note_form(organisation_id: int, note_id: int) -> ResponseReturnValue:
    """Remove a note: one's own, or any as an administrator."""
    get_note(db.session(), note_id, _KIND, organisation_id)
    return ask(
        organisation_id,
        NothingForm(),
        lambda session, actor: remove_note(
            session,
            note_id,
            subject_kind=_KIND,
            subject_id=organisation_id,
            actor=actor,
            may_remove_others=may(Permission.MANAGE_ACCOUNTS),
        ),
        title=gettext("Remove a staff note"),
        text=gettext("Its words are gone for good; the history tells only that there was a note."),
        button=gettext("Remove the note"),
        done=gettext("The note was removed."),
        is_danger=True,
    )

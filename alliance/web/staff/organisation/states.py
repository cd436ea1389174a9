"""Putting an organisation away, deleting it with time to think again, and bringing it back."""

from datetime import timedelta

from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.directory.operations import states as operations
from alliance.directory.operations.states import DAYS_UNTIL_GONE
from alliance.web.forms import Form
from alliance.web.languages import gettext, language
from alliance.web.public.context import today
from alliance.web.public.wording import day_text
from alliance.web.staff import staff
from alliance.web.staff.organisation.acts import ask, reason_of
from alliance.web.staff.organisation.fields import OPTIONAL, Text
from alliance.web.staff.organisation.page import AT


class ReasonForm(Form):
    """Asks why, which may stay unanswered."""

    reason = Text(validators=OPTIONAL, render_kw={"maxlength": 500})


def reason_form() -> ReasonForm:
    """The form with its label."""
    form = ReasonForm()
    form.reason.label.text = gettext("Reason, kept in the history")
    return form


@staff.route(f"{AT}/archive", methods=["GET", "POST"])
@allow(Permission.REMOVE_RECORDS)
def archive_organisation(organisation_id: int) -> ResponseReturnValue:
    """Put an organisation away."""
    form = reason_form()
    return ask(
        organisation_id,
        form,
        lambda session, actor: operations.archive_organisation(
            session, organisation_id, on=today(), actor=actor, reason=reason_of(form)
        ),
        title=gettext("Archive this organisation"),
        text=gettext(
            "It leaves lists, search and the public directory. Its record, its people and its"
            " history stay, and it can be restored at any time."
        ),
        button=gettext("Archive it"),
        done=gettext("The organisation was archived."),
        can_restore=True,
    )


@staff.route(f"{AT}/restore", methods=["GET", "POST"])
@allow(Permission.REMOVE_RECORDS)
def restore_organisation(organisation_id: int) -> ResponseReturnValue:
    """Bring an archived or deleted organisation back."""
    form = reason_form()
    return ask(
        organisation_id,
        form,
        lambda session, actor: operations.restore_organisation(
            session, organisation_id, actor=actor, reason=reason_of(form)
        ),
        title=gettext("Restore this organisation"),
        text=gettext("It is back in lists and search, with everything that hangs on it."),
        button=gettext("Restore it"),
        done=gettext("The organisation was restored."),
    )


@staff.route(f"{AT}/delete", methods=["GET", "POST"])
@allow(Permission.REMOVE_RECORDS, confirm=True)
def delete_organisation(organisation_id: int) -> ResponseReturnValue:
    """Delete an organisation, for good after some weeks."""
    form = reason_form()
    day = day_text(today() + timedelta(days=DAYS_UNTIL_GONE), language())
    return ask(
        organisation_id,
        form,
        lambda session, actor: operations.delete_organisation(
            session, organisation_id, on=today(), actor=actor, reason=reason_of(form)
        ),
        title=gettext("Delete this organisation"),
        text=gettext(
            "It is gone for everybody but staff at once, and for good on %(day)s, with who worked"
            " there and what was noted about it. Until then it can be restored.",
            day=day,
        ),
        button=gettext("Delete it"),
        done=gettext("Deleted, gone for good on %(day)s", day=day),
        is_danger=True,
        can_restore=True,
    )

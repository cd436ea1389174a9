"""What all acts on an organisation have in common: a form, one transaction, and words after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from alliance.audit.queries import HistoryCriteria, entries_matching
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput
from alliance.directory.rules.fields import BadRecord, tidy_text
from alliance.directory.rules.memberships import LONGEST_REASON
from alliance.directory.rules.reverting import can_be_put_back
from alliance.web.forms import Form, submit
from alliance.web.staff.frame import say
from alliance.web.staff.organisation.page import head_of, load


@contextmanager
def worded() -> Iterator[None]:
    """A problem of one record among many is told as that of the form, without the record's name."""
    try:
        yield
    except BadRecord as error:
        raise BadInput(error.problem, field=error.field) from None


def reason_of(form: Any) -> str | None:
    """The reason that a form gives, None for none. Raises BadInput."""
    return tidy_text("reason", form.reason.data, longest=LONGEST_REASON)


def back_to(organisation_id: int | None, part: str = "organisation", **values: Any) -> str:
    """The address of a part of the record."""
    return url_for(f"staff.{part}", organisation_id=organisation_id, **values)


def ask(
    organisation_id: int,
    form: Form,
    work: Callable[[Any, Actor], Any],
    *,
    title: str,
    text: str,
    button: str,
    done: str,
    part: str = "organisation",
    tab: str = "",
    is_danger: bool = False,
    can_restore: bool = False,
) -> ResponseReturnValue:
    """The page of one act on a record, and the act itself.

    work(session, actor) does it. title, text and button say what will happen; done, what has
    happened, is said on the part of the record to which it leads; can_restore: with an Undo that
    restores the record.
    """
    page = load(organisation_id)
    address = back_to(organisation_id, part)

    def act(session: Any, actor: Actor) -> str:
        with worded():
            work(session, actor)
        return address

    if not form.reshape():
        answer = submit(form, act)
        if answer is not None:
            say(done, undo=back_to(organisation_id, "restore_organisation") if can_restore else "")
            return answer
    body = render_template(
        "staff/organisation/act.html",
        head=head_of(page, tab),
        form=form,
        title=title,
        text=text,
        button=button,
        cancel_url=address,
        is_danger=is_danger,
    )
    return body, 422 if form.has_errors else 200


def undo_url(organisation_id: int, field: str) -> str:
    """Where the newest change of a field is taken back by POST; "" when there is none."""
    asked = HistoryCriteria(subject_kind="organisation", subject_id=organisation_id)
    entries = entries_matching(db.session(), asked, limit=1)
    if not entries or field not in entries[0].changes:
        return ""
    return url_for(
        "staff.revert_field", organisation_id=organisation_id, field=field, entry=entries[0].id
    )


def undo_all_url(organisation_id: int, actor: Actor) -> str:
    """Where the newest change of a record is taken back by POST; "" when that is not possible.

    It is not when somebody else made it, and when a field of it needs an act of its own.
    """
    asked = HistoryCriteria(subject_kind="organisation", subject_id=organisation_id)
    for entry in entries_matching(db.session(), asked, limit=1):
        is_own = (entry.actor_kind, entry.actor_id) == (actor.kind, actor.id)
        if is_own and entry.action == "changed" and all(map(can_be_put_back, entry.changes)):
            return url_for(
                "staff.take_edit_back", organisation_id=organisation_id, entry_id=entry.id
            )
    return ""


def leave(organisation_id: int, words: str) -> ResponseReturnValue:
    """Back to the record, with words on why."""
    say(words, late=True)
    return redirect(back_to(organisation_id), code=303)

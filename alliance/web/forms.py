"""Forms: protected against forgery, strict about what they are sent, and safe to send twice."""

import json
import re
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import uuid4

from flask import redirect, request
from flask_wtf import FlaskForm
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import FieldList, HiddenField

from alliance.accounts.operations.submissions import answered, once
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import Refused, Stale
from alliance.reactions import abandon, commit
from alliance.web.guards import current_actor, signed_in
from alliance.web.languages import gettext

# Work(session, actor) makes the change and returns the address to go to.
Work = Callable[[Session, Actor], str]
_TRIES = 3
# The proof that a step-up carries along; the guard has read it already.
_OF_THE_GUARD = "confirm_"
# The buttons that add and remove entries of a list, and the choices on the page of a conflict.
_OF_THE_FRAME = frozenset({"add", "remove", "keep"})
_KEY = re.compile("[0-9A-Za-z-]{1,64}")


class Form(FlaskForm):
    """A form with a token against forgery, and a key by which a second copy is recognised.

    A field that the form does not have is refused. Errors of the whole form are `form_errors`.
    """

    submission = HiddenField(default=lambda: uuid4().hex)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; False when anything is wrong, with the errors in place."""
        is_good: bool = super().validate(extra_validators)
        unknown = sorted(
            name
            for name in {*request.form, *request.files}
            if name.partition("-")[0] not in {*self._fields, *_OF_THE_FRAME}
            and not name.startswith(_OF_THE_GUARD)
        )
        if unknown:
            self.form_errors.append(
                gettext("The form holds a field “%(name)s” that it does not have.",
                        name=unknown[0][:40])
            )  # fmt: skip
        return is_good and not unknown

    def tell(self, error: Refused) -> None:
        """Show a refusal beside the field that it names, else above the form."""
        field = self._fields.get(getattr(error, "field", None) or "")
        if field is not None and isinstance(field.errors, list | tuple):
            field.errors = [*field.errors, error.message]
        else:
            self.form_errors.append(error.message)

    def reshape(self) -> bool:
        """Add or remove an entry of a list, if that is what a button asks for; says whether it was.

        The page then shows the form again, as it would without script for every such button.
        """
        if request.method != "POST":
            return False
        lists = {field.name: field for field in self if isinstance(field, FieldList)}
        added, removed = request.form.get("add", ""), request.form.get("remove", "")
        if added in lists:
            lists[added].append_entry()
            return True
        name = removed.rpartition("-")[0]
        if name in lists:
            names = [entry.name for entry in lists[name].entries]
            if removed in names:
                lists[name].pop_entry(names.index(removed))
            return True
        return False

    @property
    def has_errors(self) -> bool:
        """Whether the form was sent and found wanting."""
        return bool(self.errors or self.form_errors)


def submit(form: Form, work: Work) -> Response | None:
    """Do what a form asks for, once, in one transaction; the redirect that follows, or None.

    None: the form was not sent, or something in it cannot be used; then nothing has changed, the
    form holds its errors, and the page shows it again with 422. A second copy of a form leads where
    the first did. Two transactions that waited for each other are tried again. Raises Stale and
    NotFound for the page to tell.
    """
    if not form.validate_on_submit():
        return None
    session = db.session()
    for tries_left in reversed(range(_TRIES)):
        try:
            return redirect(_done(session, form, work), code=303)
        except Refused as error:
            abandon(session)
            if isinstance(error, Stale):
                raise
            form.tell(error)
            # What is sent next has other contents, so it is another submission.
            form.submission.data = uuid4().hex
            return None
        except DBAPIError as error:
            abandon(session)
            if tries_left == 0 or not isinstance(
                error.orig, DeadlockDetected | SerializationFailure
            ):
                raise
        except BaseException:
            abandon(session)
            raise
    raise AssertionError("the last try returns or raises")


def _done(session: Session, form: Form, work: Work) -> str:
    sent = str(form.submission.data or "")
    key = sent if _KEY.fullmatch(sent) else ""
    account_id = signed_in().account_id
    earlier = once(session, key, account_id, _fingerprint())
    if earlier is not None:
        abandon(session)
        return str(earlier["location"])
    location = work(session, current_actor())
    answered(session, key, account_id, {"location": location})
    commit(session)
    return location


def _fingerprint() -> str:
    """What was sent, and where to; the token against forgery may differ between copies."""
    sent = sorted(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and not name.startswith(_OF_THE_GUARD)
    )
    return sha256(json.dumps([request.path, sent]).encode()).hexdigest()

"""Buttons that are forms: they do one thing and lead back, saying what was done or why not."""

from flask import redirect
from flask.typing import ResponseReturnValue

from alliance.web.forms import Form, Work, submit
from alliance.web.staff.frame import say


def act(work: Work, back: str, kind: type[Form] = Form) -> ResponseReturnValue:
    """Do the work of a button, once; a refusal is told on the page one came from.

    kind: the form, where the button sends more than itself.
    """
    form = kind()
    response = submit(form, work)
    if response is not None:
        return response
    for message in form.form_errors:
        say(message, late=True)
    return redirect(back, code=303)

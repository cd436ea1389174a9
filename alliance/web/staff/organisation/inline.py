"""Editing one field where it stands: the pencil brings the form, Undo takes it back."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation.acts import back_to, leave, undo_url
from alliance.web.staff.organisation.edit import save
from alliance.web.staff.organisation.forms import INLINE, asked_fields, organisation_form
from alliance.web.staff.organisation.page import AT, head_of, load


@staff.route(f"{AT}/edit/<field>", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def edit_field(organisation_id: int, field: str) -> ResponseReturnValue:
    """Edit one field: a part of the record page, and a page of its own without script."""
    if field not in INLINE or field not in asked_fields():
        abort(404)
    page = load(organisation_id)
    if request.method == "GET" and page.record.delete_on is not None:
        return leave(organisation_id, gettext("It was deleted; restore it before you change it."))
    form = organisation_form(page.record, fields=(field,))
    answer = save(organisation_id, page.record, form, request.path, said=False)
    label = field_label("organisation", field)
    if answer is None:
        body = render_template(
            "staff/organisation/field.html",
            head=head_of(page, ""),
            form=form,
            field_name=field,
            label=label,
            cancel_url=back_to(organisation_id),
        )
        return body, 422 if form.has_errors else 200
    if isinstance(answer, tuple):
        return answer
    say(gettext("%(field)s saved.", field=label), undo=undo_url(organisation_id, field))
    place = url_for("staff.organisation", organisation_id=organisation_id, _anchor=f"fact-{field}")
    return redirect(place, code=303)

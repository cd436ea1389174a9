"""Choosing who sees which field of an organisation."""

from types import MappingProxyType
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms import HiddenField

from alliance.accounts.permissions import Permission, allow
from alliance.core.errors import BadInput, Stale
from alliance.directory.operations.editing import edit_organisation
from alliance.directory.rules.listing import DEFAULT_VISIBILITY
from alliance.directory.rules.records import OrganisationRecord, Visibility
from alliance.directory.rules.versions import version_of
from alliance.web.forms import Form, submit
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation.acts import back_to, leave, worded
from alliance.web.staff.organisation.choices import levels
from alliance.web.staff.organisation.facts import choosable, level_of, usual_levels
from alliance.web.staff.organisation.fields import Choice
from alliance.web.staff.organisation.page import AT, head_of, load

CHOSEN = (*DEFAULT_VISIBILITY, "email", "phone", "street", "postcode")


@staff.route(f"{AT}/visibility", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def visibility(organisation_id: int) -> ResponseReturnValue:
    """Who sees which field."""
    page = load(organisation_id)
    record = page.record
    form = _form(record)

    def work(session: Any, actor: Any) -> str:
        with worded():
            edit_organisation(
                session,
                organisation_id,
                {"visibility": _chosen(form, record)},
                version=form.version.data or "unknown",
                actor=actor,
            )
        return back_to(organisation_id)

    try:
        answer = submit(form, work)
    except Stale as stale:
        return leave(organisation_id, stale.message)
    if answer is not None:
        say(gettext("Saved."))
        return answer
    body = render_template(
        "staff/organisation/act.html",
        head=head_of(page, ""),
        form=form,
        title=gettext("Who sees which field"),
        text=gettext("The public sees only fields that are meant for everybody."),
        button=gettext("Save"),
        cancel_url=back_to(organisation_id),
        is_danger=False,
    )
    return body, 422 if form.has_errors else 200


def _form(record: OrganisationRecord) -> Any:
    fields = {name: Choice() for name in CHOSEN}
    kind = type("VisibilityForm", (Form,), {"version": HiddenField(), **fields})
    values = {name: level_of(record, name).value for name in CHOSEN}
    form = kind(data={**values, "version": version_of(record)})
    for name in CHOSEN:
        form[name].label.text = field_label("organisation", name)
        form[name].choices = levels(with_public=Visibility.PUBLIC in choosable(name))
    return form


def _chosen(form: Any, record: OrganisationRecord) -> MappingProxyType[str, Visibility]:
    """The levels that differ from what is usual; what was chosen for others stays."""
    known = {level.value: level for level in Visibility}
    usual = usual_levels()
    found = {field: level for field, level in record.visibility.items() if field not in CHOSEN}
    for name in CHOSEN:
        told = form[name].data
        if told not in known:
            raise BadInput("Choose who sees it.", field=name)
        if known[told] is not usual.get(name, Visibility.SECRETARIAT):
            found[name] = known[told]
    return MappingProxyType(found)

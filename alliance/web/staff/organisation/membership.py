"""Acts on what an organisation is: joining, leaving, ending, renaming, standing under another."""

from datetime import date
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField

from alliance.accounts.permissions import Permission, allow
from alliance.core.errors import BadInput, NotFound
from alliance.directory.operations import organisations as operations
from alliance.directory.queries.relations import organisation_called
from alliance.directory.rules.records import Precision
from alliance.web.forms import Form
from alliance.web.languages import gettext
from alliance.web.public.context import today
from alliance.web.staff import staff
from alliance.web.staff.organisation.acts import ask, reason_of
from alliance.web.staff.organisation.choices import precisions
from alliance.web.staff.organisation.fields import OPTIONAL, Choice, Day, Text
from alliance.web.staff.organisation.page import AT, load

_PART: dict[str, Any] = {"part": "organisation_membership", "tab": "membership"}


def form_of(labels: dict[str, str], fields: dict[str, Any], **values: Any) -> Any:
    """A form of these fields with their labels."""
    form = type("ActForm", (Form,), fields)(data=values)
    for name, text in labels.items():
        form[name].label.text = text
    return form


def given_day(value: date | None) -> date:
    """The day of the field “on”. Raises BadInput when it was left out."""
    if value is None:
        raise BadInput("Give the day.", field="on")
    return value


@staff.route(f"{AT}/membership/open", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def open_membership(organisation_id: int) -> ResponseReturnValue:
    """Make an organisation a member."""
    form = form_of(
        {
            "on": gettext("Member from"),
            "precision": gettext("Known to the"),
            "is_at_latest": gettext("At the latest; maybe earlier"),
            "reason": gettext("Reason, kept in the history"),
        },
        {
            "on": Day(),
            "precision": Choice(choices=precisions),
            "is_at_latest": BooleanField(),
            "reason": Text(validators=OPTIONAL),
        },
        on=today(),
        precision="day",
    )

    def work(session: Any, actor: Any) -> None:
        if form.precision.data not in {one.value for one in Precision}:
            raise BadInput("Say how exactly the day is known.", field="precision")
        operations.open_membership(
            session,
            organisation_id,
            on=given_day(form.on.data),
            actor=actor,
            precision=Precision(form.precision.data),
            is_at_latest=form.is_at_latest.data,
            reason=reason_of(form),
        )

    return ask(
        organisation_id,
        form,
        work,
        title=gettext("Begin a membership"),
        text=gettext("While it is a member it is shown to the public, unless it is taken out."),
        button=gettext("Make it a member"),
        done=gettext("It is a member now."),
        **_PART,
    )


@staff.route(f"{AT}/membership/end", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def end_membership(organisation_id: int) -> ResponseReturnValue:
    """End the running membership."""
    form = form_of(
        {"on": gettext("First day without it"), "reason": gettext("Why it ends")},
        {"on": Day(), "reason": Text()},
        on=today(),
    )
    return ask(
        organisation_id,
        form,
        lambda session, actor: operations.end_membership(
            session,
            organisation_id,
            on=given_day(form.on.data),
            reason=reason_of(form) or "",
            actor=actor,
        ),
        title=gettext("End the membership"),
        text=gettext("It becomes a former member and keeps its page in the public directory."),
        button=gettext("End the membership"),
        done=gettext("The membership has an end."),
        **_PART,
    )


@staff.route(f"{AT}/dissolve", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def dissolve_organisation(organisation_id: int) -> ResponseReturnValue:
    """Record that an organisation has ceased to be."""
    form = form_of(
        {
            "on": gettext("First day without it"),
            "reason": gettext("Why it ends"),
            "into": gettext("Became part of"),
        },
        {"on": Day(), "reason": Text(), "into": Text(validators=OPTIONAL)},
        on=today(),
    )
    form.into.description = other_hint()

    def work(session: Any, actor: Any) -> None:
        operations.dissolve(
            session,
            organisation_id,
            on=given_day(form.on.data),
            reason=reason_of(form) or "",
            actor=actor,
            into_id=other(session, form.into.data, "into"),
        )

    return ask(
        organisation_id,
        form,
        work,
        title=gettext("Record that it has ended"),
        text=gettext("A running membership ends on that day. Its record and its page stay."),
        button=gettext("Record the end"),
        done=gettext("Its end was recorded."),
        is_danger=True,
        **_PART,
    )


@staff.route(f"{AT}/parent", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def set_parent(organisation_id: int) -> ResponseReturnValue:
    """Put an organisation under another, or take it out."""
    parent = load(organisation_id).parent if request.method == "GET" else None
    form = form_of(
        {
            "parent": gettext("Stands under"),
            "reason": gettext("Reason, kept in the history"),
        },
        {"parent": Text(validators=OPTIONAL), "reason": Text(validators=OPTIONAL)},
        parent=f"{parent.name} #{parent.id}" if parent else "",
    )
    form.parent.description = other_hint()
    return ask(
        organisation_id,
        form,
        lambda session, actor: operations.set_parent(
            session,
            organisation_id,
            other(session, form.parent.data, "parent"),
            actor=actor,
            reason=reason_of(form),
        ),
        title=gettext("Put it under another"),
        text=gettext("As a ministry stands under its state. Left empty, it stands by itself."),
        button=gettext("Save"),
        done=gettext("Saved."),
        **_PART,
    )


@staff.route(f"{AT}/rename", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def rename_organisation(organisation_id: int) -> ResponseReturnValue:
    """Give an organisation a new name, or mend its spelling."""
    form = form_of(
        {
            "name": gettext("New name"),
            "on": gettext("Called so from"),
            "is_correction": gettext("Only a correction of its spelling; keep no former name"),
            "reason": gettext("Reason, kept in the history"),
        },
        {
            "name": Text(),
            "on": Day(),
            "is_correction": BooleanField(),
            "reason": Text(validators=OPTIONAL),
        },
        on=today(),
    )

    def work(session: Any, actor: Any) -> None:
        if not (form["name"].data or "").strip():
            raise BadInput("Give the new name.", field="name")
        operations.rename_organisation(
            session,
            organisation_id,
            form["name"].data,
            on=given_day(form.on.data),
            actor=actor,
            is_correction=form.is_correction.data,
            reason=reason_of(form),
        )

    return ask(
        organisation_id,
        form,
        work,
        title=gettext("Rename this organisation"),
        text=gettext("The old name stays as a former name, and old addresses lead to the new one."),
        button=gettext("Rename it"),
        done=gettext("The organisation was renamed."),
    )


@staff.route(f"{AT}/listed", methods=["GET", "POST"])
@allow(Permission.EDIT_ORGANISATIONS)
def set_listed(organisation_id: int) -> ResponseReturnValue:
    """Show an organisation to the public while it is a member, or do not."""
    form = form_of(
        {
            "is_listed": gettext("Shown to the public while it is a member"),
            "reason": gettext("Reason, kept in the history"),
        },
        {"is_listed": BooleanField(), "reason": Text(validators=OPTIONAL)},
        is_listed=not load(organisation_id).record.is_listed,
    )
    return ask(
        organisation_id,
        form,
        lambda session, actor: operations.set_listed(
            session,
            organisation_id,
            bool(form.is_listed.data),
            actor=actor,
            reason=reason_of(form),
        ),
        title=gettext("In the public directory"),
        text=gettext("Taken out, it has no public page and is in no export of the directory."),
        button=gettext("Save"),
        done=gettext("Saved."),
        **_PART,
    )


def other_hint() -> str:
    """How another organisation is named."""
    return gettext("Its number, such as #12, or the last part of the address of its public page.")


def other(session: Any, typed: str | None, field: str) -> int | None:
    """The organisation that was named by number or address; None for none. Raises BadInput."""
    text = (typed or "").strip()
    if not text:
        return None
    key = text.rpartition("#")[2].strip() if "#" in text else text.rstrip("/").rpartition("/")[2]
    try:
        return organisation_called(session, key.replace("\0", ""))
    except NotFound:
        raise BadInput(
            f"There is no organisation “{text[:60]}”; give its number, such as #12.", field=field
        ) from None

"""Saved views of lists: save what one sees, rename, share, arrange, delete."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from alliance.accounts.operations.views import (
    change_view,
    delete_view,
    move_view,
    open_with,
    save_view,
)
from alliance.accounts.permissions import Permission, Role, allow
from alliance.accounts.queries.views import OwnViews, View, any_view, own_views
from alliance.accounts.rules.views import AREAS
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput, Refused
from alliance.web.forms import submit
from alliance.web.guards import signed_in
from alliance.web.languages import gettext
from alliance.web.staff import staff
from alliance.web.staff.frame import say
from alliance.web.staff.table.saving import AREAS as LISTS
from alliance.web.staff.table.saving import Area
from alliance.web.staff.view_forms import ActForm, DeleteForm, ViewForm, view_form


@staff.route("/views/new/<area>", methods=["GET", "POST"])
@allow(Permission.ENTER_WORKSPACE)
def new_view(area: str) -> ResponseReturnValue:
    """Save what the list at this address shows; the query is that of the list."""
    known = _area(area)
    try:
        query = known.read(request.args)
    except BadInput as refused:
        return render_template("staff/views/refused.html", told=refused.message, area=known), 400
    form = view_form()

    def work(session: Session, actor: Actor) -> str:
        account_id = signed_in().account_id
        name = form.name.data or ""
        id = save_view(
            session, account_id, area, name, query,
            is_shared=bool(form.is_shared.data), actor=actor,
        )  # fmt: skip
        if form.opens.data:
            open_with(session, account_id, area, id)
        say(gettext("The view “%(name)s” is saved.", name=name.strip()))
        return f"{known.path}?view={id}"

    done = submit(form, work)
    page = _page("new", area, known, form=form, told=known.tell(query))
    return done or (page, 422 if form.has_errors else 200)


@staff.get("/views/<any(organisations, contacts):area>")
@allow(Permission.ENTER_WORKSPACE)
def views(area: str) -> ResponseReturnValue:
    """All views of one list, own ones to arrange and shared ones to open with."""
    known = _area(area)
    found = own_views(db.session(), signed_in().account_id, area)
    return _page("index", area, known, **_arranged(found, known))


@staff.route("/views/<int:view_id>/edit", methods=["GET", "POST"])
@allow(Permission.ENTER_WORKSPACE)
def view_edit(view_id: int) -> ResponseReturnValue:
    """Rename a view, share it or not; with a query, that of the address takes its place."""
    area, view = _view(view_id)
    known = _area(area)
    form = ViewForm(data={"name": view.name, "is_shared": view.is_shared})
    del form.opens
    query = known.read(request.args) if request.args else None

    def work(session: Session, actor: Actor) -> str:
        account = signed_in()
        change_view(
            session, view_id, account_id=account.account_id, role=account.role, actor=actor,
            name=form.name.data or "", query=query, is_shared=bool(form.is_shared.data),
        )  # fmt: skip
        say(gettext("The view is saved."))
        return f"/staff/views/{area}"

    done = submit(form, work)
    shown_query = query or view.query
    shown = known.tell(shown_query) if shown_query is not None else []
    page = _page("edit", area, known, form=form, view=view, told=shown)
    return done or (page, 422 if form.has_errors else 200)


@staff.post("/views/<int:view_id>/act")
@allow(Permission.ENTER_WORKSPACE)
def view_act(view_id: int) -> ResponseReturnValue:
    """Move a view, share it, or open the list with it."""
    area, _ = _view(view_id)
    known, form = _area(area), ActForm()

    def work(session: Session, actor: Actor) -> str:
        account = signed_in()
        act = form.act.data
        if act in ("earlier", "later"):
            by = 1 if act == "later" else -1
            move_view(session, view_id, account_id=account.account_id, by=by)
        elif act in ("open", "whole"):
            open_with(session, account.account_id, area, view_id if act == "open" else None)
        else:
            change_view(
                session, view_id, account_id=account.account_id, role=account.role, actor=actor,
                is_shared=act == "share",
            )  # fmt: skip
        return f"/staff/views/{area}"

    done = submit(form, work)
    if done is not None:
        return done
    found = own_views(db.session(), signed_in().account_id, area)
    return _page("index", area, known, form=form, **_arranged(found, known)), 422


@staff.route("/views/<int:view_id>/delete", methods=["GET", "POST"])
@allow(Permission.ENTER_WORKSPACE)
def view_delete(view_id: int) -> ResponseReturnValue:
    """Delete a view, after a word on what that means."""
    area, view = _view(view_id)
    known, form = _area(area), DeleteForm()

    def work(session: Session, actor: Actor) -> str:
        account = signed_in()
        delete_view(session, view_id, account_id=account.account_id, role=account.role, actor=actor)
        say(gettext("The view “%(name)s” is deleted.", name=view.name))
        return f"/staff/views/{area}"

    done = submit(form, work)
    page = _page("delete", area, known, form=form, view=view)
    return done or (page, 422 if form.has_errors else 200)


def may_change(view: View) -> bool:
    """Whether the present visitor may change a view."""
    account = signed_in()
    return view.account_id == account.account_id or account.role is Role.ADMINISTRATOR


def _area(name: str) -> Area:
    if name not in AREAS or name not in LISTS:
        abort(404)
    return LISTS[name]


def _view(view_id: int) -> tuple[str, View]:
    """A view that the visitor sees, with the name of its list; others are not found.

    Raises Refused for one that he sees but may not change, when he tries to.
    """
    area, view = any_view(db.session(), view_id, signed_in().account_id)
    if request.endpoint in ("staff.view_edit", "staff.view_delete") and not may_change(view):
        raise Refused(
            gettext("This view belongs to %(owner)s; save a view of your own.", owner=view.owner)
        )
    return area, view


def _arranged(found: OwnViews, known: Area) -> dict[str, object]:
    own = signed_in().account_id
    return {
        "own": [one for one in found.views if one.account_id == own],
        "shared": [one for one in found.views if one.account_id != own],
        "opens_with": found.view_id,
        "tell": lambda view: known.tell(view.query) if view.query else [],
        "may_change": may_change,
        "act_form": ActForm(formdata=None),
    }


def _page(name: str, area: str, known: Area, **values: object) -> str:
    return render_template(f"staff/views/{name}.html", area=area, known=known, **values)

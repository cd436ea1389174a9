"""Saving views of lists, and arranging them. Nothing here commits."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from alliance.accounts.models import SavedView
from alliance.accounts.permissions import Role
from alliance.accounts.rules.views import AREAS, MOST_VIEWS, ViewQuery, view_name
from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.errors import BadInput, NotFound, Refused

_SET_DEFAULT = text(
    "INSERT INTO list_settings (account_id, area, view_id) VALUES (:account_id, :area, :view_id)"
    " ON CONFLICT (account_id, area) DO UPDATE SET view_id = EXCLUDED.view_id"
)


def save_view(
    session: Session,
    account_id: int,
    area: str,
    name: str,
    query: ViewQuery,
    *,
    is_shared: bool,
    actor: Actor,
) -> int:
    """Keep a view; returns its id. Raises BadInput for a name that is bad or taken."""
    if area not in AREAS:
        raise BadInput("There is no such list.")
    given = view_name(name)
    # Two saves at once would both find the name free; the second waits for the first.
    _take_turns(session, account_id)
    _refuse_taken(session, account_id, area, given)
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(SavedView.position), 0)).where(
            SavedView.account_id == account_id, SavedView.area == area
        )
    ).one()
    if count >= MOST_VIEWS:
        raise Refused(f"You have {count} views of this list; delete one first.")
    view = SavedView(
        account_id=account_id,
        area=area,
        name=given,
        query=query.document(),
        is_shared=is_shared,
        position=last + 1,
        created_at=clock.now(),
    )
    session.add(view)
    session.flush()
    if is_shared:
        _note(session, actor, "created", view.id, given, {"name": (None, given)})
    return view.id


def change_view(
    session: Session,
    view_id: int,
    *,
    account_id: int,
    role: Role,
    actor: Actor,
    name: str | None = None,
    query: ViewQuery | None = None,
    is_shared: bool | None = None,
) -> SavedView:
    """Rename a view, share it or not, or give it another query; None leaves a part alone.

    Raises NotFound for a view that is another's own, Refused for one that others share.
    """
    view = held_view(session, view_id, account_id=account_id, role=role)
    before = {"name": view.name, "is_shared": view.is_shared, "query": view.query}
    if name is not None:
        given = view_name(name)
        _take_turns(session, view.account_id)
        _refuse_taken(session, view.account_id, view.area, given, but=view.id)
        view.name = given
    if query is not None:
        view.query = query.document()
    if is_shared is not None:
        view.is_shared = is_shared
    after = {"name": view.name, "is_shared": view.is_shared, "query": view.query}
    changes = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
    session.flush()
    if changes and (before["is_shared"] or view.is_shared):
        _note(session, actor, "changed", view.id, view.name, changes)
    return view


def delete_view(
    session: Session, view_id: int, *, account_id: int, role: Role, actor: Actor
) -> str:
    """Delete a view; returns the name of its list. Raises as `change_view`."""
    view = held_view(session, view_id, account_id=account_id, role=role)
    area, name = view.area, view.name
    if view.is_shared:
        _note(session, actor, "removed", view_id, name, {"name": (name, None)})
    session.execute(delete(SavedView).where(SavedView.id == view_id))
    return area


def move_view(session: Session, view_id: int, *, account_id: int, by: int) -> str:
    """Move an own view forward (by=1) or back (by=-1); returns the name of its list.

    Raises NotFound for a view that is not one's own.
    """
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != account_id:
        raise NotFound(f"There is no view {view_id}.")
    _take_turns(session, account_id)
    order = list(
        session.scalars(
            select(SavedView.id)
            .where(SavedView.account_id == account_id, SavedView.area == view.area)
            .order_by(SavedView.position, SavedView.name, SavedView.id)
        )
    )
    at = order.index(view_id)
    to = min(max(at + by, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    _renumber(session, order)
    return view.area


def open_with(session: Session, account_id: int, area: str, view_id: int | None) -> None:
    """Open a list with this view from now on, or with none. Raises NotFound."""
    if area not in AREAS:
        raise BadInput("There is no such list.")
    if view_id is not None:
        view = session.get(SavedView, view_id)
        if view is None or view.area != area:
            raise NotFound(f"There is no view {view_id}.")
        if view.account_id != account_id and not view.is_shared:
            raise NotFound(f"There is no view {view_id}.")
    session.execute(_SET_DEFAULT, {"account_id": account_id, "area": area, "view_id": view_id})


def held_view(session: Session, view_id: int, *, account_id: int, role: Role) -> SavedView:
    """A view that this account may change, held until the transaction ends."""
    view = session.get(SavedView, view_id, with_for_update=True)
    if view is None or (view.account_id != account_id and not view.is_shared):
        raise NotFound(f"There is no view {view_id}.")
    if view.account_id != account_id and role is not Role.ADMINISTRATOR:
        raise Refused(
            "This view belongs to somebody else; save a view of your own, or ask the owner."
        )
    return view


def _take_turns(session: Session, account_id: int) -> None:
    session.execute(
        text("SELECT id FROM accounts WHERE id = :id FOR NO KEY UPDATE"), {"id": account_id}
    )


def _refuse_taken(
    session: Session, account_id: int, area: str, name: str, *, but: int | None = None
) -> None:
    taken = session.scalar(
        select(SavedView.id).where(
            SavedView.account_id == account_id, SavedView.area == area, SavedView.name == name
        )
    )
    if taken is not None and taken != but:
        raise BadInput("There is a view of this name already; choose another.", field="name")


def _renumber(session: Session, order: Sequence[int]) -> None:
    for position, id in enumerate(order, start=1):
        session.execute(update(SavedView).where(SavedView.id == id).values(position=position))


def _note(
    session: Session,
    actor: Actor,
    action: str,
    id: int,
    name: str,
    changes: dict[str, tuple[object, object]],
) -> None:
    note = Note(action, "saved_view", id, name, changes)
    record(session, actor, [note], at=clock.now())

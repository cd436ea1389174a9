"""The views that somebody has of a list, and how he last saw it: one statement."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from alliance.accounts.rules.views import ViewQuery, view_query
from alliance.core.errors import BadInput, NotFound
from alliance.core.reads import Read

_VIEWS = Read("""
    SELECT v.id, v.account_id, v.name, v.query, v.is_shared, owner.name,
        s.columns, s.density, s.view_id
    FROM (SELECT CAST(:account_id AS bigint) AS account_id, CAST(:area AS text) AS area) AS asked
    LEFT JOIN list_settings AS s USING (account_id, area)
    LEFT JOIN saved_views AS v
        ON v.area = asked.area AND (v.account_id = asked.account_id OR v.is_shared)
    LEFT JOIN accounts AS owner ON owner.id = v.account_id
    ORDER BY v.account_id <> asked.account_id, v.position, v.name, v.id
""")
# The same with what the list was just asked for, which is how it was seen last from now on.
_VIEWS_AND_REMEMBER = Read("""
    WITH kept AS (
        INSERT INTO list_settings (account_id, area, columns, density)
        SELECT id, :area, CAST(:columns AS text[]), CAST(:density AS text)
        FROM accounts WHERE id = :account_id
        ON CONFLICT (account_id, area) DO UPDATE SET
            columns = coalesce(EXCLUDED.columns, list_settings.columns),
            density = coalesce(EXCLUDED.density, list_settings.density)
        RETURNING columns, density, view_id
    )
    SELECT v.id, v.account_id, v.name, v.query, v.is_shared, owner.name,
        kept.columns, kept.density, kept.view_id
    FROM kept LEFT JOIN saved_views AS v
        ON v.area = :area AND (v.account_id = :account_id OR v.is_shared)
    LEFT JOIN accounts AS owner ON owner.id = v.account_id
    ORDER BY v.account_id <> :account_id, v.position, v.name, v.id
""")

_ONE = Read("""
    SELECT v.area, v.id, v.account_id, v.name, v.query, v.is_shared, owner.name
    FROM saved_views AS v JOIN accounts AS owner ON owner.id = v.account_id
    WHERE v.id = :id AND (v.account_id = :account_id OR v.is_shared)
""")


@dataclass(frozen=True, slots=True)
class View:
    """A saved view. `query` is None when what is stored cannot be read any more."""

    id: int
    account_id: int
    name: str
    query: ViewQuery | None
    is_shared: bool
    owner: str


@dataclass(frozen=True, slots=True)
class OwnViews:
    """What somebody sees of a list: own views first, then what others share.

    columns, density: as last chosen; view_id: the view with which the list opens.
    """

    views: Sequence[View]
    columns: Sequence[str] | None
    density: str | None
    view_id: int | None

    def get(self, id: int) -> View:
        """The view with this id. Raises NotFound, also for one that is another's own."""
        for view in self.views:
            if view.id == id:
                return view
        raise NotFound(f"There is no view {id}.")


def own_views(
    session: Session,
    account_id: int,
    area: str,
    *,
    columns: Sequence[str] | None = None,
    density: str | None = None,
) -> OwnViews:
    """The views of one list; columns and density, where given, are remembered with it."""
    if columns is None and density is None:
        rows = _VIEWS.rows(session, account_id=account_id, area=area)
    else:
        rows = _VIEWS_AND_REMEMBER.rows(
            session,
            account_id=account_id,
            area=area,
            columns=list(columns) if columns is not None else None,
            density=density,
        )
    views = [
        View(id, owner_id, name, _readable(query), is_shared, owner)
        for id, owner_id, name, query, is_shared, owner, *_ in rows
        if id is not None
    ]
    kept_columns, kept_density, view_id = rows[0][6:9] if rows else (None, None, None)
    return OwnViews(views, kept_columns, kept_density, view_id)


def _readable(document: dict[str, object]) -> ViewQuery | None:
    try:
        return view_query(document)
    except BadInput:
        return None


def any_view(session: Session, view_id: int, account_id: int) -> tuple[str, View]:
    """A view that this account sees, with the name of its list. Raises NotFound."""
    row = _ONE.first(session, id=view_id, account_id=account_id)
    if row is None:
        raise NotFound(f"There is no view {view_id}.")
    area, id, owner_id, name, query, is_shared, owner = row
    return area, View(id, owner_id, name, _readable(query), is_shared, owner)

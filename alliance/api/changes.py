"""The feed of changes, by which programs keep a copy of records true."""

from sqlalchemy.orm import Session

from alliance.accounts.permissions import Permission
from alliance.api.private import PrivateBlueprint
from alliance.api.schemas.history import ChangePage, ChangeQuery
from alliance.api.writing import Answer, Asked
from alliance.audit.queries import Cursor, changes_after, feed_version

resource = PrivateBlueprint(
    "changes",
    __name__,
    url_prefix="/api/v1/changes",
    description="Which records were touched, in the order in which it was stored. Needs a token.",
)
_KINDS = {
    Permission.ENTER_WORKSPACE: ("organisation", "sector"),
    Permission.SEE_CONTACT_DETAILS: ("affiliation", "contact"),
}


@resource.private(
    "GET",
    "",
    name="listChanges",
    needs=tuple((permission,) for permission in _KINDS),
    query=ChangeQuery,
    answer=ChangePage,
)
def list_changes(session: Session, asked: Asked) -> Answer:
    """Follow what is changed.

    Which records were touched after a place in the feed, of the kinds that the token may read, in
    the order in which they were stored; nothing is ever put in before a place that was given out.
    To keep a copy: ask with `limit=1` and keep `latest`; read all pages of records; then ask with
    that place as `after`, read each record that is named (404 means that it is gone), and go on
    with `next`.
    """
    allowed = asked.caller.permissions
    kinds = [kind for permission in _KINDS if permission in allowed for kind in _KINDS[permission]]
    after = Cursor.parse(asked.query["after"])
    # Read before the rows: whatever is stored in between comes with the rows, or the next time.
    latest = feed_version(session)
    limit: int = asked.query["limit"]
    rows = changes_after(session, after, kinds=kinds, limit=limit + 1)
    shown = rows[:limit]
    place = after
    if len(rows) > limit or (rows and rows[-1].version > latest):
        place = shown[-1].cursor
    elif latest > after.version:
        place = Cursor(latest)
    elif shown:
        place = shown[-1].cursor
    items = [
        {"version": row.version, "kind": row.kind, "id": row.id, "action": row.action}
        for row in shown
    ]
    return Answer(
        {
            "items": items,
            "next": str(place),
            "latest": str(latest),
            "has_more": len(rows) > limit,
        }
    )

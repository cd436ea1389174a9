"""Keeping the order of people by name in step with their names."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alliance.core.db import copy_in
from alliance.core.text import sort_key
from alliance.directory.models import ContactOrder
from alliance.directory.queries.records import among
from alliance.directory.rules.records import ContactRecord


def refresh_contact_order(session: Session, contacts: Sequence[ContactRecord]) -> None:
    """Give each of these contacts, which are stored, its place among all."""
    ids = [one.id for one in contacts if one.id is not None]
    if not ids:
        return
    session.execute(delete(ContactOrder).where(among(ContactOrder.contact_id, ids)))
    rows = (
        {"contact_id": one.id, "sort_key": sort_key(one.sort_name or one.name)} for one in contacts
    )
    copy_in(session, ContactOrder.__table__, rows)

"""Work of the secretariat on many records: how long it takes, and what the next page costs."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from alliance import reactions
from alliance.app import create_app
from alliance.core import clock
from alliance.core.actor import command_actor
from alliance.core.db import db
from alliance.directory.operations.bulk import apply_bulk, undo_change_set
from alliance.directory.operations.editing import edit_organisation
from alliance.directory.queries.records import get_record
from alliance.directory.rules.bulk import Act, ActName
from alliance.directory.rules.versions import version_of
from bench.databases import Server
from bench.passes import Passes, make_passes, signed
from bench.servers import Running, product
from config import Config

ACTOR = command_actor("benchmark")
MANY = 10_000
LIST = "/staff/organisations?category=company&status=member"
AT_ONCE = 8
ROUNDS = 5


def measured_work(server: Server, database: str) -> dict[str, Any]:
    """Seconds of one edit, of a bulk edit and of its undoing, and of the first lists after each."""
    copy = f"{database}_work"
    server.copy(database, copy)
    try:
        config = server.settings(copy)
        passes = make_passes(config, tokens=1)
        with product(config, page_cache=False) as service, _opened(config) as session:
            found = {"first_seconds": _first_list(service, passes)}
            _first_list(service, passes)
            found["usual_seconds"] = _first_list(service, passes)
            found["after_edit"] = [_after_edit(session, service, passes) for _ in range(ROUNDS)]
            return found | _bulk(session, service, passes)
    finally:
        server.drop(copy)


@contextmanager
def _opened(config: Config) -> Iterator[Session]:
    app = create_app(signed(config))
    with app.app_context():
        yield db.session()
        db.session.remove()
        db.engine.dispose()


def _bulk(session: Session, service: Running, passes: Passes) -> dict[str, Any]:
    ids = _ids(session)
    act = Act(ActName.SET_LANGUAGE, code="cy")
    started = time.perf_counter()
    done = apply_bulk(
        session, "organisation", ids, act,
        actor=ACTOR, today=clock.today(ZoneInfo("UTC")), expected_count=len(ids), reason="Measured",
    )  # fmt: skip
    reactions.commit(session)
    bulk = time.perf_counter() - started
    after_bulk = _first_list(service, passes)
    started = time.perf_counter()
    undone = undo_change_set(session, done.change_set_id, actor=ACTOR)
    reactions.commit(session)
    undo = time.perf_counter() - started
    return {
        "changed": done.changed,
        "bulk_seconds": round(bulk, 1),
        "after_bulk": after_bulk,
        "restored": undone.restored,
        "undo_seconds": round(undo, 1),
        "after_undo": _first_list(service, passes),
    }


def _after_edit(session: Session, service: Running, passes: Passes) -> float:
    id = _ids(session)[0]
    record = get_record(session, id)
    changes = {"city": "Llandudno" if record.city != "Llandudno" else "Conwy"}
    edit_organisation(session, id, changes, version=version_of(record), actor=ACTOR)
    reactions.commit(session)
    return _first_list(service, passes)


def _ids(session: Session) -> list[int]:
    rows = session.connection().exec_driver_sql(
        f"SELECT id FROM organisations WHERE language IS DISTINCT FROM 'cy' ORDER BY id"
        f" LIMIT {MANY}"
    )
    return [row[0] for row in rows]


def _first_list(service: Running, passes: Passes) -> float:
    """The longest of several lists that are asked for at once, so that all workers answer one."""

    def ask(_: int) -> float:
        started = time.perf_counter()
        service.get(LIST, passes.cookie)
        return time.perf_counter() - started

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return round(max(pool.map(ask, range(AT_ONCE))), 3)

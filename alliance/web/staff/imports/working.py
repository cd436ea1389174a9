"""Doing what was claimed: small imports at once, large ones in a thread of their own.

The thread says every few seconds that it lives. When its process is killed, it no longer does, its
transaction is rolled back by the server, and the page says that nothing was stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import Refused
from alliance.imports.operations.applying import OVERTAKEN, is_overtaken
from alliance.imports.operations.running import MovedOn, beat, fail, run, run_check
from alliance.reactions import abandon, commit

log = structlog.get_logger()
MOST_AT_ONCE: Final = 2_000
"""Rows that are checked or stored while the browser waits."""
_EVERY_SECONDS: Final = 5
_PATIENCE: Final = 10
_LONG_PATIENCE: Final = 600
_BROKEN: Final = "Something went wrong on our side, and nothing was stored. It has been noted."


@dataclass(frozen=True, slots=True)
class Job:
    """What was claimed by `key`: checking the rows, or (is_run) storing them."""

    staged_id: int
    owner: str
    key: str
    actor: Actor
    is_run: bool
    rows: int


def do(job: Job) -> None:
    """Work off what was claimed, or have it worked off while the page tells how far it is."""
    if job.rows <= MOST_AT_ONCE:
        _work(db.session(), job, _PATIENCE, lambda _: None)
        return
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    Thread(target=_apart, args=(app, job), name=f"import {job.staged_id}", daemon=True).start()


def _apart(app: Flask, job: Job) -> None:
    with app.app_context():
        is_over = Event()
        alive = Thread(target=_keep_alive, args=(app, job, is_over), daemon=True)
        alive.start()
        try:
            _work(db.session(), job, _LONG_PATIENCE, lambda step: _beat(job, step))
        finally:
            is_over.set()
            alive.join()
            db.session.remove()


def _keep_alive(app: Flask, job: Job, is_over: Event) -> None:
    with app.app_context():
        while not is_over.wait(_EVERY_SECONDS):
            try:
                _beat(job, None)
            except DBAPIError:
                log.warning("import_beat_failed", staged=job.staged_id)


def _beat(job: Job, step: str | None) -> None:
    """Tell in a transaction of its own, which others see at once."""
    with Session(db.engine) as session:
        beat(session, job.staged_id, job.key, step)
        commit(session)


def _work(session: Session, job: Job, seconds: int, progress: Callable[[str], None]) -> None:
    try:
        if job.is_run:
            run(
                session, job.staged_id, job.owner, job.key,
                actor=job.actor, seconds=seconds, progress=progress,
            )  # fmt: skip
        else:
            run_check(session, job.staged_id, job.owner, job.key, progress=progress)
        commit(session)
    except MovedOn as error:
        abandon(session)
        _check_again(session, job, error.message, progress)
    except Refused as error:
        _give_back(session, job, error.message)
    except Exception as error:
        if not is_overtaken(error):
            log.error("import_failed", staged=job.staged_id, exc_info=error)
        _give_back(session, job, OVERTAKEN if is_overtaken(error) else _BROKEN)


def _check_again(session: Session, job: Job, problem: str, progress: Callable[[str], None]) -> None:
    try:
        run_check(session, job.staged_id, job.owner, job.key, progress=progress, problem=problem)
        commit(session)
    except Exception as error:
        log.error("import_failed", staged=job.staged_id, exc_info=error)
        _give_back(session, job, _BROKEN)


def _give_back(session: Session, job: Job, problem: str) -> None:
    abandon(session)
    fail(session, job.staged_id, job.key, problem)
    commit(session)

"""Doing what was claimed: small imports at once, large ones in a thread of their own.

The thread says every few seconds that it lives. When its process is killed, it no longer does, its
transaction is rolled back by the server, and whoever asks is told that nothing was stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Final

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alliance.core.actor import Actor
from alliance.core.errors import Refused
from alliance.imports.operations.applying import OVERTAKEN, is_overtaken
from alliance.imports.operations.running import MovedOn, beat, fail, run, run_check
from alliance.imports.operations.staging import Progress

log = structlog.get_logger()
MOST_AT_ONCE: Final = 2_000
"""Rows that are checked or stored while whoever asked waits."""
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


@dataclass(frozen=True, slots=True)
class Worker:
    """Works jobs off. keep and drop end a transaction: they are those of alliance.reactions."""

    engine: Engine
    keep: Callable[[Session], None]
    drop: Callable[[Session], None]

    def do(self, session: Session, job: Job) -> None:
        """Work off a job in this session, or begin to in another where there is much of it.

        What goes wrong stands in the import's `problem` then, and nothing is stored.
        """
        if job.rows <= MOST_AT_ONCE:
            self._work(session, job, _PATIENCE, lambda _: None)
            return
        Thread(target=self._apart, args=(job,), name=f"import {job.staged_id}", daemon=True).start()

    def _apart(self, job: Job) -> None:
        is_over = Event()
        alive = Thread(target=self._keep_alive, args=(job, is_over), daemon=True)
        alive.start()
        try:
            with Session(self.engine) as session:
                self._work(session, job, _LONG_PATIENCE, lambda step: self._beat(job, step))
        finally:
            is_over.set()
            alive.join()

    def _keep_alive(self, job: Job, is_over: Event) -> None:
        while not is_over.wait(_EVERY_SECONDS):
            try:
                self._beat(job, None)
            except DBAPIError:
                log.warning("import_beat_failed", staged=job.staged_id)

    def _beat(self, job: Job, step: str | None) -> None:
        """Tell in a transaction of its own, which others see at once."""
        with Session(self.engine) as session:
            beat(session, job.staged_id, job.key, step)
            self.keep(session)

    def _work(self, session: Session, job: Job, seconds: int, progress: Progress) -> None:
        try:
            if job.is_run:
                run(
                    session, job.staged_id, job.owner, job.key,
                    actor=job.actor, seconds=seconds, progress=progress,
                )  # fmt: skip
            else:
                run_check(session, job.staged_id, job.owner, job.key, progress=progress)
            self.keep(session)
        except MovedOn as error:
            self.drop(session)
            self._check_again(session, job, error.message, progress)
        except Refused as error:
            self._give_back(session, job, error.message)
        except Exception as error:
            if not is_overtaken(error):
                log.error("import_failed", staged=job.staged_id, exc_info=error)
            self._give_back(session, job, OVERTAKEN if is_overtaken(error) else _BROKEN)

    def _check_again(self, session: Session, job: Job, problem: str, progress: Progress) -> None:
        try:
            run_check(
                session, job.staged_id, job.owner, job.key, progress=progress, problem=problem
            )
            self.keep(session)
        except Exception as error:
            log.error("import_failed", staged=job.staged_id, exc_info=error)
            self._give_back(session, job, _BROKEN)

    def _give_back(self, session: Session, job: Job, problem: str) -> None:
        self.drop(session)
        fail(session, job.staged_id, job.key, problem)
        self.keep(session)

"""The statements of pages that only look: prepared once, sent without a detour.

Through SQLAlchemy a small statement costs about ten times what PostgreSQL and the driver need for
it, which would be most of a page. Here each thread keeps one connection of the engine's own pool
for reading. A session that is inside a transaction of its own reads in that transaction.
"""

import re
import select as polling
from collections.abc import Sequence
from threading import local
from typing import Any

import psycopg
from sqlalchemy import Engine, PoolProxiedConnection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alliance.core.db import READS_ONLY

_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]+)\b")
_kept = local()


class Read:
    """One statement that reads. Parameters are written `:name`; a list stands for an array."""

    def __init__(self, statement: str) -> None:
        self._text = text(statement)
        self._prepared = _PARAMETER.sub(r"%(\1)s", statement.replace("%", "%%"))

    def rows(self, session: Session, **values: Any) -> Sequence[Any]:
        """All rows, each a tuple of columns in their order."""
        bind = session.get_bind()
        if not session.info.get(READS_ONLY) or not isinstance(bind, Engine):
            return session.execute(self._text, values).all()
        _tell_listeners(bind, self._prepared, values)
        try:
            return _connection(bind).execute(self._prepared, values, prepare=True).fetchall()
        except psycopg.Error as error:
            _let_go()
            # As SQLAlchemy would tell it, so that callers know one kind of trouble.
            raise DBAPIError.instance(
                self._prepared, None, error, psycopg.Error, hide_parameters=True
            ) from error

    def first(self, session: Session, **values: Any) -> Any:
        """The first row, or None."""
        rows = self.rows(session, **values)
        return rows[0] if rows else None

    def column(self, session: Session, **values: Any) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.rows(session, **values)]


def _connection(engine: Engine) -> psycopg.Connection[Any]:
    """This thread's connection for reading, replaced when the server has closed it."""
    kept: PoolProxiedConnection | None = getattr(_kept, "connection", None)
    if kept is not None:
        driver = _driver(kept)
        if _kept.url == engine.url and not has_ended(driver):
            return driver
        _let_go()
    _kept.connection = kept = engine.raw_connection()
    _kept.url = engine.url
    driver = _driver(kept)
    driver.rollback()
    driver.autocommit = True
    return driver


def _driver(kept: PoolProxiedConnection) -> psycopg.Connection[Any]:
    driver = kept.driver_connection
    assert isinstance(driver, psycopg.Connection)
    return driver


def has_ended(driver: psycopg.Connection[Any]) -> bool:
    """Whether the server has closed an idle connection.

    It has nothing to read unless the server said goodbye, so one look at the socket tells, where a
    ping would cost every request a round trip.
    """
    if driver.closed:
        return True
    poll = polling.poll()
    poll.register(driver.fileno(), polling.POLLIN | polling.POLLHUP | polling.POLLERR)
    return bool(poll.poll(0))


def _let_go() -> None:
    kept: PoolProxiedConnection | None = getattr(_kept, "connection", None)
    _kept.connection = None
    if kept is not None:
        kept.invalidate()
        kept.close()


def _tell_listeners(engine: Engine, statement: str, values: dict[str, Any]) -> None:
    """Whoever counts the engine's statements counts these as well."""
    if engine.dispatch.before_cursor_execute:
        for listener in engine.dispatch.before_cursor_execute:
            listener(None, None, statement, values, None, False)

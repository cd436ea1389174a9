"""The database handle, the base of all tables and their naming convention."""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine, MetaData, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of every table; names of constraints follow one convention, for migrations to find."""

    metadata = MetaData(naming_convention=NAMING)

    if TYPE_CHECKING:
        # No model here stands for anything but a table of its own.
        __table__: ClassVar[Table]


READS_ONLY = "alliance.reads_only"


class AllianceSession(FlaskSession):
    """The session of a request or command.

    While `info[READS_ONLY]` is true its statements stand alone, without BEGIN and ROLLBACK around
    them: two round trips less for a page, which at READ COMMITTED sees no less by it.
    """

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """Where a statement goes: as ever, or to the same engine without transactions."""
        bind = super().get_bind(*args, **kwargs)
        if self.info.get(READS_ONLY) and isinstance(bind, Engine):
            return _without_transactions(bind)
        return bind


@lru_cache(maxsize=32)
def _without_transactions(engine: Engine) -> Engine:
    return engine.execution_options(isolation_level="AUTOCOMMIT")


# `disable_autonaming`: a table says its own name, so that renaming a class renames nothing stored.
db = SQLAlchemy(
    model_class=Model, disable_autonaming=True, session_options={"class_": AllianceSession}
)


def copy_in(session: Session, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert many rows in one go by COPY, in this transaction; an empty iterable does nothing.

    Every row has the same keys, which are column names of `table`. Enumerations go by value,
    mappings as JSON, lists as arrays unless the column is JSON.
    """
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        return
    columns = tuple(first)
    as_json = [isinstance(table.columns[name].type, JSONB) for name in columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in chain((first,), iterator):
            copy.write_row(
                [
                    Jsonb(row[name]) if json else _plain(row[name])
                    for name, json in zip(columns, as_json, strict=True)
                ]
            )


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value

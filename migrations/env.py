"""How Alembic reaches the database: with the owner's role, one migration run at a time."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine, text

import alliance
from alliance.cli.roles import grant_rights, migration_url, service_role
from alliance.core.db import Model

# Any number will do, as long as nothing else locks it: the letters "alliance" on a telephone.
LOCK = 25542623

# Comparing tables with models needs every model known.
for feature in iter_modules(alliance.__path__, "alliance."):
    if feature.ispkg and find_spec(f"{feature.name}.models"):
        import_module(f"{feature.name}.models")
import_module("alliance.core.settings")


def run() -> None:
    """Run the migrations in one transaction, then give the service's role its rights."""
    config = current_app.config["ALLIANCE"]
    engine = create_engine(migration_url(config), poolclass=NullPool, hide_parameters=True)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            compare_server_default=True,
            **current_app.extensions["migrate"].configure_args,
        )
        context.run_migrations()
        role = service_role(config)
        # Commands that only look (current, history, check) may come before the first upgrade.
        if role is not None and connection.dialect.has_table(connection, "alembic_version"):
            grant_rights(connection, role)


def write_sql() -> None:
    """Print the statements instead of running them (`--sql`)."""
    context.configure(dialect_name="postgresql", target_metadata=Model.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    write_sql()
else:
    run()

"""Two roles on the database: the owner changes tables, the service reads and writes rows."""

from sqlalchemy import Connection, inspect, make_url, text

from alliance.cli.embedded import APP_ROLE, owner_url
from config import Config

# History is written once: the service's role may add to these tables and read them, nothing else.
APPEND_ONLY_TABLES = ("history_changes", "history_entries", "history_seals")


def migration_url(config: Config) -> str:
    """The address with the right to change tables; starts the embedded server when it is meant."""
    if config.database_url is None:
        return owner_url(config)
    return config.owner_database_url or config.database_url


def service_role(config: Config) -> str | None:
    """The role to be granted its rights after a migration; None when one role does everything."""
    if config.database_url is None:
        return APP_ROLE
    if config.owner_database_url is None:
        return None
    return make_url(config.database_url).username


def grant_rights(connection: Connection, role: str) -> None:
    """Give `role` what the service needs on all tables there are now, and take the rest away."""
    name = connection.dialect.identifier_preparer.quote(role)
    # After a migration was taken back, not all of them are there.
    kept = set(APPEND_ONLY_TABLES) & set(inspect(connection).get_table_names())
    statements = [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {name}",
        *(f"REVOKE UPDATE, DELETE ON {table} FROM {name}" for table in sorted(kept)),
    ]
    for statement in statements:
        connection.execute(text(statement))

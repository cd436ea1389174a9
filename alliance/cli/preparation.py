"""Makes a database ready to serve: its tables, and the example alliance where nothing is stored."""

import psycopg
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import make_url
from sqlalchemy.exc import OperationalError

from alliance.cli.postgres_programs import OLDEST_SERVER, ServerTrouble
from alliance.cli.roles import migration_url
from alliance.core.db import db
from config import Config


def prepare_database(config: Config) -> None:
    """Bring the tables up to date. Needs an application context.

    Starts the embedded server when no DATABASE_URL is given. Raises ServerTrouble with a sentence
    for the person when the server cannot be reached, is too old, or refuses the migration.
    """
    address = migration_url(config)
    _check_server(address)
    try:
        upgrade(directory=str(current_app.config["ALLIANCE_MIGRATIONS"]))
    except OperationalError as error:
        raise ServerTrouble(f"The tables could not be brought up to date: {error.orig}") from None


def load_example_when_empty() -> None:
    """Load the example alliance, with two sign-ins, where no organisation is stored.

    Needs an app context.
    """
    # Imported late: web workers pass by here, too, and never import files.
    from alliance.cli.example import load_example
    from alliance.cli.example.sign_ins import make_sign_ins

    if load_example(db.session()):
        make_sign_ins(db.session(), current_app.config["ALLIANCE"])


def example_sign_ins() -> list[str]:
    """Lines that tell the sign-ins of the example, where there are any. Needs an app context."""
    from alliance.cli.example.sign_ins import tell_sign_ins

    return list(tell_sign_ins(db.session(), current_app.config["ALLIANCE"]))


def _check_server(address: str) -> None:
    """Reach the server once, before a migration would fail with less to say."""
    url = make_url(address)
    parameters = dict(url.query) | url.translate_connect_args(username="user", database="dbname")
    parameters.setdefault("connect_timeout", "5")
    try:
        with psycopg.connect(**parameters) as connection:
            version = connection.info.server_version // 10_000
    except psycopg.OperationalError as error:
        raise ServerTrouble(
            f"The PostgreSQL of DATABASE_URL, {url.render_as_string()}, cannot be used: {error}\n"
            "Check that it runs, that the address, user and password are right, and that the"
            " database exists; or unset DATABASE_URL to use the embedded server."
        ) from None
    if version < OLDEST_SERVER:
        raise ServerTrouble(
            f"The PostgreSQL of DATABASE_URL is version {version}. Version {OLDEST_SERVER} or later"
            " is needed; or unset DATABASE_URL to use the embedded server."
        )

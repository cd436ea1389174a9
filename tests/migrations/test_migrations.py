"""Migrations lead to the tables that the models describe, and back again."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, inspect

from alliance.core.db import Model
from tests.clients import flask_command


def owner_engine(config):
    return create_engine(config.owner_database_url or config.database_url)


@pytest.mark.database
def test_migrated_tables_and_models_agree(config):
    done = flask_command(config, "db", "check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.database
def test_every_migration_can_be_taken_back_and_made_again(app, config):
    with app.app_context():
        downgrade(revision="base")
        engine = owner_engine(config)
        assert inspect(engine).get_table_names() == ["alembic_version"]
        upgrade()
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Model.metadata) == []
    engine.dispose()


@pytest.mark.database
def test_a_migration_that_has_run_does_nothing_again(app, client):
    with app.app_context():
        upgrade()
    assert client.get("/health/ready").status_code == 200

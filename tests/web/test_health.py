"""Liveness says the process answers; readiness says pages can be served, and heals by itself."""

import pytest
from sqlalchemy import text

from alliance.core.db import db


def test_a_living_process_says_so_without_asking_the_database(client):
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_migrated_database_is_ready(client):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


@pytest.mark.database
def test_tables_of_an_older_release_are_not_ready_and_those_of_a_newer_one_are(client, app, config):
    set_version(app, config, "gone")
    assert client.get("/health/ready").status_code == 200
    set_version(app, config, None)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json["migrations"]) == (503, "pending")
    assert answer.headers["Retry-After"].isdigit()


@pytest.mark.database
def test_when_all_connections_are_cut_the_next_requests_still_work(client, session, app):
    paths = ("/health/ready", "/members", "/api/v1/organisations")
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]


def set_version(app, config, version):
    from sqlalchemy import create_engine

    engine = create_engine(config.owner_database_url or config.database_url)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if version is not None:
            connection.execute(text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
    engine.dispose()
    with app.app_context():
        db.engine.dispose()

"""`flask history`: whoever runs the service can prove that the history holds, and take it along."""

import json

import pytest
from sqlalchemy import create_engine, text

from alliance.audit.queries import head
from alliance.reactions import commit
from tests.clients import flask_command
from tests.factories.directory import change_organisation, make_contact, make_organisation


@pytest.mark.database
def test_verifying_prints_the_end_to_keep_and_finds_what_was_changed(app, config, session):
    stored = make_organisation(session)
    commit(session)
    kept = str(head(session))
    done = flask_command(config, "history", "verify")
    assert done.returncode == 0, done.stderr
    assert kept in done.stdout.splitlines()
    again = flask_command(config, "history", "verify", "--expect", kept, "--only-look")
    assert again.returncode == 0, again.stderr

    engine = create_engine(config.owner_database_url or config.database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE history_entries DISABLE TRIGGER USER"))
        connection.execute(
            text("UPDATE history_entries SET actor_name = 'X' WHERE subject_id = :id"),
            {"id": stored.id},
        )
    engine.dispose()
    broken = flask_command(config, "history", "verify")
    assert broken.returncode == 1
    assert "Entries have been changed" in broken.stderr
    assert "seal 1" in broken.stderr
    assert "holds" not in broken.stdout


@pytest.mark.database
def test_another_end_than_the_kept_one_is_told(app, config, session):
    make_organisation(session)
    commit(session)
    number = head(session).number
    for kept in (f"{number + 5}:{'0' * 64}", f"{number}:{'0' * 64}"):
        done = flask_command(config, "history", "verify", "--expect", kept)
        assert done.returncode == 1
        assert "WRONG" in done.stderr
    refused = flask_command(config, "history", "verify", "--expect", "nonsense")
    assert refused.returncode == 2
    assert "no end of a chain" in refused.stderr


@pytest.mark.database
def test_an_export_holds_the_entries_that_fit_one_a_line(app, config, session):
    stored = make_organisation(session, "Київ")
    change_organisation(session, stored.id, city="Київ")
    make_contact(session)
    commit(session)
    done = flask_command(config, "history", "export", "--kind", "organisation", "--field", "city")
    assert done.returncode == 0, done.stderr
    (entry,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert entry["changes"]["city"] == [None, "Київ"]
    assert entry["action"] == "changed"
    everything = flask_command(config, "history", "export")
    assert len(everything.stdout.splitlines()) == 3
    none = flask_command(config, "history", "export", "--to", "2001-01-01")
    assert none.stdout == ""

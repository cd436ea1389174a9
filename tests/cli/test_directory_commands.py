"""Commands on organisations and settings: the same operations, a dry run, exit codes to trust."""

import io
import json
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import delete, func, select

from alliance.audit.models import Entry
from alliance.audit.queries import history_of
from alliance.core.settings import alliance_settings
from alliance.directory.models import Listing
from alliance.directory.queries.records import get_record
from tests.factories.directory import make_organisation


@pytest.fixture
def run(app: Flask, session):
    """Give a command; answers its exit code and all that it said."""
    worker = app.test_cli_runner()

    def give(*arguments: object) -> tuple[int, str]:
        result = worker.invoke(app.cli, [str(one) for one in arguments])
        session.expire_all()
        return result.exit_code, result.output

    return give


def entries(session) -> int:
    return session.scalar(select(func.count()).select_from(Entry))


def test_an_organisation_is_shown_with_hidden_fields_and_its_history(run, session):
    stored = make_organisation(session, notes="Call first.")
    session.commit()
    for key in (stored.id, "harbour-light"):
        code, told = run("organisations", "show", key, "--history")
        assert code == 0
        shown, end = json.JSONDecoder().raw_decode(told)
        assert (shown["id"], shown["notes"]) == (stored.id, "Call first.")
        assert "added organisation “Harbour Light”" in told[end:]


def test_a_rename_is_tried_first_and_then_done(run, session):
    stored = make_organisation(session)
    session.commit()
    before = entries(session)
    command = ("organisations", "rename", "harbour-light", "Beacon", "--on", "2021-05-01")
    code, told = run(*command, "--dry-run")
    assert (code, told) == (
        0,
        f"Organisation {stored.id} would be called “Beacon”, at /members/beacon\n",
    )
    assert entries(session) == before
    assert get_record(session, stored.id) == stored
    code, told = run(*command, "--reason", "new board")
    assert (code, "is called “Beacon”" in told) == (0, True)
    assert get_record(session, stored.id).name == "Beacon"
    entry = history_of(session, "organisation", stored.id)[0]
    assert (entry.actor_kind, entry.reason) == ("command", "new board")


def test_a_refusal_is_one_line_with_exit_code_1_and_changes_nothing(run, session):
    stored = make_organisation(session)
    session.commit()
    before = entries(session)
    code, told = run("organisations", "rename", stored.id, "Harbour Light")
    assert (code, told) == (1, "Error: Its name is “Harbour Light” already; give the new name.\n")
    code, told = run("organisations", "show", "no-such")
    assert (code, told) == (1, "Error: There is no organisation “no-such”.\n")
    assert entries(session) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("rename", "harbour-light", "Beacon", "--on", "1.5.2021"),
        ("end", "harbour-light", "--reason", "withdrew"),
        ("end", "harbour-light", "--on", "2021-05-01"),
        ("dissolve", "harbour-light"),
        ("merge", "harbour-light"),
        ("logo", "harbour-light", "no-such-file.png"),
    ],
)
def test_a_command_that_is_not_whole_says_what_is_missing(run, arguments):
    code, told = run("organisations", *arguments)
    assert code == 2
    assert "Error: " in told


def test_a_membership_ends_and_an_organisation_is_dissolved(run, session):
    stored = make_organisation(session)
    session.commit()
    end = ("organisations", "end", stored.id, "--on", "2022-01-01", "--reason", "withdrew")
    assert run(*end, "--dry-run")[0] == 0
    assert get_record(session, stored.id).memberships[0].ended_on is None
    assert run(*end)[0] == 0
    assert get_record(session, stored.id).memberships[0].end_reason == "withdrew"
    assert run(*end)[0] == 1
    code, _ = run(
        "organisations", "dissolve", stored.id, "--on", "2022-06-01", "--reason", "closed"
    )
    assert code == 0
    assert get_record(session, stored.id).dissolved_on.isoformat() == "2022-06-01"


def test_two_records_become_one(run, session):
    kept, double = make_organisation(session, "Kept"), make_organisation(session, "Double")
    session.commit()
    assert run("organisations", "merge", "double", "kept", "--dry-run")[0] == 0
    assert get_record(session, double.id).merged_into_id is None
    code, told = run("organisations", "merge", "double", "kept")
    assert (code, "leads to organisation" in told) == (0, True)
    assert get_record(session, double.id).merged_into_id == kept.id


def test_a_logo_is_given_from_a_file(run, session, app, tmp_path, monkeypatch):
    stored = make_organisation(session)
    session.commit()
    monkeypatch.setitem(
        app.config, "ALLIANCE", replace(app.config["ALLIANCE"], instance_path=tmp_path)
    )
    written = io.BytesIO()
    Image.new("RGB", (64, 64)).save(written, "PNG")
    (tmp_path / "mark.png").write_bytes(written.getvalue())
    (tmp_path / "mark.svg").write_text("<svg/>")
    code, told = run("organisations", "logo", stored.id, tmp_path / "mark.png")
    name = get_record(session, stored.id).logo
    assert (code, name in told) == (0, True)
    assert (tmp_path / "logos" / name).is_file()
    code, told = run("organisations", "logo", stored.id, tmp_path / "mark.svg")
    assert (code, "save the logo as PNG" in told) == (1, True)


def test_a_lost_projection_is_made_anew(run, session):
    stored = make_organisation(session)
    session.execute(delete(Listing))
    session.commit()
    code, told = run("listings", "rebuild")
    assert (code, told) == (0, "1 organisations looked at\n")
    assert session.get(Listing, stored.id).name == "Harbour Light"


def test_settings_are_shown_set_and_set_back(run, session):
    code, told = run("settings", "set", "names", '{"en": "Safe Web"}', "--reason", "asked")
    assert (code, told) == (0, "names is set\n")
    code, told = run("settings", "list", "--json")
    assert (code, json.loads(told)["names"]) == (0, {"en": "Safe Web"})
    assert "Safe Web" in run("settings", "list")[1]
    assert run("settings", "set", "names", "--default")[0] == 0
    assert alliance_settings(session).name("en") == "Alliance"
    assert [entry.reason for entry in history_of(session, "setting", 0)] == [None, "asked"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("colour", "red"), 1),
        (("time_zone", "Mars"), 1),
        (("time_zone",), 2),
        (("time_zone", "Europe/London", "--default"), 2),
    ],
)
def test_a_setting_that_cannot_be_is_refused(run, session, arguments, code):
    given, told = run("settings", "set", *arguments)
    assert given == code
    assert "Error: " in told
    assert entries(session) == 0

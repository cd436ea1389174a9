"""The console exports what the website lets everybody download, and nothing else."""

import csv
import io
import json
from datetime import date

import pytest

from alliance.directory.rules.records import Membership
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation


@pytest.fixture
def runner(app, session):
    make_organisations(
        session,
        [
            organisation("=Formula", notes="kanarienvogel", email="kanarienvogel@formula.example"),
            organisation("Ethiopia", category="government", country="ET"),
            organisation("Later", memberships=(Membership(date(2024, 6, 3)),)),
        ],
    )
    commit(session)
    return app.test_cli_runner()


def export(runner, *arguments):
    return runner.invoke(args=["export", "members", *arguments])


def test_the_console_writes_what_the_website_offers(runner, client):
    for form in ("csv", "json"):
        told = export(runner, "--format", form)
        assert told.exit_code == 0
        assert told.output_bytes == client.get(f"/members.{form}").data


def test_any_day_can_be_exported(runner):
    before = export(runner, "--as-of", "2024-06-02").output
    assert {row["name"] for row in csv.DictReader(io.StringIO(before))} == {"'=Formula", "Ethiopia"}
    after = json.loads(export(runner, "--format", "json", "--as-of", "2024-06-03").output)
    assert after["as_of"] == "2024-06-03"
    assert len(after["members"]) == 3


def test_hidden_fields_are_not_exported(runner):
    assert "kanarienvogel" not in export(runner).output
    assert "kanarienvogel" not in export(runner, "--format", "json").output


@pytest.mark.parametrize("arguments", [("--as-of", "soon"), ("--format", "xml")])
def test_a_wrong_option_is_refused_in_words(runner, arguments):
    told = export(runner, *arguments)
    assert told.exit_code == 2
    assert "Error: Invalid value" in told.output

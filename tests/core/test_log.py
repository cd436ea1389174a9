"""The log says what happened and where, and holds nobody's data."""

import json
import logging
import subprocess
import sys

import pytest

from config import ROOT

CANARY = "canary.person@example.org"
PROGRAM = f"""
import logging, structlog
from alliance.core.log import configure
configure("info", readable=False)
structlog.stdlib.get_logger("ours").info("something", number=3)
logging.getLogger("theirs").warning("plain words")
try:
    try:
        raise ValueError("no such {CANARY}")
    except ValueError as error:
        raise RuntimeError("row {CANARY}") from error
except RuntimeError:
    logging.getLogger("theirs").exception("It failed.")
    structlog.stdlib.get_logger("ours").error("failed", exc_info=True)
"""


@pytest.fixture(scope="module")
def lines():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_every_line_is_one_object_whoever_wrote_it(lines):
    assert [line["level"] for line in lines] == ["info", "warning", "error", "error"]
    assert (lines[0]["event"], lines[0]["number"]) == ("something", 3)
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_an_error_is_told_by_kind_and_place_and_never_by_its_message(lines):
    assert CANARY not in json.dumps(lines)
    for line in lines[2:]:
        assert [each["kind"] for each in line["error"]] == [
            "builtins.RuntimeError",
            "builtins.ValueError",
        ]
        assert line["error"][0]["at"][-1].endswith(" <module>")


def test_a_request_is_logged_without_its_query(client, caplog):
    with caplog.at_level(logging.INFO):
        answer = client.get("/nothing-here?q=canary.person@example.org")
    said = [record for record in caplog.records if record.name == "alliance.request"]
    assert len(said) == 1
    assert CANARY not in str(said[0].msg)
    assert said[0].msg["path"] == "/nothing-here"
    assert said[0].msg["request_id"] == answer.headers["X-Request-ID"]


def test_health_checks_and_static_files_are_not_logged_while_all_is_well(client, caplog):
    with caplog.at_level(logging.INFO):
        client.get("/health/live")
    assert [record for record in caplog.records if record.name == "alliance.request"] == []

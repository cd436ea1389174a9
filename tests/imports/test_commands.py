"""`flask import`: reports, exit codes and files for machines and for people."""

import csv
import json

import pytest

from alliance.cli.imports import imports
from config import ROOT
from tests.imports.builders import write_csv
from tests.imports.test_importing import CONTACT_HEADINGS, CONTACTS, HEADINGS, ROWS, organisations

MEMBERS = ROOT / "alliance" / "cli" / "example" / "members.csv"


@pytest.fixture
def run(app, session):
    def invoke(*arguments):
        return app.test_cli_runner().invoke(imports, [str(one) for one in arguments])

    return invoke


@pytest.fixture
def files(tmp_path):
    main = write_csv(tmp_path / "orgs.csv", [HEADINGS, *ROWS])
    return main, write_csv(tmp_path / "people.csv", [CONTACT_HEADINGS, *CONTACTS])


def test_a_dry_run_reports_and_stores_nothing(run, files, session):
    result = run("members", files[0], "--contacts", files[1], "--dry-run", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    verdicts = [report[one] for one in ("rows", "new", "changed", "same", "duplicate", "error")]
    assert verdicts == [8, 8, 0, 0, 0, 0]
    assert (report["errors"], report["import"]) == ([], None)
    assert not organisations(session)


def test_an_import_is_stored_told_and_taken_back(run, files, session):
    result = run("members", files[0], "--contacts", files[1])
    assert result.exit_code == 0, result.output
    assert "8 rows: 8 new" in result.stdout
    number = result.stdout.rsplit(" ", 1)[1].strip()
    assert len(organisations(session)) == 4
    undone = run("undo", number)
    assert undone.exit_code == 0, undone.output
    assert "12 records removed" in undone.stdout
    assert not organisations(session)
    again = run("undo", number)
    assert again.exit_code == 1
    assert "undone already" in again.output


def test_errors_end_with_one_and_name_row_column_and_remedy(run, tmp_path, session):
    path = write_csv(
        tmp_path / "f.csv", [HEADINGS, [*ROWS[0][:3], "Germny", *ROWS[0][4:]], ROWS[1]]
    )
    result = run("members", path, "--json")
    assert result.exit_code == 1
    (error,) = json.loads(result.stdout)["errors"]
    assert (error["row"], error["column"]) == (2, "Country")
    assert "Germany" in error["message"]
    assert not organisations(session)
    assert run("members", path, "--only-good").exit_code == 0
    assert len(organisations(session)) == 1


def test_a_refused_file_ends_with_one_in_words_or_json(run, tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes(b"%PDF-1.7")
    words = run("members", path)
    assert words.exit_code == 1
    assert "PDF" in words.output
    machine = run("members", path, "--json")
    assert machine.exit_code == 1
    assert "PDF" in json.loads(machine.stdout)["errors"][0]["message"]


def test_wrong_usage_ends_with_two(run, tmp_path):
    assert run("members").exit_code == 2
    assert run("members", tmp_path / "absent.csv").exit_code == 2
    assert run("undo", "one").exit_code == 2
    assert run("undo", "123456").exit_code == 1


def test_verdicts_are_written_edited_and_read_again(run, files, tmp_path, session):
    run("members", files[0])
    messy = [
        "Y1",
        "Mueller und Soehne",
        "company",
        "Germany",
        "",
        "mueller.example.org",
        "",
        "",
        "",
    ]
    second = write_csv(tmp_path / "second.csv", [HEADINGS, messy, ROWS[1]])
    out = tmp_path / "verdicts.csv"
    assert run("members", second, "--dry-run", "--verdicts", out).exit_code == 0
    rows = list(csv.reader(out.open(encoding="utf-8")))
    assert rows[0] == ["file", "row", "verdict", "match", "score", "reason"]
    assert [row[:3] for row in rows[1:]] == [
        ["second.csv", "2", "duplicate"],
        ["second.csv", "3", "same"],
    ]
    assert int(rows[1][3]) == organisations(session)[0].id
    assert 0 < float(rows[1][4]) <= 1
    rows[1][2] = "new"
    result = run("members", second, "--decisions", write_csv(tmp_path / "decided.csv", rows))
    assert result.exit_code == 0, result.output
    assert len(organisations(session)) == 5


def test_the_example_alliance_is_imported_by_this_command(run, session):
    result = run("members", MEMBERS, "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 0, result.output
    with MEMBERS.open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    assert (report["new"], report["error"]) == (len(expected), 0)
    founding = {row["name"] for row in expected if row["founding_2012"] == "yes"}
    stored = organisations(session)
    assert {
        one.name for one in stored if one.memberships[0].joined_on.isoformat() == "2012-12-05"
    } == founding
    assert all(one.memberships[0].is_at_latest for one in stored if one.name not in founding)


def test_our_own_open_data_is_read_again_without_a_change(run, app, session, tmp_path):
    for name in ("members.csv", "details.csv"):
        assert run("members", MEMBERS.with_name(name)).exit_code == 0
    exported = app.test_cli_runner().invoke(args=["export", "members"])
    assert exported.exit_code == 0, exported.output
    path = tmp_path / "open.csv"
    path.write_text(exported.stdout, encoding="utf-8", newline="")
    report = json.loads(run("members", path, "--json").stdout)
    assert (report["same"], report["changed"], report["new"]) == (report["rows"], 0, 0)


def test_every_reason_of_a_row_is_written(run, tmp_path, session):
    row = [ROWS[0][0], ROWS[0][1], "company", "Germny", "", "", "no address", "", ""]
    path = write_csv(tmp_path / "f.csv", [HEADINGS, row])
    out = tmp_path / "verdicts.csv"
    run("members", path, "--dry-run", "--verdicts", out)
    (_, found) = csv.reader(out.open(encoding="utf-8"))
    assert found[2] == "error"
    assert "Country: " in found[5]
    assert " | E-mail: " in found[5]

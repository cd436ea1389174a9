"""Importing on pages: file, columns, rows corrected in place, run, report, undo."""

import io
import re
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text

from alliance.accounts.permissions import Role
from tests.factories.directory import make_organisation
from tests.imports.builders import csv_text, write_xlsx

HEADINGS = ["Organisation", "Category", "Country", "First name", "Last name", "E-mail", "Role"]


def upload(client, rows, *, name="members.csv", **more):
    """Send a table and follow to the page of its columns; the address of the staged import."""
    data = rows if isinstance(rows, bytes) else csv_text(rows).encode()
    done = client.send(
        "/staff/imports/new", {"file": (io.BytesIO(data), name), **more},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert done.status_code == 303, shown(done)
    assert done.location.endswith("/columns")
    return done.location.removesuffix("/columns")


def shown(response) -> str:
    return response.get_data(as_text=True)


def fields(page: str) -> dict[str, str]:
    """What the selects and boxes of a page would send as they stand."""
    found = {}
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found[name] = (chosen or first)[1]
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'\bname="([^"]+)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name and 'type="hidden"' not in tag and 'type="file"' not in tag:
            found[name[1]] = value[1] if value else ""
    own = ("column-", "default-", "option-", "fix-", "more-", "choice-")
    return {name: value for name, value in found.items() if name.startswith(own)}


def check(client, staged: str, **changes: str):
    """Confirm the columns, changed like this; the page of the rows."""
    page = shown(client.get(f"{staged}/columns"))
    done = client.send(f"{staged}/columns", {**fields(page), "act": "check", **changes})
    assert done.status_code == 303, shown(done)
    return client.get(done.location, follow_redirects=True)


def run(client, staged: str, **more: str):
    return client.send(f"{staged}/run", more, follow_redirects=True)


def count(session, table: str) -> int:
    return session.scalar(text(f"SELECT count(*) FROM {table}"))


@pytest.fixture
def client(staff):
    return staff(Role.MEMBERSHIP_MANAGER)


def word(number: int, salt: str) -> str:
    """A word that no other number gives, unlike its neighbours."""
    letters = sha256(f"{salt}{number}".encode()).digest()
    return "".join("bdfgklmnprst"[one % 12] + "aeiou"[one % 5] for one in letters[:5]).capitalize()


def sheet(organisations: int = 3, people: int = 2) -> list[list[Any]]:
    """Organisations with this many people each, one row a person."""
    return [
        HEADINGS,
        *(
            [f"{word(at, 'o')} {word(at, 'p')}", "company", "Kenya", word(at, f"f{one}"),
             word(at, f"l{one}"), f"p{at}-{one}@o{at}.example", "deputy"]
            for at in range(organisations) for one in range(people)
        ),
    ]  # fmt: skip


def test_a_sheet_is_imported_in_four_steps_and_taken_back_in_one(client, session):
    """Journey J5: 500 organisations, 1,200 people with roles, an error, and all back."""
    rows = sheet(500, 2)
    rows += [[*row[:3], word(at, "x"), word(at, "y"), f"e{at}@o{at}.example", "signatory"]
             for at, row in enumerate(rows[1:401:2])]  # fmt: skip
    rows[7][2] = "Kenyaa"
    staged = upload(client, rows)
    page = check(client, staged)
    assert page.status_code == 200
    assert "1 row has errors" in shown(page)
    assert "Did you mean “Kenya”" in shown(page)
    bad = shown(client.get(f"{staged}/rows?verdict=error"))
    (box,) = [name for name in fields(bad) if name.startswith("fix-")]
    fixed = client.send(f"{staged}/rows?verdict=error", {box: "Kenya"}, follow_redirects=True)
    assert "There is no row of this kind" in shown(fixed)
    assert count(session, "organisations") == 0
    report = run(client, staged)
    assert "The import is stored" in shown(report)
    assert (count(session, "organisations"), count(session, "contacts")) == (500, 1200)
    assert count(session, "affiliations") == 1200
    undone = client.send(f"{report.request.path}/undo", follow_redirects=True)
    assert "2900 records were removed" in shown(undone)
    assert (count(session, "organisations"), count(session, "contacts")) == (0, 0)


def test_pasted_rows_are_read_like_a_file(client, session):
    rows = "Name\tCategory\tCountry\r\nHarbour Light\tcompany\tKenya\r\nمؤسسة\tcompany\tEgypt\r\n"
    done = client.send("/staff/imports/new", {"pasted": rows})
    staged = done.location.removesuffix("/columns")
    assert "Harbour Light" in shown(client.get(done.location))
    check(client, staged)
    assert "The import is stored" in shown(run(client, staged))
    names = session.scalars(text("SELECT name FROM organisations ORDER BY id")).all()
    assert names == ["Harbour Light", "مؤسسة"]


def test_a_workbook_brings_its_sheet_of_contacts_and_another_sheet_can_be_chosen(
    client, session, tmp_path
):
    sheets = {
        "Members": [["ref", "Name", "Category"], ["1", "Harbour Light", "company"]],
        "Contacts": [["Organisation ref", "Name", "E-mail"], ["1", "Ada Lee", "a@x.example"]],
        "Old": [["Name", "Category"], ["Elsewhere", "company"]],
    }
    data = write_xlsx(tmp_path / "f.xlsx", sheets).read_bytes()
    staged = upload(client, data, name="f.xlsx")
    page = shown(client.get(f"{staged}/columns"))
    assert "Ada Lee" in page
    other = client.send(f"{staged}/columns", {**fields(page), "option-sheet": "Old", "act": "look"})
    page = shown(client.get(other.location))
    assert "Elsewhere" in page
    assert "Ada Lee" not in page
    back = client.send(f"{staged}/columns", {**fields(page), "option-sheet": "", "act": "look"})
    assert "Ada Lee" in shown(client.get(back.location))
    check(client, staged)
    assert "The import is stored" in shown(run(client, staged))
    assert (count(session, "organisations"), count(session, "affiliations")) == (1, 1)


def test_a_second_file_holds_the_people(client, session):
    people = csv_text([["Organisation", "Name", "E-mail"], ["Harbour", "Ada Lee", "a@x.example"]])
    staged = upload(client, [["Name", "Category"], ["Harbour", "company"]],
                    contacts=(io.BytesIO(people.encode()), "people.csv"))  # fmt: skip
    check(client, staged)
    run(client, staged)
    assert (count(session, "organisations"), count(session, "affiliations")) == (1, 1)


def test_what_columns_mean_is_changed_and_remembered(client, session):
    rows = [["Wer", "Art", "Wo"], ["Kinderhilfe", "ngo", "Germany"]]
    staged = upload(client, rows)
    page = shown(client.get(f"{staged}/columns"))
    assert "No column gives the organisation" in page
    assert "Kinderhilfe" in page
    names = {"column-main-0": "name", "column-main-1": "category", "column-main-2": "country"}
    check(client, staged, **names)
    assert "The import is stored" in shown(run(client, staged))
    again = upload(client, rows)
    page = shown(client.get(f"{again}/columns"))
    assert "As in an earlier import" in page
    assert fields(page)["column-main-0"] == "name"
    page = shown(check(client, again))
    assert "grid__row--same" in page
    assert f"{again}/run" not in page, "there is nothing to store"


def test_two_columns_for_one_field_are_refused_and_the_choices_stay(client):
    staged = upload(client, [["Name", "City", "Town"], ["Harbour", "Lyon", "Paris"]])
    page = fields(shown(client.get(f"{staged}/columns")))
    done = client.send(f"{staged}/columns", {**page, "column-main-1": "city",
                                             "column-main-2": "city", "act": "check"})  # fmt: skip
    assert done.status_code == 422
    assert "both give the city" in shown(done)
    assert fields(shown(done))["column-main-2"] == "city"


def test_an_unclear_encoding_is_asked_for_and_the_file_need_not_be_sent_again(client, session):
    data = "Name;Category\nŠkola;company\n".encode("cp1250")
    staged = upload(client, data)
    page = shown(client.get(f"{staged}/columns"))
    assert "encoding" in page
    options = {**fields(page), "option-encoding": "windows-1250", "act": "look"}
    client.send(f"{staged}/columns", options)
    assert "Škola" in shown(client.get(f"{staged}/columns"))
    check(client, staged)
    run(client, staged)
    assert session.scalars(text("SELECT name FROM organisations")).all() == ["Škola"]


def test_a_missing_category_is_given_for_all_rows_or_for_one(client, session):
    rows = [["Name", "Country"], ["Harbour Light", "Kenya"], ["Quite Other", "Peru"]]
    staged = upload(client, rows)
    page = shown(check(client, staged))
    assert page.count("The category is missing") == 2
    more = sorted(name for name in fields(page) if name.startswith("more-"))
    client.send(f"{staged}/rows", {more[0]: "company", more[1]: ""})
    page = shown(client.get(f"{staged}/rows"))
    assert page.count("The category is missing") == 1
    check(client, staged, **{"default-main-category": "government"})
    run(client, staged)
    kinds = session.execute(text("SELECT name, category FROM organisations")).all()
    assert dict(map(tuple, kinds)) == {"Harbour Light": "company", "Quite Other": "government"}


def test_changes_are_shown_from_what_to_what(client, session):
    make_organisation(session, "Harbour Light", city="Mombasa", memberships=())
    rows = [["Name", "Category", "Country", "City"],
            ["Harbour Light", "civil society organisation", "Kenya", "Kisumu"]]  # fmt: skip
    staged = upload(client, rows)
    page = shown(check(client, staged))
    # Another city makes it only probable; the choice is left to the person.
    (choice,) = [name for name in fields(page) if name.startswith("choice-")]
    client.send(f"{staged}/rows", {choice: "same"})
    run(client, staged)
    assert session.scalars(text("SELECT city FROM organisations")).all() == ["Kisumu"]
    headings = ["ID", "Name", "Address in the directory", "City"]
    id, slug = session.execute(text("SELECT id, slug FROM organisations")).one()
    again = upload(client, [headings, [id, "Harbour Light", slug, "Lamu"]])
    page = shown(check(client, again))
    assert re.search(r"<ins[^>]*>.*?Lamu.*?</ins><del[^>]*>.*?Kisumu", page)


@pytest.mark.parametrize(
    ("choice", "stored", "verdict"),
    [("skip", 1, "Left out"), ("other", 2, "New"), ("same", 1, "Changed"), ("fill", 1, "Changed")],
)
def test_a_probable_duplicate_is_what_a_person_says(client, session, choice, stored, verdict):
    make_organisation(session, "Müller & Söhne GmbH", category="company", country="DE",
                      website="https://mueller.example.org")  # fmt: skip
    rows = [
        ["Name", "Category", "Country", "Website", "City"],
        ["Mueller und Soehne", "company", "Germany", "mueller.example.org", "Köln"],
    ]
    staged = upload(client, rows)
    page = shown(check(client, staged))
    assert "Müller &amp; Söhne GmbH" in page
    assert "%)" in page
    (name,) = [one for one in fields(page) if one.startswith("choice-")]
    client.send(f"{staged}/rows", {name: choice})
    assert fields(shown(client.get(f"{staged}/rows")))[name] == choice
    report = shown(run(client, staged))
    assert verdict in report
    assert count(session, "organisations") == stored
    new = session.scalar(text("SELECT counts ->> 'new' FROM history_imports"))
    assert int(new) == stored - 1


def test_rows_are_paged_and_filtered_without_being_checked_again(client, session, monkeypatch):
    staged = upload(client, sheet(60, 2))
    check(client, staged)
    monkeypatch.setattr("alliance.imports.operations.previewing.stage", None)
    page = shown(client.get(f"{staged}/rows?verdict=new&page=3"))
    assert page.count("grid__row--new") == 20
    assert shown(client.get(f"{staged}/rows?page=99999")).count("grid__row--new") == 20
    assert client.get(f"{staged}/rows?verdict=nonsense&page=-1").status_code == 200


def test_bad_rows_are_downloaded_with_what_is_wrong(client):
    rows = [["Name", "Category", "Country"], ["Harbour", "company", "Atlantis"],
            ["=cmd()", "company", "Kenya"], ["Good", "company", "Kenya"]]  # fmt: skip
    staged = upload(client, rows)
    check(client, staged)
    done = client.get(f"{staged}/errors.csv")
    lines = done.get_data().decode("utf-8-sig").splitlines()
    assert lines[0] == "Name,Category,Country,Row in the file,What is wrong"
    assert lines[1].startswith("Harbour,company,Atlantis,2,")
    assert lines[2].startswith("'=cmd(),company,Kenya,3,")
    assert len(lines) == 3


def test_a_run_that_is_sent_twice_is_one_import(client, session):
    staged = upload(client, sheet())
    check(client, staged)
    first = client.send(f"{staged}/run", {"submission": "one-key"})
    second = client.send(f"{staged}/run", {"submission": "one-key"})
    third = client.send(f"{staged}/run", {"submission": "another"})
    assert [one.status_code for one in (first, second, third)] == [303] * 3
    assert count(session, "history_imports") == 1
    assert count(session, "organisations") == 3


def test_what_others_prepare_is_not_there(client, staff, session):
    staged = upload(client, sheet())
    check(client, staged)
    other = staff(Role.MEMBERSHIP_MANAGER)
    for path in ("", "/columns", "/rows", "/errors.csv", "/progress"):
        assert other.get(staged + path).status_code == 404
    for path in ("/columns", "/rows"):
        assert other.send(staged + path, {"act": "check"}).status_code == 404
    for path in ("/run", "/discard"):
        other.send(staged + path)
    assert count(session, "history_imports") == 0
    assert count(session, "staged_imports") == 1
    assert shown(other.get("/staff/imports")).count("members.csv") == 0
    assert "members.csv" in shown(client.get("/staff/imports"))


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.EDITOR, Role.AUDITOR])
def test_roles_without_the_permission_are_told_so(staff, role):
    client = staff(role)
    for path in ("/staff/imports", "/staff/imports/new", "/staff/imports/1"):
        assert client.get(path).status_code == 403
    assert client.send("/staff/imports/1/undo").status_code == 403


def test_running_and_undoing_ask_for_a_fresh_proof(staff, session):
    client = staff(Role.MEMBERSHIP_MANAGER, minutes_ago=30)
    staged = upload(client, sheet())
    check(client, staged)
    assert client.send(f"{staged}/run").status_code == 403
    assert count(session, "history_imports") == 0


def test_what_has_expired_is_not_there_and_is_thrown_away(app, client, session):
    staged = upload(client, sheet())
    session.execute(text("UPDATE staged_imports SET expires_at = at - interval '1 hour'"))
    session.commit()
    assert client.get(f"{staged}/columns").status_code == 404
    assert client.send(f"{staged}/run").status_code in (303, 404)
    assert count(session, "history_imports") == 0
    done = app.test_cli_runner().invoke(args=["housekeeping"])
    assert done.exit_code == 0, done.output
    assert count(session, "staged_imports") == 0


def test_discarding_stores_nothing(client, session):
    staged = upload(client, sheet())
    done = client.send(f"{staged}/discard", follow_redirects=True)
    assert "Nothing was stored" in shown(done)
    assert (count(session, "staged_imports"), count(session, "organisations")) == (0, 0)


def test_a_directory_that_has_moved_on_is_shown_before_anything_is_stored(client, session):
    staged = upload(
        client, [["Name", "Category", "Country"], ["Harbour Light", "company", "Kenya"]]
    )
    check(client, staged)
    make_organisation(session, "Harbour Light", category="company", memberships=())
    page = shown(run(client, staged))
    assert "The directory has changed" in page
    assert count(session, "history_imports") == 0
    assert "1</b>" in page or "Same 1" in page.replace("\n", "")
    assert "The import is stored" in shown(run(client, staged))
    assert count(session, "organisations") == 1


def test_undoing_keeps_and_lists_what_was_edited_since(client, session):
    staged = upload(client, sheet())
    check(client, staged)
    report = run(client, staged)
    session.execute(text("UPDATE organisations SET city = 'Nakuru' WHERE id ="
                         " (SELECT min(id) FROM organisations)"))  # fmt: skip
    page = shown(client.send(f"{report.request.path}/undo", follow_redirects=True))
    assert "Edited since the import" in page
    assert count(session, "organisations") == 1
    again = shown(client.send(f"{report.request.path}/undo", follow_redirects=True))
    assert "undone already" in again


def test_an_upload_that_is_too_large_is_told_with_the_limit(client, session):
    done = client.send(
        "/staff/imports/new", {"file": (io.BytesIO(b"x" * (22 * 1024 * 1024)), "f.csv")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert done.status_code == 413
    assert "20 MB" in shown(done)
    assert count(session, "staged_imports") == 0
    large = client.send("/staff/imports/staged/1/discard", {"more": "x" * 1_100_000})
    assert large.status_code == 413


def test_a_table_of_more_than_a_megabyte_may_be_pasted(client):
    rows = "Name\tCategory\n" + "Harbour Light\tcompany\n" * 60_000
    assert client.send("/staff/imports/new", {"pasted": rows}).status_code == 303


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"%PDF-1.7", "PDF"), (b"PK\x03\x04broken", "damaged"), (b"\x00\x01\x02", "not a text file"),
     (b"Name\n", "no rows"), (b"Name,Name\na,b\n", "Two columns"),
     ((",".join(f"c{at}" for at in range(50_000)) + "\n1\n").encode(), "50,000 columns"),
     (b'Name,Category\n"open,company\n', "quotation mark")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why_and_changes_nothing(client, session, data, words):
    staged = upload(client, data)
    page = client.get(f"{staged}/columns")
    assert page.status_code == 200
    assert words in shown(page)
    client.send(f"{staged}/columns", {"act": "check"})
    done = client.send(f"{staged}/run", follow_redirects=True)
    assert done.status_code == 200
    assert count(session, "history_imports") == 0


def test_nothing_chosen_and_both_chosen_are_refused_in_words(client):
    empty = client.send("/staff/imports/new", {})
    assert empty.status_code == 422
    assert "Choose a file, or paste rows" in shown(empty)
    both = client.send(
        "/staff/imports/new", {"file": (io.BytesIO(b"Name\nx"), "f.csv"), "pasted": "Name\ny"},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert both.status_code == 422
    assert "Name\ny" in shown(both)


def test_hostile_cells_are_text_and_never_markup(client, session):
    evil = "<script>alert(1)</script>"
    rows = [["Name", "Category", "City", evil], [evil, "company", "Ly\u202eon", "x"],
            ["A\x07B", "company", "=1+1", "y"], ["{{ 7*7 }}", evil, "", ""]]  # fmt: skip
    staged = upload(client, rows, name="<b>.csv")
    columns = shown(client.get(f"{staged}/columns"))
    page = shown(check(client, staged))
    for one in (columns, page, shown(client.get("/staff/imports"))):
        assert "<script>alert" not in one
        assert "<b>.csv" not in one
    assert "{{ 7*7 }}" in page
    assert "turns the direction" in page
    assert "control character" in page
    report = run(client, staged)
    assert "<script>alert" not in shown(report)


@pytest.mark.parametrize(
    "name", ["fix-main-2-99", "fix-main-9999999-0", "fix-other-2-0", "more-main-2-nothing",
             "choice-main-2-everything", "fix-main", "fix-main-x-0", "unknown"],
)  # fmt: skip
def test_a_forged_field_is_refused_and_changes_nothing(client, session, name):
    staged = upload(client, sheet())
    check(client, staged)
    done = client.send(f"{staged}/rows", {name: "x"})
    assert done.status_code in (400, 422), shown(done)
    kept = session.execute(text("SELECT fixes, decisions FROM staged_imports")).one()
    assert tuple(kept) == ({}, {})


def test_a_forged_choice_is_refused(client, session):
    staged = upload(client, sheet())
    check(client, staged)
    assert client.send(f"{staged}/rows", {"choice-main-2-contact": "drop"}).status_code == 422


def test_only_the_newest_five_of_what_one_begins_are_kept(client, session):
    for at in range(7):
        upload(client, sheet(), name=f"{at}.csv")
    names = session.scalars(text("SELECT file_name FROM staged_imports ORDER BY id")).all()
    assert names == [f"{at}.csv" for at in range(2, 7)]


def test_a_list_without_imports_says_how_to_begin(client):
    page = shown(client.get("/staff/imports"))
    assert "No import yet" in page
    assert "/staff/imports/new" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("column-main-0", "nonsense"), ("option-encoding", "punycode"), ("option-holds", "nobody"),
     ("option-else", "x"), ("default-main-category", "x" * 9)],
)  # fmt: skip
def test_a_forged_choice_of_columns_ends_in_words(client, session, field, value):
    staged = upload(client, sheet())
    page = fields(shown(client.get(f"{staged}/columns")))
    done = client.send(f"{staged}/columns", {**page, field: value, "act": "check"})
    assert done.status_code in (303, 422), shown(done)
    assert count(session, "organisations") == 0


def test_a_register_that_does_not_exist_is_told(client):
    staged = upload(client, [["Name", "Category", "X"], ["Harbour", "company", "1"]])
    page = shown(check(client, staged, **{"column-main-2": "identifier:nowhere"}))
    assert "names no register" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("subject", ["organisations", "contacts"])
def test_what_the_workspace_exports_is_read_back_without_a_difference(
    client, session, kind, subject
):
    check(client, staged := upload(client, sheet(3, 2)))
    run(client, staged)
    session.execute(text("UPDATE organisations SET city = '=1+1', notes = '-a' WHERE id % 2 = 0"))
    session.commit()
    form = {"kind": kind, "query": "", "ids": ""}
    file = client.send(f"/staff/{subject}/export", form)
    assert file.status_code == 200
    again = upload(client, file.get_data(), name=f"export.{kind}")
    page = shown(check(client, again))
    assert (page.count("grid__row--same"), page.count("grid__row--")) == (
        (3, 3) if subject == "organisations" else (6, 6)
    )

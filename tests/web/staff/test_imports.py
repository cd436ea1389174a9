"""Importing on pages: a file or pasted rows, columns, rows corrected in place, run, report, undo."""

import io
import re
from typing import Any

import pytest
from sqlalchemy import text

from alliance.accounts.permissions import Role
from alliance.imports.models import StagedImport
from alliance.web.staff.imports import working
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
    return {name: value for name, value in found.items()
            if name.startswith(("column-", "default-", "option-", "fix-", "more-", "choice-"))}  # fmt: skip


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


def sheet(organisations=3, people=2) -> list[list[Any]]:
    rows = [HEADINGS]
    for at in range(organisations):
        for one in range(people):
            rows.append([
                f"Harbour {at:04}", "company", "Kenya", f"Ada{one}", f"Number{at}x{one}",
                f"p{at}-{one}@harbour{at}.example", "deputy",
            ])  # fmt: skip
    return rows


def test_a_sheet_is_imported_in_four_steps_and_taken_back_in_one(client, session):
    """Journey J5: 500 organisations, 1,200 people with roles, an error, and all back."""
    rows = sheet(500, 2)
    rows += [[f"Harbour {at:04}", "company", "Kenya", "Extra", f"Person{at}", f"e{at}@x{at}.example", "signatory"]
             for at in range(200)]  # fmt: skip
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

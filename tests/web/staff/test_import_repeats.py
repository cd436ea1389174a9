"""Rows that repeat a row above: what a person chooses for them is what is done."""

import re

import pytest
from sqlalchemy import text

from alliance.accounts.permissions import Role
from tests.web.staff.test_imports import check, count, fields, run, shown, upload

ROWS = [
    ["Name", "Category", "Country", "Contact name", "Contact email", "Role"],
    ["Harbour for Children", "company", "Kenya", "Anne Otieno", "anne@one.example", "Press"],
    ["Harbor for Children", "company", "Kenya", "Sam Oloo", "sam@two.example", "Press"],
]  # fmt: skip


@pytest.fixture
def client(staff):
    return staff(Role.MEMBERSHIP_MANAGER)


@pytest.mark.parametrize(
    ("choice", "organisations", "people", "button"),
    [("skip", 1, 1, "Import 1 row<"), ("other", 2, 2, "Import 2 rows<"),
     ("same", 1, 2, "Import 2 rows<")],
)  # fmt: skip
def test_a_repeated_row_is_what_a_person_says(
    client, session, choice, organisations, people, button
):
    staged = upload(client, ROWS)
    page = shown(check(client, staged))
    (name,) = [one for one in fields(page) if one.startswith("choice-main-3-organisation")]
    client.send(f"{staged}/rows", {name: choice})
    page = shown(client.get(f"{staged}/rows"))
    assert button in page
    is_told = re.search("1 probable duplicate is left out", page) is not None
    assert is_told is (choice == "skip")
    run(client, staged)
    assert count(session, "organisations") == organisations
    assert count(session, "contacts") == people
    names = session.scalars(text("SELECT name FROM organisations ORDER BY id")).all()
    assert names[0] == "Harbour for Children"

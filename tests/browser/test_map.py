"""The map says what its table says, and both what the list says."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

_ROWS = """() => [...document.querySelectorAll("main .table tbody tr")].map((row) => ({
  name: row.querySelector("th").innerText,
  address: row.querySelector("th a").getAttribute("href"),
  total: Number(row.querySelector("td").innerText),
  kinds: [...row.querySelectorAll("td")].slice(1).map((cell) => Number(cell.innerText)),
}))"""
_SHAPES = """() => Object.fromEntries([...document.querySelectorAll(".map__canvas a")].map((one) =>
  [one.getAttribute("href"), one.querySelector("title").textContent]))"""


def _first_number(text):
    return int(re.search(r"\d+", text)[0])


@pytest.mark.parametrize(
    "query", ["", "category=company&", "q=a&region=africa&", "as_of=2015-06-01&"]
)
def test_map_table_and_list_agree(visit, query):
    there = visit(f"/members?{query}view=map")
    rows, shapes = there.page.evaluate(_ROWS), there.page.evaluate(_SHAPES)
    without = there.page.locator("main .table tfoot td").first
    unplaced = int(without.inner_text()) if without.count() else 0
    assert sum(row["total"] for row in rows) + unplaced == _first_number(there.count())
    assert all(sum(row["kinds"]) == row["total"] for row in rows)
    assert set(shapes) == {row["address"] for row in rows}
    for row in rows:
        assert shapes[row["address"]].startswith(f"{row['name']}: {row['total']} ")
    members = there.page.request.get(f"/members.json?{query}").json()["members"]
    assert len(members) == _first_number(there.count())
    placed = [one["country_name"] for one in members if one["country"]]
    assert sorted(set(placed)) == sorted(row["name"] for row in rows)


def test_a_country_opens_its_list_from_the_map_and_from_the_table(visit):
    there = visit("/members?view=map")
    row = next(one for one in there.page.evaluate(_ROWS) if one["name"] == "Brazil")
    there.page.locator(f".map__canvas a[href='{row['address']}']").click()
    expect(there.page.locator("#results-count")).to_have_text(re.compile(rf"^{row['total']} "))
    there.page.go_back()
    there.page.get_by_role("link", name="Brazil").click()
    expect(there.page.locator("#results-count")).to_have_text(re.compile(rf"^{row['total']} "))
    expect(there.page.locator(".chip")).to_contain_text(["Brazil"])


def test_the_first_page_counts_as_the_directory_does(visit):
    home, members = visit("/"), visit("/members")
    tally = [visit_.page.locator(".tally__item").all_inner_texts() for visit_ in (home, members)]
    assert tally[0] == tally[1]
    listed = sum(_first_number(one) for one in tally[0][:-1])
    assert listed == _first_number(members.count())
    home.page.locator(".chart__table summary").first.click()
    rows = home.page.evaluate(_ROWS.replace("main .table", "[aria-labelledby='by-country'] .table"))
    members.go("/members?view=map")
    assert [(one["name"], one["total"]) for one in rows] == [
        (one["name"], one["total"]) for one in members.page.evaluate(_ROWS)
    ]

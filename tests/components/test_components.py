"""What people with assistive tools, without script or with nothing to show get from a component."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Render = Callable[..., str]

ROOT = Path(__file__).parents[2]
ROW = (
    "/members/hifadhi", "مؤسسة", "ar", "Runs a helpline.", "Helplines", "Member since 2019",
    "leaf", "م", "", "Civil society", "Jordan", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def world() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ROOT / "static/map/world.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    ("template", "macro", "values"),
    [
        ("timeline", "timeline", ([], "Nothing has happened yet.")),
        ("people", "people", ([], "Nothing has happened yet.")),
        ("link_list", "link_list", ([], "Nothing has happened yet.")),
    ],
)
def test_an_empty_list_says_so(
    render: Render, template: str, macro: str, values: tuple[Any, ...]
) -> None:
    html = render(template, macro, *values)
    assert "Nothing has happened yet." in html
    assert "<li" not in html


def test_an_empty_table_says_so_instead_of_showing_headings(render: Render) -> None:
    html = render("table", "data_table", [], ["Term"], "No terms yet.", "Terms", body="")
    assert "No terms yet." in html
    assert "<table" not in html


@pytest.mark.parametrize(
    ("template", "macro", "values"),
    [
        ("chip", "chips", ([], "/members")),
        ("pager", "pager", ([("1", "/members", True)],)),
        ("fields", "error_summary", ([],)),
        ("language_switch", "language_switch", ([("en", "English")], "en", lambda **_: "/")),
    ],
)
def test_what_has_nothing_to_offer_is_not_there(
    render: Render, template: str, macro: str, values: tuple[Any, ...]
) -> None:
    assert render(template, macro, *values) == ""


def test_an_icon_is_silent_unless_it_stands_alone(render: Render) -> None:
    assert 'aria-hidden="true"' in render("icon", "icon", "search")
    assert 'role="img" aria-label="Close"' in render("icon", "icon", "x", "Close")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (ROOT / "static/vendor/icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used: set[str] = set()
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r'icon\("([a-z0-9-]+)"', template.read_text("utf-8")))
    assert used <= drawn


def test_a_row_is_one_link_by_its_name_in_its_own_language(render: Render) -> None:
    html = render("rows", "organisation_rows", [ROW])
    assert html.count("<a ") == 1
    assert '<a href="/members/hifadhi"><bdi lang="ar">مؤسسة</bdi></a>' in html
    assert "kind--leaf" in html


def test_a_table_has_a_caption_scopes_and_a_region_that_takes_focus(render: Render) -> None:
    html = render("rows", "organisation_table", [ROW], "Members", ["Name", "Kind"])
    assert 'role="region" tabindex="0" aria-label="Members"' in html
    assert "<caption" in html
    assert html.count('scope="col"') == 2
    assert html.count('scope="row"') == 1


def test_a_sorted_column_says_which_way(render: Render) -> None:
    column = {"label": "Members", "number": True, "sort_url": "?sort=x", "sorted": "descending"}
    html = render("table", "data_table", [1], [column], "None.", "Members", body="<tr></tr>")
    assert 'aria-sort="descending"' in html
    assert 'class="table__number"' in html


def test_filters_are_a_form_that_works_without_script(render: Render) -> None:
    html = render("facets", "facets", "/members", [("view", "map")], body="")
    assert '<form id="facets-form" action="/members" method="get"' in html
    assert '<input type="hidden" name="view" value="map">' in html
    assert 'type="submit"' in html


def test_long_filters_wait_behind_show_more(render: Render) -> None:
    options = [(str(n), f"Sector {n}", n, n == 1) for n in range(1, 10)]
    html = render("facets", "facet_group", "Sector", "sector", options, 6)
    assert html.index("Sector 6") < html.index("Show 3 more") < html.index("Sector 7")
    assert html.count(" checked") == 1


def test_a_filter_that_would_find_nothing_is_still_named(render: Render) -> None:
    html = render("facets", "facet_group", "Region", "region", [("9", "Oceania", 0, False)])
    assert "facet__option--none" in html
    assert "Oceania" in html


def test_the_current_page_view_and_tab_are_marked(render: Render) -> None:
    pages = [("1", "?page=1", False), None, ("7", "?page=7", True)]
    assert render("pager", "pager", pages).count('aria-current="page"') == 1
    views = [("List", "?", "list", True), ("Map", "?view=map", "map", False)]
    assert render("segmented", "segmented", "View", views).count('aria-current="true"') == 1
    tabs = [("Overview", "/a", None, True), ("Contacts", "/b", 0, False)]
    html = render("tabs", "tabs", "Member", tabs)
    assert html.count('aria-current="page"') == 1
    assert '<span class="tabs__count">0</span>' in html


def test_an_error_is_bound_to_its_field_and_leads_there(render: Render) -> None:
    field = render("fields", "text_field", "mail", "E-mail", "x@", "email", "Work.", "Mend it.")
    assert 'aria-describedby="mail-hint mail-error"' in field
    assert 'aria-invalid="true"' in field
    assert 'value="x@"' in field
    assert 'href="#mail"' in render("fields", "error_summary", [("mail", "Mend it.")])


def test_what_is_optional_is_marked_and_what_is_required_is_not(render: Render) -> None:
    asked = render("fields", "text_field", "name", "Name")
    offered = render("fields", "text_field", "name", "Name", optional=True)
    assert "optional" not in asked
    assert " required" in asked
    assert "(optional)" in offered
    assert " required" not in offered


def test_the_map_colours_members_and_joins_all_other_land(
    render: Render, world: dict[str, Any]
) -> None:
    levels, labels = {"KE": 3, "XK": 1, "SG": 4}, {"KE": "Kenya: 3", "XK": "Kosovo: 1", "SG": "5"}
    html = render("world_map", "world_map", world, levels, labels, "Members", "Three countries.")
    assert html.count("<path") == 3
    assert html.count("<circle") == 1
    assert 'role="img" aria-label="Members. Three countries."' in html
    assert "<title>Kenya: 3</title>" in html


def test_a_map_with_links_is_left_to_the_mouse(render: Render, world: dict[str, Any]) -> None:
    html = render(
        "world_map", "world_map", world, {"KE": 3}, {"KE": "Kenya"}, "M", "S", {"KE": "/x?a=1&b=2"}
    )
    assert '<a href="/x?a=1&amp;b=2" tabindex="-1">' in html
    assert 'aria-hidden="true"' in html


def test_a_chart_carries_its_figures_as_a_table(render: Render) -> None:
    bars = [("2024", [97, 58]), ("2026", [104, 0])]
    html = render("bar_chart", "bar_chart", "Growth", bars, [("A", "square"), ("B", "circle")])
    assert html.count("<rect") == 3, "nothing is drawn for nought"
    assert html.count("<td") == 4
    assert ">155</text>" in html


@pytest.mark.parametrize("bars", [[], [("2026", [0, 0])]])
def test_a_chart_of_nothing_is_still_a_chart(render: Render, bars: list[Any]) -> None:
    assert "<svg" in render("bar_chart", "bar_chart", "Growth", bars, [("A", "x"), ("B", "y")])


def test_a_live_region_stands_ready_before_it_speaks(render: Render) -> None:
    assert 'role="status" aria-live="polite"' in render("toast", "toasts", [])


def test_a_button_that_needs_script_is_hidden_until_there_is_one(render: Render) -> None:
    assert " hidden>" in render("button", "copy_button", "Copy link")


def test_the_phone_menu_opens_without_script(render: Render) -> None:
    html = render("topbar", "topbar", "Alliance", "/m.svg", [("Members", "/m", True)], body="")
    assert 'popovertarget="site-menu"' in html
    assert 'id="site-menu" popover' in html


@pytest.mark.parametrize(
    ("audience", "words"),
    [("public", "Everyone"), ("portal", "Members can"), ("staff", "Staff only")],
)
def test_who_sees_a_field_is_said_in_words(render: Render, audience: str, words: str) -> None:
    assert words in render("visibility", "visibility", audience)

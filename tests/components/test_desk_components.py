"""What the components of the workspace give to people without script, and to scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from jinja2 import Environment
from wtforms import BooleanField, EmailField, FieldList, Form, FormField, SelectField, StringField
from wtforms.fields import HiddenField, SelectChoice, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from tests.components.conftest import check_markup

Render = Callable[..., str]


def listed(number: int, **changes: Any) -> dict[str, Any]:
    """A row of a list."""
    row = {
        "id": number, "name": f"Member {number}", "language": "", "url": f"/o/{number}",
        "peek_url": f"/o/{number}/peek", "shape": "leaf", "initial": "M", "logo": "", "other": "",
        "archived": False,
    }  # fmt: skip
    return {**row, **changes}


def table(render: Render, rows: list[dict[str, Any]], **named: Any) -> str:
    head = ("Name", "?sort=name", "descending")
    return render(
        "list_table", "list_table", "Members", [("", None, rows)], head, [("Country", "")],
        **named, body="<td>Kenya</td>",
    )  # fmt: skip


def test_a_selection_box_bears_the_name_of_its_record_and_belongs_to_the_form(
    render: Render,
) -> None:
    html = table(render, [listed(7, name="مؤسسة")], selected=[7])
    assert 'value="7" form="selection" aria-label="Select مؤسسة" checked' in html


def test_boxes_that_only_a_script_can_serve_wait_for_it(render: Render) -> None:
    html = table(render, [listed(1)])
    assert "data-select-page hidden" in html


def test_a_list_without_the_right_to_act_has_no_boxes(render: Render) -> None:
    html = table(render, [listed(1)], selectable=False)
    assert "checkbox" not in html
    assert html.count("<th ") == 4


def test_a_sorted_list_says_so_and_sorts_by_a_link(render: Render) -> None:
    html = table(render, [listed(1)])
    assert 'aria-sort="descending"><a class="table__sort" href="?sort=name">' in html


def test_an_empty_list_shows_what_it_was_given_for_that(render: Render) -> None:
    html = table(render, [], empty="Nobody yet.")
    assert html == "Nobody yet."


def test_groups_without_rows_are_left_out_and_others_span_the_table(render: Render) -> None:
    groups = [("Grace", 1, [listed(1)]), ("Later", 0, [])]
    html = render(
        "list_table", "list_table", "Members", groups, ("Name", ""), [("Country", "")], body="<td>"
        "Kenya</td>",
    )  # fmt: skip
    assert 'colspan="4" scope="rowgroup">Grace' in html
    assert "Later" not in html


def test_the_selection_bar_works_as_a_plain_form(render: Render) -> None:
    html = render(
        "selection", "selection_bar", "t", 64, [("country", "KE")], body="<button>Go</button>"
    )
    assert '<form class="selection" id="selection" method="post"' in html
    assert '<input type="hidden" name="country" value="KE">' in html
    assert 'type="checkbox" name="all" value="yes"' in html
    assert 'type="reset"' in html


def test_the_bar_of_the_workspace_searches_without_script(render: Render) -> None:
    html = render("deskbar", "omni")
    assert '<form class="omni" action="/staff/search" method="get" role="search" ' in html
    assert '<label class="omni__label" for="omni">Search or run a command</label>' in html


def test_signing_out_is_a_form_with_its_token(render: Render) -> None:
    person = {"name": "Priya", "initials": "P", "email": "p@alliance.example", "role": "Editor"}
    html = render(
        "deskbar", "person_menu", person, "tok", "dark", [("en", "English")], "en", lambda **_: "?"
    )
    assert '<form class="menu__part" method="post" action="/sign-out">' in html
    assert 'name="csrf_token" value="tok"' in html
    assert "Public page of this record" not in html


def test_the_rail_marks_where_one_is(render: Render) -> None:
    entries = [("Home", "/staff/", "house", False, None), ("Members", "/m", "users", True, 7)]
    html = render("rail", "rail", "Alliance", "/m.svg", [("", entries), ("Settings", entries)])
    assert html.count('aria-current="page"') == 2
    assert '<span class="rail__count">7</span>' in html
    assert 'popovertarget="rail-menu"' in html


def test_results_of_the_palette_are_options_with_their_number(render: Render) -> None:
    option = ("Fundación", "/o/1", "Colombia", "", "leaf", "F", "es")
    html = render("palette", "palette_results", [("Records", [option] * 2), ("Pages", [])])
    assert html.count('role="option"') == 2
    assert "2 results" in html
    assert "Pages" not in html


def test_a_palette_without_results_says_so(render: Render) -> None:
    assert "Nothing found" in render("palette", "palette_results", [])


def test_a_fact_nobody_knows_is_a_dash_that_is_read_aloud(render: Render) -> None:
    html = render("facts", "facts", [("city", "City", "", "/edit", "staff", "")])
    assert "not known" in html
    assert '<a class="facts__act" href="/edit" data-edit>' in html
    assert 'aria-label="Staff only"' in html


def test_a_fact_that_may_not_be_changed_has_no_pencil(render: Render) -> None:
    html = render("facts", "facts", [("city", "City", "Nairobi", "", "", "")])
    assert "<a " not in html


def test_a_change_says_from_what_to_what(render: Render) -> None:
    html = render("timeline", "changes", [("City", "Amman", ""), ("Country", "", "Jordan")])
    assert "<del" in html
    assert "<ins" in html
    assert html.count(">nothing<") == 2


def test_undo_is_a_form_and_an_error_does_not_pass(render: Render) -> None:
    html = render(
        "toast", "said",
        [{"text": "Saved.", "undo": "/undo/3", "late": False},
         {"text": "Not sent.", "undo": "", "late": True}], "tok",
    )  # fmt: skip
    assert '<form method="post" action="/undo/3">' in html
    assert html.count("data-passing") == 1


def test_a_conflict_asks_field_by_field(render: Render) -> None:
    row = {
        "key": "city", "label": "City", "base": "", "theirs": "Amman", "who": "Omar",
        "when": "today", "day": "2026-11-22", "yours": "عمّان", "keep": "yours", "clashes": True,
    }  # fmt: skip
    html = render("conflict", "conflict", [row])
    assert html.count('name="keep-city"') == 2
    assert 'value="yours" checked' in html


def test_a_cell_that_is_wrong_can_be_mended_and_says_why(render: Render) -> None:
    row = {
        "number": 4, "verdict": "error", "note": "", "url": "",
        "cells": [("country", "Norwya", "", "No such country.")],
    }  # fmt: skip
    html = render("importing", "preview_grid", ["Country"], [row], "Rows")
    assert 'name="cell-4-country" value="Norwya"' in html
    assert 'aria-describedby="cell-4-country-error"' in html
    shown = render("importing", "preview_grid", ["Country"], [row], "Rows", editable=False)
    assert "<input" not in shown


class Name(Form):
    id = HiddenField()
    text = StringField("Text", [InputRequired("Enter a text.")])


class Organisation(Form):
    name = StringField("Name", [InputRequired("Enter a name.")], description="As registered.")
    email = EmailField("E-mail", [Optional()], render_kw={"autocomplete": "email"})
    about = TextAreaField("About", [Optional()])
    country = SelectField("Country", choices=[SelectChoice("KE", "Kenya")])
    sectors = SelectMultipleField(
        "Sectors",
        choices=[SelectChoice("a", "A")],
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    listed = BooleanField("Listed")
    names = FieldList(FormField(Name), "Names", min_entries=1)

    def hidden_tag(self) -> str:
        return ""


@pytest.fixture
def show(environment: Environment) -> Callable[..., str]:
    """Renders a form by its macros: `show(form, "{{ field(form.name) }}")`."""

    def call(form: Form, source: str) -> str:
        macros = "{% from 'components/form.html' import field, form_frame, repeated %}"
        html = environment.from_string(macros + source).render(form=form)
        check_markup(html)
        return html

    return call


def test_a_field_brings_label_hint_error_and_what_was_typed(show: Callable[..., str]) -> None:
    form = Organisation(data={"name": ""})
    form.validate()
    html = show(form, "{{ field(form.name) }}")
    assert '<label class="field__label" for="name">Name' in html
    assert 'aria-describedby="name-hint name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'dir="auto"' in html
    assert "Enter a name." in html
    assert " required" in html


def test_a_field_that_may_stay_empty_says_so_and_keeps_its_own_wishes(
    show: Callable[..., str],
) -> None:
    html = show(Organisation(), "{{ field(form.email, 'staff') }}")
    assert "(optional)" in html
    assert html.count("autocomplete=") == 1
    assert 'autocomplete="email"' in html
    assert 'dir="ltr"' in html
    assert 'aria-label="Staff only"' in html


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("about", "<textarea"),
        ("country", "<select"),
        ("sectors", '<fieldset class="field" id="sectors"'),
        ("listed", '<label class="check">'),
    ],
)
def test_a_field_finds_its_widget(show: Callable[..., str], name: str, part: str) -> None:
    assert part in show(Organisation(), f"{{{{ field(form.{name}) }}}}")


def test_a_field_with_a_source_becomes_a_picker(show: Callable[..., str]) -> None:
    html = show(Organisation(), "{{ field(form.name, source='/staff/pick') }}")
    assert 'data-source="/staff/pick"' in html
    assert "data-picker" in html


def test_entries_are_added_and_removed_by_buttons_of_the_form(show: Callable[..., str]) -> None:
    html = show(Organisation(), "{{ repeated(form.names) }}")
    assert 'name="add" value="names"' in html
    assert 'name="remove" value="names-0"' in html
    assert html.count('type="hidden"') == 1
    assert "formnovalidate" in html


def test_the_summary_leads_to_fields_within_entries(show: Callable[..., str]) -> None:
    form = Organisation(data={"name": "A"})
    form.validate()
    html = show(form, "{% call form_frame(form, '/save', 'Save', '/back') %}{% endcall %}")
    assert '<a href="#names-0-text">Enter a text.</a>' in html
    assert '<a class="button" href="/back">Cancel</a>' in html
    assert 'method="post" action="/save" novalidate' in html


def test_a_form_without_errors_has_no_summary(show: Callable[..., str]) -> None:
    html = show(Organisation(), "{% call form_frame(form, '/save', 'Save') %}{% endcall %}")
    assert "error-summary" not in html

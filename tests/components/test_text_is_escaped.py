"""Nothing that anybody typed becomes markup, in whichever component it is shown."""

from collections.abc import Callable
from typing import Any

import pytest

Render = Callable[..., str]

EVIL = "<script>alert(1)</script>\" ' onload=x {{ 7*7 }}"
ROW = (EVIL,) * 12


def here(**changes: str) -> str:
    return EVIL


CASES: list[tuple[str, str, tuple[Any, ...], str | None]] = [
    ("bar_chart", "bar_chart", (EVIL, [(EVIL, [1, 2])], [(EVIL, "leaf"), (EVIL, "leaf")]), None),
    ("breadcrumb", "breadcrumb", ([(EVIL, EVIL), (EVIL, EVIL)],), None),
    ("button", "button", (EVIL,), None),
    ("button", "copy_button", (EVIL, EVIL), None),
    ("button", "link_button", (EVIL, EVIL), None),
    ("card", "card", (EVIL, "id"), ""),
    ("chip", "chips", ([(EVIL, EVIL)], EVIL), None),
    ("code", "code", (EVIL, EVIL), None),
    ("dialog", "dialog", ("id", EVIL, EVIL), ""),
    ("dialog", "dialog_opener", ("id", EVIL), None),
    ("emblem", "emblem", (EVIL, EVIL, EVIL, EVIL, EVIL), None),
    ("empty_state", "empty_state", (EVIL, EVIL), ""),
    ("facets", "facet_group", (EVIL, "sector", [(EVIL, EVIL, 1, True)] * 1), None),
    ("facets", "facets", (EVIL, [("q", EVIL)]), ""),
    ("fields", "checkbox_field", ("n", EVIL, True, EVIL, EVIL, EVIL), None),
    ("fields", "choices_field", ("n", EVIL, [(EVIL, EVIL, True)], "radio", EVIL, EVIL), None),
    ("fields", "date_field", ("n", EVIL, EVIL, EVIL, EVIL, False, EVIL, EVIL), None),
    ("fields", "error_summary", ([(EVIL, EVIL)],), None),
    ("fields", "file_field", ("n", EVIL, EVIL, EVIL, False, EVIL), None),
    ("fields", "select_field", ("n", EVIL, [(EVIL, EVIL)], EVIL, EVIL, EVIL, True, EVIL), None),
    ("fields", "text_field", ("n", EVIL, EVIL, "text", EVIL, EVIL), None),
    ("fields", "textarea_field", ("n", EVIL, EVIL, EVIL, EVIL), None),
    ("figures", "figures", ([(EVIL, EVIL, EVIL, "late")],), None),
    ("figures", "tally", (EVIL, [(EVIL, EVIL, EVIL, EVIL, True)]), None),
    ("footer", "footer", ([(EVIL, EVIL)], "light", here), None),
    ("icon", "icon", ("x", EVIL), None),
    ("key_values", "key_values", ([(EVIL, EVIL)],), None),
    ("kind", "kind", (EVIL, EVIL), None),
    ("language_switch", "language_switch", ([("en", ""), (EVIL, EVIL)], "en", here), None),
    ("link_list", "link_list", ([(EVIL, EVIL, EVIL)], EVIL), None),
    ("menu", "menu", ("id", EVIL, [(EVIL, EVIL, "x")]), None),
    ("notice", "notice", (EVIL, EVIL), None),
    ("pager", "pager", ([(EVIL, EVIL, True), (EVIL, EVIL, False)], EVIL, EVIL), None),
    ("people", "people", ([(EVIL, EVIL, EVIL, [EVIL], EVIL)], EVIL), None),
    ("pill", "pill", (EVIL, EVIL), None),
    ("progress", "progress", (12, EVIL, EVIL), None),
    ("record_head", "record_head", (EVIL, EVIL, "leaf", [(EVIL, EVIL)], [EVIL]), ""),
    ("rows", "organisation_rows", ([ROW],), None),
    ("rows", "organisation_table", ([ROW], EVIL, [EVIL]), None),
    ("search_field", "search_field", (EVIL, EVIL, EVIL, "q", EVIL), None),
    ("segmented", "segmented", (EVIL, [(EVIL, EVIL, "", True)]), None),
    ("shelter", "hero", (EVIL, EVIL), ""),
    ("table", "row", ([EVIL, EVIL],), None),
    ("tabs", "tabs", (EVIL, [(EVIL, EVIL, EVIL, True)]), None),
    ("timeline", "timeline", ([("x", EVIL, EVIL, EVIL, EVIL, EVIL)], EVIL), None),
    ("toast", "toasts", ([(EVIL, EVIL)],), None),
    ("topbar", "topbar", (EVIL, EVIL, [(EVIL, EVIL, True)]), ""),
    ("world_map", "legend", (EVIL, [(1, EVIL, EVIL)]), None),
    (
        "world_map",
        "world_map",
        (
            {"width": 9, "height": 9, "paths": {"KE": "M0 0z"}, "circles": {}, "others": []},
            {"KE": 1},
            {"KE": EVIL},
            EVIL,
            EVIL,
        ),
        None,
    ),
]  # fmt: skip

LISTED = {
    "id": EVIL, "name": EVIL, "language": EVIL, "url": EVIL, "peek_url": EVIL, "shape": EVIL,
    "initial": EVIL, "logo": EVIL, "other": EVIL, "archived": True,
}  # fmt: skip
DONE = {
    "sign": "x", "tone": EVIL, "title": EVIL, "url": EVIL, "who": EVIL, "when": EVIL, "day": EVIL,
    "reason": EVIL, "changes": [(EVIL, EVIL, EVIL)],
}  # fmt: skip
CLASH = {
    "key": EVIL, "label": EVIL, "base": EVIL, "theirs": EVIL, "who": EVIL, "when": EVIL,
    "day": EVIL, "yours": EVIL, "keep": "yours", "clashes": True,
}  # fmt: skip
READ = {
    "number": 2, "verdict": "error", "note": EVIL, "url": EVIL,
    "cells": [("name", EVIL, EVIL, EVIL), ("city", EVIL, EVIL, ""), ("code", EVIL, "", "")],
}  # fmt: skip
PERSON = {"name": EVIL, "initials": EVIL, "email": EVIL, "role": EVIL}
CASES += [
    ("attention", "attention", ([(EVIL, "late", EVIL, EVIL, EVIL)], EVIL), None),
    ("conflict", "conflict", ([CLASH], EVIL), None),
    ("deskbar", "new_menu", ([(EVIL, EVIL, "x")],), None),
    (
        "deskbar",
        "person_menu",
        (PERSON, EVIL, "light", [("en", ""), (EVIL, EVIL)], "en", here, EVIL),
        None,
    ),
    ("duplicates", "duplicates_found", ([(EVIL, EVIL, EVIL, [EVIL], EVIL, "late")],), None),
    ("facts", "facts", ([(EVIL, EVIL, EVIL, EVIL, "public", EVIL)],), None),
    ("facts", "one_field_form", (EVIL, EVIL, EVIL, [(EVIL, EVIL)]), ""),
    ("filter_sheet", "column_chooser", (EVIL, [(EVIL, EVIL, True, False)], [(EVIL, EVIL)]), None),
    ("filter_sheet", "filter_sheet", (EVIL, [(EVIL, EVIL)], EVIL), ""),
    ("importing", "drop_field", ("n", EVIL, EVIL, EVIL, EVIL), None),
    ("importing", "mapping", ([(1, EVIL, [EVIL], [(EVIL, EVIL)], EVIL, EVIL, EVIL)],), None),
    ("importing", "paste_field", ("n", EVIL, EVIL, EVIL, EVIL), None),
    ("importing", "preview_grid", ([EVIL] * 3, [READ], EVIL), None),
    ("importing", "waiting", (EVIL, 5, EVIL, EVIL, EVIL), None),
    ("list_head", "list_head", (EVIL, EVIL), ""),
    ("list_head", "list_tools", (EVIL, [(EVIL, EVIL)], EVIL), ""),
    ("list_head", "saved_views", ([(EVIL, EVIL, EVIL, True, True)], EVIL, EVIL, EVIL), None),
    (
        "list_table",
        "list_table",
        (EVIL, [(EVIL, EVIL, [LISTED])], (EVIL, EVIL), [(EVIL, EVIL)]),
        "",
    ),
    ("menu", "record_menu", ("id", [(EVIL, EVIL, "x")], [(EVIL, EVIL, "x")], EVIL), None),
    ("notes", "staff_notes", ([(EVIL, EVIL, EVIL, EVIL, EVIL)], EVIL, EVIL), ""),
    ("palette", "palette_results", ([(EVIL, [(EVIL,) * 3 + ("x", EVIL, EVIL, EVIL)])],), None),
    ("peek", "peek_link", (EVIL, EVIL, EVIL), None),
    ("picker", "picker", ("n", EVIL, EVIL, EVIL, EVIL, EVIL), None),
    ("picker", "picker_options", ([(EVIL,) * 6],), None),
    ("rail", "rail", (EVIL, EVIL, [(EVIL, [(EVIL, EVIL, "x", True, EVIL)])]), None),
    ("secrets", "one_secret", (EVIL, EVIL, EVIL), ""),
    ("secrets", "recovery_codes", ([EVIL], EVIL), ""),
    ("secrets", "square_code", (EVIL, 21, EVIL, EVIL), None),
    ("selection", "selection_act", (EVIL, EVIL, "x", EVIL, EVIL), None),
    ("selection", "selection_bar", (EVIL, 64, [(EVIL, EVIL)], EVIL), ""),
    ("sign_in", "sign_in_card", (EVIL, EVIL, EVIL, EVIL, [(EVIL, EVIL)]), ""),
    ("steps", "steps", (EVIL, [(EVIL, EVIL, "done"), (EVIL, "", "here")]), None),
    ("timeline", "field_history", ("id", EVIL, [(EVIL,) * 5], EVIL), None),
    ("timeline", "history", ([DONE], EVIL, EVIL), None),
    ("toast", "said", ([{"text": EVIL, "undo": EVIL, "late": False}], EVIL), None),
]


@pytest.mark.parametrize(
    ("template", "macro", "values", "body"), CASES, ids=[f"{case[0]}.{case[1]}" for case in CASES]
)
def test_text_never_becomes_markup(
    render: Render, template: str, macro: str, values: tuple[Any, ...], body: str | None
) -> None:
    html = render(template, macro, *values, body=body)
    assert "<script" not in html
    assert "\" '" not in html
    assert "&lt;script&gt;" in html
    assert "49" not in html

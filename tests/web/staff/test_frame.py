"""The frame of the workspace: it offers what one may do, and tells what was done."""

from collections.abc import Callable

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from alliance.accounts.permissions import ROLES, Role
from alliance.web.staff import frame

Staff = Callable[..., FlaskClient]


@pytest.mark.parametrize(
    ("role", "offered", "kept_back"),
    [
        (Role.ADMINISTRATOR, {"/staff/accounts", "/staff/tokens", "/staff/settings"}, set()),
        (Role.EDITOR, {"/staff/lists"}, {"/staff/accounts", "/staff/imports", "/staff/history"}),
        (
            Role.AUDITOR,
            {"/staff/history"},
            {"/staff/imports", "/staff/lists", "/staff/contacts/new"},
        ),
    ],
)
def test_the_rail_offers_what_the_role_allows(
    staff: Staff, role: Role, offered: set[str], kept_back: set[str]
) -> None:
    page = staff(role).get("/staff/").text
    frame_of_page = page[: page.index("<main")]
    assert all(f'href="{url}"' in frame_of_page for url in offered)
    assert not any(f'href="{url}"' in frame_of_page for url in kept_back)


def test_the_present_place_is_marked_once(staff: Staff) -> None:
    page = staff(Role.ADMINISTRATOR).get("/staff/settings").text
    rail = page[page.index('class="rail"') : page.index("</header>")]
    assert rail.count('aria-current="page"') == 1
    assert 'href="/staff/settings" aria-current="page"' in rail


def test_the_frame_says_who_one_is(staff: Staff) -> None:
    client = staff(Role.EDITOR)
    page = client.get("/staff/").text
    assert client.account.email in page  # type: ignore[attr-defined]
    assert "Editor" in page
    assert 'action="/sign-out"' in page


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Priya Shah", "PS"), ("Layla al Haddad", "LH"), ("ليلى حداد", "لح"), ("cher", "C"), ("", "")],
)
def test_initials_are_those_of_the_first_and_the_last_word(name: str, expected: str) -> None:
    assert frame.initials(name) == expected


def test_every_role_has_a_name(app: Flask) -> None:
    with app.test_request_context("/"):
        names = {frame.role_name(role) for role in ROLES}
    assert len(names) == len(ROLES)


def test_what_was_done_is_told_once_with_the_way_back(app: Flask) -> None:
    with app.test_request_context("/"):
        frame.say("Archived.", undo="/staff/organisations/7/restore")
        frame.say("Not sent.", late=True)
        told = frame.staff_frame()["workspace"]["said"]()
        assert told == [
            {"text": "Archived.", "undo": "/staff/organisations/7/restore", "late": False},
            {"text": "Not sent.", "undo": "", "late": True},
        ]
        assert "_flashes" not in session


def test_colours_can_be_chosen_in_the_workspace(staff: Staff) -> None:
    client = staff(Role.EDITOR)
    answer = client.get("/staff/?theme=dark")
    assert answer.status_code == 303
    assert 'data-theme="dark"' in client.get("/staff/").text

"""A workspace with records of every kind, and the ways of whoever works in it without a mouse."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Role
from alliance.cli.preparation import load_example_when_empty
from alliance.core.db import db
from alliance.directory.operations.bulk import apply_bulk
from alliance.directory.rules.bulk import Act, ActName
from alliance.directory.rules.records import Address, Domain, Identifier, Name, NameKind
from alliance.reactions import commit
from tests.browser.alliance import ARABIC, HOSTILE, LONG_WORD, add_nasty_members
from tests.browser.visits import Visit
from tests.clients import StaffClient, hold_session
from tests.factories.accounts import give_totp, make_account, open_session
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
    make_organisations,
    organisation,
)
from tests.web.staff.forms import fill_in, filled, form_at, send

FAULTY_SHEET = (
    "Organisation\tCategory\tCountry\tCity\tFirst name\tLast name\tE-mail\tRole\r\n"
    "{name} North\tcompany\tKenya\tNairobi\tAnna\tOkafor\tanna@{key}-north.example\tdeputy\r\n"
    "{name} South\tcompany\tKenyaa\tMombasa\tOmar\tSaid\tomar@{key}-south.example\tdeputy\r\n"
)
# Answers to scripts, not pages of their own; and forms that need something begun.
FRAGMENTS = {"/staff/palette", "/staff/pick/organisations", "/staff/pick/people"}
_NOT_ALONE = {"/staff/account/factors/new/app"}


@dataclass(frozen=True)
class Workspace:
    """A served workspace; `pages` are addresses of pages of records, under short names.

    token: of the session of the administrator who did what is done, and has an import under way.
    """

    app: Flask
    address: str
    pages: Mapping[str, str]
    token: str


def make_workspace(app: Flask, address: str) -> Workspace:
    """The example alliance with nasty members, people, and something done of every kind."""
    with app.app_context():
        load_example_when_empty()
        session = db.session()
        add_nasty_members(session)
        pages = _store_records(session)
        client, token = _clerk(app, session)
    pages |= _do_by_pages(client, pages)
    return Workspace(app, address, {**_alone(app), **pages}, token)


def _alone(app: Flask) -> dict[str, str]:
    """Every page of staff whose address has no parameters, by its own address."""
    found = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff/") and not rule.arguments and "GET" in (rule.methods or ())
    }
    return {path: path for path in sorted(found - FRAGMENTS - _NOT_ALONE)}


def _store_records(session: Session) -> dict[str, str]:
    record = make_organisation(
        session,
        "Harbour Light Foundation",
        language="en",
        names=(Name(NameKind.ACRONYM, "HLF", "en"), Name(NameKind.TRANSLATION, ARABIC, "ar")),
        description="Answers calls of children.\n\nDay and night.",
        city="Mombasa",
        street="Moi Avenue 1\nThird floor",
        website="https://harbour.example",
        email="office@harbour.example",
        notes=HOSTILE[1],
        countries=("KE", "TZ"),
        identifiers=(Identifier("gb_charity", "1112398"),),
        domains=(Domain("harbour.example", True, date(2024, 1, 2), "Ada"),),
    )
    for city in ("Nairobi", HOSTILE[0], "Lamu"):
        record = change_organisation(session, record.id or 0, city=city)
    names = ("Wanjiru Maina", "ليلى حداد", f"A {HOSTILE[1]}", LONG_WORD[:80], "Peter Brown")
    people = [
        make_contact(session, name, notes=HOSTILE[0], addresses=(Address(f"p{n}@harbour.example"),))
        for n, name in enumerate(names)
    ]
    roles = ("primary_contact", "deputy", "signatory", "deputy")
    for person, role in zip(people, roles, strict=False):
        make_affiliation(session, organisation=record, contact=person, role=role)
    make_affiliation(
        session, organisation=record, contact=people[4], role="deputy", ended_on=date(2022, 3, 1)
    )
    gone = make_organisations(
        session,
        [organisation("Archived Hands", memberships=()), organisation("Gone", memberships=())],
    )
    moved = make_organisations(session, [organisation(f"Moved {n}") for n in range(3)])
    act = Act(ActName.SET_COUNTRY, code="UG")
    ids = [one.id or 0 for one in moved]
    done = apply_bulk(
        session, "organisation", ids, act, actor=STAFF, today=date(2026, 3, 1), expected_count=3
    )
    commit(session)
    return {
        "organisation": f"/staff/organisations/{record.id}",
        "contact": f"/staff/contacts/{people[0].id}",
        "change-set": f"/staff/change-sets/{done.change_set_id}",
        "archived": f"/staff/organisations/{gone[0].id}",
        "deleted": f"/staff/organisations/{gone[1].id}",
    }


def _clerk(app: Flask, session: Session) -> tuple[StaffClient, str]:
    account = make_account(session, Role.ADMINISTRATOR)
    give_totp(session, account, app.config["ALLIANCE"])
    token = open_session(session, account)
    session.commit()
    client = StaffClient(app, app.response_class, use_cookies=True)
    client.csrf_token = hold_session(client, token)
    return client, token


def _do_by_pages(client: StaffClient, pages: Mapping[str, str]) -> dict[str, str]:
    """Note, archive, delete, save a view, import; the pages of what came of it."""
    harbour, person = pages["organisation"], pages["contact"]
    _done(fill_in(client, f"{harbour}/notes", text=f"Called. {HOSTILE[2]}"))
    _done(fill_in(client, f"{pages['archived']}/archive"))
    _done(fill_in(client, f"{pages['deleted']}/delete"))
    new_view = "/staff/views/new/organisations?country=KE&sort=-name"
    view = _done(client.send(new_view, {"name": f"Kenya {HOSTILE[0]}", "is_shared": "y"}))
    number = re.findall(r"\d+", view)[0]
    role = re.findall(r"/staff/affiliations/\d+", client.get(person).text)[0]
    note = re.findall(rf"{harbour}/notes/\d+", client.get(harbour).text)[0]
    entry = re.findall(r"/staff/history/\d+", client.get("/staff/history").text)[0]
    stored = _done(client.send(f"{_rows_of(client, 'Stored')[:-5]}/run"))
    client.get(stored, follow_redirects=True)
    past = re.findall(r"/staff/imports/\d+", client.get("/staff/imports").text)[0]
    faulty = _rows_of(client, "Faulty")
    return {
        **{f"organisation-{part.replace('/', '-')}": f"{harbour}/{part}" for part in _OF_ONE},
        **{f"contact-{part.replace('/', '-')}": f"{person}/{part}" for part in _OF_PERSON},
        **{f"affiliation-{part}": f"{role}/{part}" for part in ("edit", "end", "remove")},
        "organisation-restore": f"{pages['archived']}/restore",
        "note-edit": f"{note}/edit",
        "note-remove": f"{note}/remove",
        "view": f"/staff/organisations?view={number}",
        "view-edit": f"/staff/views/{number}/edit",
        "view-delete": f"/staff/views/{number}/delete",
        "views": "/staff/views/organisations",
        "view-new": new_view,
        "list-filtered": "/staff/organisations?q=a&category=company&country=KE&sort=-name",
        "list-nobody": "/staff/organisations?q=zqxjkv",
        "contacts-nobody": "/staff/contacts?q=zqxjkv",
        "search": "/staff/search?q=harbour",
        "history-entry": entry,
        "import": past,
        "import-columns": f"{faulty[:-5]}/columns",
        "import-rows": faulty,
        "categories": "/staff/lists/category",
        "category-new": "/staff/lists/category/new",
        "sectors": "/staff/lists/sector",
        "countries": "/staff/lists/country",
        "country": "/staff/lists/country/KE",
    }


_OF_ONE = (
    "edit", "edit/city", "edit/notes", "fields/city/history", "contacts", "membership", "history",
    "checks", "look", "archive", "delete", "dissolve", "listed", "membership/end", "notes",
    "parent", "rename", "visibility", "people/add",
)  # fmt: skip
_OF_PERSON = (
    "edit", "edit/addresses", "history", "history/addresses", "affiliate", "move", "leave", "peek",
    "archive", "delete",
)  # fmt: skip


def _rows_of(client: StaffClient, name: str) -> str:
    """Begin an import of a sheet with one bad row and check it; the address of its rows."""
    pasted = FAULTY_SHEET.format(name=name, key=name.lower())
    columns = _done(client.send("/staff/imports/new", {"pasted": pasted}))
    own = form_at(client.get(columns).text, columns)
    _done(send(client, columns, filled(own, act="check")))
    return f"{columns.removesuffix('/columns')}/rows"


def _done(answer: Any) -> str:
    """Where the answer leads; it must be one that says the act is done."""
    told = answer.text.partition("error-summary")[2][:300]
    assert answer.status_code == 303, f"{answer.status_code} {answer.request.path}: {told}"
    return str(answer.location)


class Keys:
    """Works on a page by keyboard alone."""

    def __init__(self, there: Visit) -> None:
        self.there = there
        self.page = there.page
        self.loads = 0
        self.page.on("load", lambda _: self._count())

    def _count(self) -> None:
        self.loads += 1

    def press(self, *keys: str) -> None:
        """Strike these keys one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type over whatever the field holds."""
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def to(self, selector: str, text: str = "", *, most: int = 250, back: bool = False) -> None:
        """Go by Tab to what matches, and holds this text when one is given; it must be in sight."""
        key = "Shift+Tab" if back else "Tab"
        for _ in range(most):
            self.page.keyboard.press(key)
            found = self.page.evaluate(_REACHED, [selector, text])
            if found:
                return
        raise AssertionError(f"{self.page.url}: {selector} {text!r} is not reached by {key}")

    def act(self, selector: str, text: str = "", **more: Any) -> None:
        """Go there and press Enter."""
        self.to(selector, text, **more)
        self.page.keyboard.press("Enter")

    def field(self, name: str, text: str, **more: Any) -> None:
        """Go to the field of this name and type over it."""
        self.to(f"[name='{name}']", **more)
        self.type(text)

    def choose(self, name: str, value: str) -> None:
        """Go to the choice of this name, and by arrows to this value."""
        self.to(f"[name='{name}']")
        for _ in range(20):
            if self.there.focused("it.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{self.page.url}: {name} offers no {value}")

    def title(self, text: str | re.Pattern[str]) -> None:
        """Wait for the page with this title; names in it are set apart by marks of direction."""
        if isinstance(text, str):
            words = (f"{_MARK}{re.escape(word)}{_MARK}" for word in text.split())
            text = re.compile(rf"^\s*{' '.join(words)}\s*$")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def start(self) -> None:
        """Begin at the top of the page's own part, as by the skip link."""
        self.page.keyboard.press("Tab")
        if self.there.focused("it.matches('.skip')"):
            self.page.keyboard.press("Enter")


_MARK = "[\u2066-\u2069]?"
_REACHED = """([selector, text]) => {
  const it = document.activeElement;
  if (!it.matches(selector) || !(it.innerText + (it.ariaLabel ?? "")).includes(text)) return false;
  const box = it.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}"""


def changed_meanwhile(workspace: Workspace, id: int | None, **values: Any) -> None:
    """Somebody else changes an organisation while a page has it open."""
    with workspace.app.app_context():
        change_organisation(db.session(), id or 0, **values)
        commit(db.session())


def conflict_for(there: Visit, workspace: Workspace) -> None:
    """Lead a page to a conflict: somebody else changes the city that is being edited."""
    with workspace.app.app_context():
        one = make_organisation(db.session(), "Two Hands", city="Kisumu", postcode="40100")
        commit(db.session())
    there.go(f"/staff/organisations/{one.id}/edit")
    changed_meanwhile(workspace, one.id, city="Nakuru")
    there.page.locator("[name=city]").fill("Eldoret")
    there.page.locator("[name=postcode]").fill("30100")
    there.page.locator("#form .form-actions [type=submit]").click()
    there.page.wait_for_selector(".table--conflict")

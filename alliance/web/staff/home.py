"""The first page of the workspace: what needs attention, and the way back to what one did."""

from urllib.parse import urlencode

from flask import render_template

from alliance.accounts.permissions import Permission, allow
from alliance.accounts.queries.views import own_views
from alliance.core.db import db
from alliance.directory.queries.desk.lists import count_of
from alliance.directory.queries.desk.rows import desk_rows
from alliance.directory.queries.desk.words import OpenedDesk, open_desk
from alliance.directory.rules.desk_facets import DeskCriteria
from alliance.web.guards import may, signed_in
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, labels, today
from alliance.web.public.rows import initial
from alliance.web.public.wording import number_text
from alliance.web.staff import staff
from alliance.web.staff.finding import Option, recent
from alliance.web.staff.organisation_list import PATH, SPEC
from alliance.web.staff.values import doer, moment

_LATEST = 8
_MEMBER = ("status", "member")
Choice = tuple[str, str]


@staff.get("/")
@allow(Permission.ENTER_WORKSPACE)
def home() -> str:
    """Where staff begin: what needs attention, what was opened lately, own views, changes."""
    opened = open_desk(db.session())
    account = signed_in()
    views = own_views(db.session(), account.account_id, SPEC.area)
    return render_template(
        "staff/home.html",
        name=account.name,
        figures=_figures(opened),
        attention=_attention(opened),
        is_empty=not opened.state.snapshot.everything,
        recent=recent(),
        views=[(one.name, f"{PATH}?view={one.id}", one.is_shared) for one in views.views],
        latest=_latest(opened),
        latest_url=f"{PATH}?sort=changed",
    )


def _figures(opened: OpenedDesk) -> list[tuple[str, str, str, str, bool]]:
    """Each figure opens its list."""
    lists = directory_state().reference.categories
    known = labels(directory_state(), language())
    found: list[tuple[str, str, tuple[Choice, ...]]] = [(gettext("members"), "", (_MEMBER,))]
    found += [
        (known.categories[code][1], known.categories[code][2], (_MEMBER, ("category", code)))
        for code in lists
    ]
    return [
        (_number(count, language()), label, _address(choices), shape, False)
        for label, shape, choices in found
        for count in (_count(opened, choices),)
        if count or choices == (_MEMBER,)
    ]


def _attention(opened: OpenedDesk) -> list[tuple[str, str, str, str, str]]:
    """What somebody should look at: (number, state, sentence, action, address)."""
    shown = []
    offered: list[tuple[str, str, tuple[Choice, ...]]] = [
        (
            "late",
            gettext("Members that no letter reaches: nobody is their primary contact, or every"
                    " address bounces."),
            (_MEMBER, ("contact", "unreachable"), ("contact", "vacant")),
        ),
        ("due", gettext("Members without a country."), (_MEMBER, ("missing", "country"))),
        ("due", gettext("Members without a sector."), (_MEMBER, ("missing", "sector"))),
        ("", gettext("Members without a description."), (_MEMBER, ("missing", "description"))),
        ("", gettext("Members without a website."), (_MEMBER, ("missing", "website"))),
        (
            "due",
            gettext("Members that are kept from the public directory."),
            (_MEMBER, ("listed", "hidden")),
        ),
        ("brand", gettext("Organisations that join later."), (("status", "later"),)),
    ]  # fmt: skip
    if may(Permission.REMOVE_RECORDS):
        told = gettext("Deleted organisations that are soon gone for good.")
        offered.append(("late", told, (("state", "deleted"),)))
    for state, told, choices in offered:
        count = _count(opened, choices)
        if count:
            number = _number(count, language())
            shown.append((number, state, told, gettext("Show them"), _address(choices)))
    return shown


def _latest(opened: OpenedDesk) -> list[Option]:
    """The organisations that were changed last, with when and by whom."""
    facets = opened.state.facets(today())
    snapshot = facets.snapshot
    ids = snapshot.page(facets.having("state", ("current",)), "changed", 0, _LATEST)
    known = labels(directory_state(), language())
    options: list[Option] = []
    for row in desk_rows(db.session(), ids, today=today()):
        _, _, shape = known.categories.get(row.category, ("", "", "diamond"))
        told = ""
        if row.changed_at is not None:
            told = gettext(
                "%(when)s by %(who)s", when=moment(row.changed_at), who=doer(row.changed_by or "")
            )
        options.append(
            (row.name, f"{PATH}/{row.id}", told, "", shape, initial(row.name), row.language or "")
        )
    return options


def _count(opened: OpenedDesk, choices: tuple[Choice, ...]) -> int:
    chosen: dict[str, tuple[str, ...]] = {}
    for name, value in choices:
        chosen[name] = (*chosen.get(name, ()), value)
    return count_of(opened, DeskCriteria(today(), chosen=chosen, with_deleted=_may_see_deleted()))


def _may_see_deleted() -> bool:
    return may(Permission.REMOVE_RECORDS)


def _address(choices: tuple[Choice, ...]) -> str:
    return f"{PATH}?{urlencode(choices)}"


def _number(number: int, code: str) -> str:
    return number_text(number, code)

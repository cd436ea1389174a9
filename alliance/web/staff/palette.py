"""The answer of the command palette while one types, and the search page with the same results."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core.errors import BadInput
from alliance.web.languages import gettext, language
from alliance.web.public.wording import number_text
from alliance.web.staff import staff
from alliance.web.staff.finding import (
    Group,
    actions,
    find,
    organisation_option,
    pages,
    person_option,
    recent,
)

_IN_PALETTE = 6
_ON_PAGE = 25
_LONGEST = 200


@staff.get("/palette")
@allow(Permission.ENTER_WORKSPACE)
def palette() -> ResponseReturnValue:
    """Records, pages and actions for what was typed; without words what was opened lately."""
    typed = request.args.get("q", "")[:_LONGEST].strip()
    if not typed:
        groups: list[Group] = [
            (gettext("Recent"), recent()),
            (gettext("Pages"), pages(None)),
            (gettext("Actions"), actions(None)),
        ]
        return render_template("staff/palette.html", groups=groups, empty="")
    try:
        found = find(typed, _IN_PALETTE)
    except BadInput:
        told = gettext("This cannot be searched for; type letters or digits.")
        return render_template("staff/palette.html", groups=[], empty=told), 400
    records = [organisation_option(one, found) for one in found.organisations]
    records += [person_option(one) for one in found.people]
    title = gettext("Spelt alike") if found.is_approximate else gettext("Records")
    groups = [
        (title, records),
        (gettext("Pages"), pages(found.query)),
        (gettext("Actions"), actions(found.query)),
    ]
    return render_template("staff/palette.html", groups=groups, empty="")


@staff.get("/search")
@allow(Permission.ENTER_WORKSPACE)
def search() -> ResponseReturnValue:
    """The same results on a page of their own, more of them, with the way to the whole lists."""
    typed, code = request.args.get("q", "").strip(), language()
    shown: dict[str, object] = {"typed": typed, "code": code}
    if not typed:
        return render_template("staff/search.html", recent=recent(), error="", **shown)
    try:
        found = find(typed, _ON_PAGE)
    except BadInput:
        return render_template("staff/search.html", error=_told(typed), **shown), 400
    return render_template(
        "staff/search.html",
        error="",
        organisations=[organisation_option(one, found) for one in found.organisations],
        people=[person_option(one) for one in found.people],
        organisation_total=found.organisation_total,
        organisation_count=number_text(found.organisation_total, code),
        person_total=found.person_total,
        pages=[*pages(found.query), *actions(found.query)],
        is_approximate=found.is_approximate,
        **shown,
    )


def _told(typed: str) -> str:
    if len(typed) > _LONGEST // 2:
        return gettext("Search for %(most)s characters or fewer.", most=_LONGEST // 2)
    return gettext(
        "The search holds a control character or another sign that no name has; delete it."
    )

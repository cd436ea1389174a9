"""A quick look at an organisation, in the panel beside a list or as a page of its own."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.queries.desk.rows import desk_rows
from alliance.directory.queries.desk.state import desk_state
from alliance.web.guards import may
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, labels, today
from alliance.web.public.logos import logo_address
from alliance.web.public.wording import name_kind
from alliance.web.staff import staff
from alliance.web.staff.organisation_list import (
    PATH,
    contact_words,
    listed_sentence,
    status_words,
)
from alliance.web.staff.organisation_rows import CONTACT_PILLS, STATUS_PILLS, since_text
from alliance.web.staff.values import doer, moment


@staff.get("/organisations/<int:organisation_id>/look")
@allow(Permission.ENTER_WORKSPACE)
def organisation_look(organisation_id: int) -> ResponseReturnValue:
    """What one wants to know at a glance; nothing that not all staff may see."""
    if organisation_id >= 1 << 62:
        abort(404)
    rows = desk_rows(db.session(), [organisation_id], today=today())
    if not rows or (rows[0].delete_on is not None and not may(Permission.REMOVE_RECORDS)):
        abort(404)
    (row,) = rows
    facets = desk_state(db.session()).facets(today())
    state, code = directory_state(), language()
    known = labels(state, code)
    kind, _, shape = known.categories.get(row.category, (row.category, "", "diamond"))
    status = facets.of(row.id, "status") or "never"
    reached = facets.of(row.id, "contact") or "vacant"
    facts = [
        (gettext("Kind of body"), known.body_kinds.get(row.body_kind or "", "")),
        (gettext("Country"), known.countries.get(row.country or "", "")),
        (gettext("City"), row.city or ""),
        (gettext("Sectors"), " · ".join(known.sectors[known.sector_slugs[one]]
                                        for one in row.sector_ids)),
        (gettext("Member since") if status == "member" else gettext("Joined"),
         since_text(row, code)),
        (gettext("Register entries"), ", ".join(row.identifiers)),
        (gettext("Web domains"), ", ".join(row.domains)),
        (gettext("Last changed"), _changed(row.changed_at, row.changed_by)),
    ]  # fmt: skip
    return render_template(
        "staff/organisations/look.html",
        row=row,
        url=f"{PATH}/{row.id}",
        kind=kind,
        shape=shape,
        logo=logo_address(row.logo),
        other_names=[(text, name_kind(one)) for one, text in row.other_names],
        status=(status_words()[status], STATUS_PILLS[status]),
        reached=(
            contact_words()[reached],
            CONTACT_PILLS.get(reached, "ok") if status == "member" else "",
        ),
        listed=listed_sentence(facets.of(row.id, "listed") or ""),
        facts=[(name, value) for name, value in facts if value],
    )


def _changed(at: object, by: str | None) -> str:
    if at is None:
        return ""
    return gettext("%(when)s by %(who)s", when=moment(at), who=doer(by or ""))  # type: ignore[arg-type]

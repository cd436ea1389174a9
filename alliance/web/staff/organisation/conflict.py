"""The page on which one of two who changed the same organisation chooses between the answers."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from alliance.core.db import db
from alliance.core.errors import Stale
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import OrganisationRecord
from alliance.web.languages import gettext
from alliance.web.staff.conflict import ConflictRow, authors_of
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation.facts import shown_texts
from alliance.web.staff.organisation.forms import VersionedForm, organisation_form, pairs
from alliance.web.staff.organisation.page import head_of, load


def conflict_page(
    organisation_id: int,
    form: VersionedForm,
    stale: Stale,
    wanted: OrganisationRecord,
    url: str,
) -> ResponseReturnValue:
    """Show what both wrote, with all that was typed; sent again it holds for the present version.

    wanted: the record as the writer wants it; url: where the form is sent.
    """
    page = load(organisation_id)
    fields = tuple(name for name in form._fields if name not in _FRAME)
    present = organisation_form(page.record, fields=fields, is_sent=False)
    carried = [
        (name, value)
        for one, is_mine in ((present, False), (form, True))
        for name, value in pairs(one)
        if (name.partition("-")[0] in stale.changed) is is_mine
    ]
    form.submission.data = None
    return (
        render_template(
            "staff/organisation/conflict.html",
            head=head_of(page, ""),
            rows=_rows(organisation_id, stale, page.record, wanted),
            carried=carried,
            version=stale.version,
            submission=present.submission.data,
            url=url,
        ),
        409,
    )


def _rows(
    organisation_id: int, stale: Stale, record: OrganisationRecord, wanted: OrganisationRecord
) -> list[ConflictRow]:
    authors = authors_of(db.session(), "organisation", organisation_id, stale.conflicts)
    current, told = document(record), document(wanted)
    rows = [
        ConflictRow(
            key=field,
            label=field_label("organisation", field),
            base=_words(field, both.base),
            theirs=_words(field, both.current),
            yours=_words(field, both.wanted),
            keep="theirs",
            clashes=True,
            **authors.get(field, {}),
        )
        for field, both in stale.conflicts.items()
    ]
    for field in sorted(stale.changed - set(stale.conflicts)):
        now = _words(field, current.get(field))
        label = field_label("organisation", field)
        yours = _words(field, told.get(field))
        rows.append(ConflictRow(field, label, now, now, yours, "yours", clashes=False))
    return rows


def _words(field: str, value: Any) -> str:
    texts = shown_texts(field, value)
    return "\n".join(texts) if texts else gettext("nothing")


_FRAME = frozenset({"submission", "version", "csrf_token", "anyway"})

"""Two have changed the same organisation: both answers side by side, a choice for each field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from alliance.accounts.rules.visible import visible
from alliance.audit.queries import HistoryCriteria, entries_matching
from alliance.core.db import db
from alliance.core.errors import Stale
from alliance.directory.rules.documents import document
from alliance.directory.rules.records import OrganisationRecord
from alliance.web.guards import present_permissions
from alliance.web.languages import gettext
from alliance.web.staff.labels import field_label
from alliance.web.staff.organisation.facts import shown_texts
from alliance.web.staff.organisation.forms import VersionedForm, organisation_form, pairs
from alliance.web.staff.organisation.page import head_of, load
from alliance.web.staff.values import moment

_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One field as the component `conflict` shows it."""

    key: str
    label: str
    base: str
    theirs: str
    who: str
    when: str
    day: str
    yours: str
    keep: str
    clashes: bool


def without_theirs(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes but for the fields of which the writer chose the other's answer."""
    return {
        field: value
        for field, value in changes.items()
        if request.form.get(f"keep-{field}") != "theirs"
    }


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
) -> list[Row]:
    authors = _authors(organisation_id, tuple(stale.conflicts))
    current, told = document(record), document(wanted)
    rows = []
    for field, both in stale.conflicts.items():
        who, when, day = authors.get(field, ("", "", ""))
        rows.append(
            Row(
                key=field,
                label=field_label("organisation", field),
                base=_words(field, both.base),
                theirs=_words(field, both.current),
                who=who,
                when=when,
                day=day,
                yours=_words(field, both.wanted),
                keep="theirs",
                clashes=True,
            )
        )
    for field in sorted(stale.changed - set(stale.conflicts)):
        now = _words(field, current.get(field))
        label = field_label("organisation", field)
        yours = _words(field, told.get(field))
        rows.append(Row(field, label, now, now, "", "", "", yours, "yours", clashes=False))
    return rows


def _authors(organisation_id: int, fields: tuple[str, ...]) -> dict[str, tuple[str, str, str]]:
    """Who changed each field last, and when: in words and as ISO."""
    criteria = HistoryCriteria(
        subject_kind="organisation", subject_id=organisation_id, fields=fields
    )
    found: dict[str, tuple[str, str, str]] = {}
    for entry in entries_matching(db.session(), criteria, limit=_ENTRIES):
        for field in visible("organisation", entry.changes, present_permissions()):
            told = (entry.actor_name, moment(entry.at), entry.at.isoformat())
            found.setdefault(field, told)
    return found


def _words(field: str, value: Any) -> str:
    texts = shown_texts(field, value)
    return "\n".join(texts) if texts else gettext("nothing")


_FRAME = frozenset({"submission", "version", "csrf_token", "anyway"})

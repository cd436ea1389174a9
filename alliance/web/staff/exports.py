"""Exports of what a list shows: which records, in which format, kept in the history, capped by day.

What somebody may not see is in no file. A file that a program cuts short is never taken for whole:
CSV and workbooks hold all rows or the download fails.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from alliance.accounts.operations.limits import hit
from alliance.accounts.permissions import Permission, allow
from alliance.accounts.rules.visible import hidden_fields, visible
from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.db import db
from alliance.core.errors import Refused
from alliance.directory.queries.exporting import contacts_for_file, organisations_for_file
from alliance.directory.queries.snapshots import present
from alliance.directory.rules.documents import document
from alliance.directory.rules.exporting import (
    ContactRow,
    Wording,
    contact_headings,
    contact_row,
    organisation_headings,
    organisation_row,
    wording,
)
from alliance.directory.rules.records import ContactRecord, OrganisationRecord
from alliance.directory.rules.vcards import by_contact, vcard
from alliance.reactions import commit
from alliance.web.forms import Form
from alliance.web.guards import current_actor, present_permissions, signed_in
from alliance.web.languages import gettext, ngettext
from alliance.web.staff import staff
from alliance.web.staff.contacts import contact_ids_matching
from alliance.web.staff.export_files import as_csv, as_json, as_text, as_workbook
from alliance.web.staff.organisations import ids_matching

EXPORTS_A_DAY = "40 per day"
_LONGEST_QUERY = 4_000
_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "vcf": "text/vcard; charset=utf-8",
}


class ExportForm(Form):
    """In which format; `query` is that of the list, `ids` those that were ticked, if any."""

    kind = RadioField(
        lazy_gettext("Format"),
        choices=[
            SelectChoice("csv", lazy_gettext("CSV, for any program")),
            SelectChoice("xlsx", lazy_gettext("Excel workbook (XLSX), in which no cell is run")),
            SelectChoice("json", lazy_gettext("JSON, whole records for programs")),
        ],
        default="xlsx",
        validators=[InputRequired(lazy_gettext("Choose a format."))],
    )
    query = HiddenField(validators=[Length(max=_LONGEST_QUERY)])
    ids = HiddenField(validators=[Length(max=200_000)])


class ContactExportForm(ExportForm):
    """People go into address books too."""

    kind = RadioField(
        lazy_gettext("Format"),
        choices=[
            *ExportForm.kind.kwargs["choices"],
            SelectChoice("vcf", lazy_gettext("vCard 4.0, for address books")),
        ],
        default="xlsx",
        validators=[InputRequired(lazy_gettext("Choose a format."))],
    )


@staff.route("/organisations/export", methods=["GET", "POST"])
@allow(Permission.EXPORT, confirm=True)
def export_organisations() -> ResponseReturnValue:
    """The organisations of the list, or those that were ticked, as a file."""
    return _export("organisation", ExportForm())


@staff.route("/contacts/export", methods=["GET", "POST"])
@allow(Permission.EXPORT, confirm=True)
def export_contacts() -> ResponseReturnValue:
    """The contacts of the list, or those that were ticked, with where they work, as a file."""
    return _export("contact", ContactExportForm())


def _export(subject: str, form: Any) -> ResponseReturnValue:
    if "kind" not in request.form:
        form.query.data, form.ids.data = _choice()
    ids = _ids(subject, form)
    if "kind" in request.form and form.validate_on_submit():
        try:
            count_export()
            return _file(subject, form.kind.data, ids, form.query.data or "")
        except Refused as error:
            form.tell(error)
    list_url = url_for(f"staff.{subject}s")
    query = f"?{form.query.data}" if form.query.data else ""
    page = render_template(
        "staff/exports/export.html", form=form, subject=subject, list_url=f"{list_url}{query}",
        count=len(ids), what=_what(subject, len(ids)),
        is_cut=bool(hidden_fields(subject, present_permissions())),
    )  # fmt: skip
    return page, 422 if form.has_errors else 200


def count_export() -> None:
    """Count one more file of the person signed in; lists and history share one tally a day.

    Raises Refused when there were too many.
    """
    if not hit(db.session(), "exports", str(signed_in().account_id), EXPORTS_A_DAY).is_allowed:
        raise Refused(gettext("You have exported very often today; go on tomorrow."))


def _choice() -> tuple[str, str]:
    """The list's query, and the ids that were ticked: from its link, or from its bar of acts."""
    if request.method == "GET":
        return request.query_string.decode("utf-8", "replace")[:_LONGEST_QUERY], ""
    filters = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("id", "all", "csrf_token", "submission")
    ]
    is_all = request.form.get("all") == "yes"
    ids = [] if is_all else request.form.getlist("id")
    return urlencode(filters)[:_LONGEST_QUERY], ",".join(ids)


def _ids(subject: str, form: Any) -> Sequence[int]:
    parts = (form.ids.data or "").split(",")
    chosen = dict.fromkeys(
        int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 18
    )
    if chosen:
        return list(chosen)
    find = ids_matching if subject == "organisation" else contact_ids_matching
    return find(form.query.data or "")


def _what(subject: str, count: int) -> str:
    if subject == "organisation":
        return ngettext("One organisation", "%(num)s organisations", count)
    return ngettext("One contact", "%(num)s contacts", count)


def _file(subject: str, kind: str, ids: Sequence[int], query: str) -> Response:
    """The file, after the history knows of it."""
    session = db.session()
    # What no list would have sent cannot stand in the history either.
    asked = "".join(letter for letter in query[:500] if letter.isprintable())
    shown = {"format": (None, kind), "count": (None, len(ids)), "query": (None, asked)}
    record(session, current_actor(), [Note("exported", "export", 0, f"{subject}s", shown)],
           at=clock.now())  # fmt: skip
    commit(session)
    content = _content(subject, kind, ids)
    response = Response(content, content_type=_TYPES[kind])
    day = clock.today(present(session).settings.zone).isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{subject}s-{day}.{kind}"'
    return response


def _content(subject: str, kind: str, ids: Sequence[int]) -> Iterator[bytes]:
    """The bytes, read while they are sent: after the request, so in a session of their own."""
    session = db.session()
    seen = _Seen(
        subject,
        present_permissions(),
        wording(present(session).reference),
        current_app.config["ALLIANCE"].base_url,
    )
    write = _organisations if subject == "organisation" else _contacts
    return _in_own_session(session.get_bind(), lambda own: write(own, seen, kind, ids))


def _in_own_session(bind: Any, write: Callable[[Session], Iterator[bytes]]) -> Iterator[bytes]:
    with Session(bind) as own:
        yield from write(own)


@dataclass(frozen=True)
class _Seen:
    """What the maker of a file sees of a kind of record, its words, and where its pages are."""

    subject: str
    permissions: frozenset[Permission]
    words: Wording
    base_url: str

    @property
    def hidden(self) -> frozenset[str]:
        """Fields that are in no file of theirs."""
        return hidden_fields(self.subject, self.permissions)

    def sees(self, one: OrganisationRecord | ContactRecord) -> bool:
        """Whether a record is there: deleted ones are for those who may restore them."""
        return one.delete_on is None or Permission.REMOVE_RECORDS in self.permissions

    def part(self, one: OrganisationRecord | ContactRecord) -> dict[str, Any]:
        """A record as JSON values."""
        return {"id": one.id, **visible(self.subject, document(one), self.permissions)}


def _organisations(session: Session, seen: _Seen, kind: str, ids: Sequence[int]) -> Iterator[bytes]:
    found = (pair for pair in organisations_for_file(session, ids) if seen.sees(pair[0]))
    if kind == "json":
        return as_json("organisations", (seen.part(one) for one, _ in found))
    hidden = seen.hidden
    rows = (organisation_row(one, seen.words, parent=up, hidden=hidden) for one, up in found)
    return _table(kind, gettext("Organisations"), organisation_headings(hidden), rows)


def _contacts(session: Session, seen: _Seen, kind: str, ids: Sequence[int]) -> Iterator[bytes]:
    found = (row for row in contacts_for_file(session, ids) if seen.sees(row.contact))
    hidden = seen.hidden
    if kind == "vcf":
        page = f"{seen.base_url}/staff/contacts/"
        return as_text(
            vcard(person, seen.words, source=f"{page}{person[0].contact.id}", hidden=hidden)
            for person in by_contact(found)
        )
    if kind == "json":
        return as_json("contacts", (_with_work(seen, person) for person in by_contact(found)))
    rows = (contact_row(row, seen.words, hidden=hidden) for row in found)
    return _table(kind, gettext("Contacts"), contact_headings(hidden), rows)


def _with_work(seen: _Seen, person: Sequence[ContactRow]) -> dict[str, Any]:
    works = [
        {"id": row.affiliation.id, "organisation": row.organisation, **document(row.affiliation)}
        for row in person
        if row.affiliation
    ]
    return {**seen.part(person[0].contact), "affiliations": works}


def _table(kind: str, sheet: str, headings: Sequence[str], rows: Any) -> Iterator[bytes]:
    return as_csv(headings, rows) if kind == "csv" else as_workbook(sheet[:31], headings, rows)

"""Export, edit, import: what is unchanged stays, and what was edited is what changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select, text

from alliance.directory.models import Affiliation, Contact, Organisation
from alliance.directory.operations.contacts import save_affiliations
from alliance.directory.queries.records import affiliations_of, contacts_of, records_of
from alliance.directory.queries.reference import reference
from alliance.directory.rules.exporting import (
    ContactRow,
    contact_headings,
    contact_row,
    neutral,
    organisation_headings,
    organisation_row,
    unneutral,
    wording,
)
from alliance.directory.rules.open_data import harmless
from alliance.directory.rules.records import (
    Address,
    AffiliationRecord,
    Identifier,
    Membership,
    Name,
    NameKind,
    Precision,
)
from alliance.imports.operations.applying import apply
from alliance.imports.operations.staging import Source, stage
from alliance.imports.rows.closed_lists import ReferenceLists
from tests.factories.directory import STAFF, make_contact, make_organisation
from tests.imports.builders import csv_text, write_xlsx


@given(st.text(max_size=12))
@example("'=x")
@example("''")
@example(" =x")
def test_what_is_made_harmless_is_given_back(text):
    cell = neutral(text)
    assert harmless(cell) == cell
    found = unneutral(cell)
    assert (cell if found is None else found) == text


@pytest.mark.parametrize("kind", ["categories", "body_kinds", "countries", "sectors", "roles"])
def test_every_entry_of_the_closed_lists_is_read_back(session, kind):
    lists = reference(session)
    closed = getattr(ReferenceLists.of(lists), kind)
    for code, name in getattr(wording(lists), kind).items():
        found = closed.find(name)
        wanted = code
        if kind == "categories":
            wanted = (code, None)
        elif kind == "body_kinds":
            wanted = (lists.body_kinds[code].category, code)
        assert found == wanted, name


def exported_organisations(session) -> list[list[str]]:
    words = wording(reference(session))
    records = records_of(session, session.scalars(select(Organisation.id)).all())
    names = {id: one.name for id, one in records.items()}
    return [
        list(organisation_headings()),
        *(
            list(organisation_row(one, words, parent=names.get(one.parent_id, "")))
            for _, one in sorted(records.items())
        ),
    ]


def exported_contacts(session) -> list[list[str]]:
    words = wording(reference(session))
    contacts = contacts_of(session, session.scalars(select(Contact.id)).all())
    held = affiliations_of(session, session.scalars(select(Affiliation.id)).all()).values()
    names = dict(session.execute(select(Organisation.id, Organisation.name)).all())
    rows = [ContactRow(contacts[one.contact_id], one, names[one.organisation_id]) for one in held]
    working = {one.contact_id for one in held}
    rows += [ContactRow(one) for id, one in contacts.items() if id not in working]
    return [list(contact_headings()), *(list(contact_row(one, words)) for one in rows)]


def source(rows: Sequence[Sequence[Any]], name: str = "export.csv") -> Source:
    return Source(name, data=csv_text(rows).encode("utf-8-sig"))


def counts(report) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in report.by_row().values():
        found[one.verdict.value] = found.get(one.verdict.value, 0) + 1
    return found


@pytest.fixture
def full(session):
    """Organisations and people with something in every field, also what a table could run."""
    parent = make_organisation(
        session, "+Plus & Minus", category="government", body_kind=None, country="FR",
        description="Line one\nline two; and = more\n\n-third", street="1 Rue X\nBâtiment B",
        notes="=SUM(A1)\n'quoted", city="-Lyon", postcode="'69001", phone="+33 4 72 00 00 00",
        language="pt-BR", source="@source",
    )  # fmt: skip
    make_organisation(
        session, "النور للتقنية", category="company", country="SA", countries=("EG", "SA"),
        parent_id=parent.id, is_listed=False, website="https://alnoor.example/x?y=1",
        email="info@alnoor.example", sectors=(1, 2), dissolved_on=date(2024, 2, 3),
        identifiers=(Identifier("lei", "529900T8BM49AURSDO55"),),
        names=(
            Name(NameKind.LATIN, "Al-Noor; Technology | Ltd"), Name(NameKind.ACRONYM, "ANT"),
            Name(NameKind.TRANSLATION, "The Light: Technology", "en"),
            Name(NameKind.TRANSLATION, "Sans langue"), Name(NameKind.FORMER, "Back\\slash", "en"),
            Name(NameKind.SHORT, "Noor", valid_from=date(2001, 1, 1)), Name(NameKind.TRADING, "=N"),
        ),
        memberships=(Membership(date(2012, 1, 1), Precision.YEAR, False, date(2014, 1, 1), "bust"),
                     Membership(date(2015, 5, 1), Precision.MONTH, True)),
    )  # fmt: skip
    make_organisation(
        session, "Twin", memberships=(Membership(date(2019, 6, 30), is_at_latest=True),)
    )
    make_organisation(session, "Twin", country="PE", memberships=())
    one = make_contact(
        session, "=Jürgen Weiß", latin_name="Jurgen Weiss", language="de-CH",
        time_zone="Europe/Zurich", notes="-note\nmore", phones=("+41 44 000 00 01", "112233"),
        addresses=(Address("a@x.example"), Address("b@x.example")),
    )  # fmt: skip
    same_name = make_contact(session, "=Jürgen Weiß", addresses=())
    make_contact(session, "Nobody’s Contact")
    save_affiliations(
        session,
        [
            AffiliationRecord(one.id, parent.id, "deputy", None, "+Chief", None, date(2020, 1, 1)),
            AffiliationRecord(one.id, parent.id, "deputy", None, "Chief", date(2021, 1, 1)),
            AffiliationRecord(one.id, parent.id, "signatory"),
            AffiliationRecord(one.id, parent.id + 1, "primary_contact"),
            AffiliationRecord(same_name.id, parent.id, "member_of_staff"),
        ],
        actor=STAFF,
    )
    return session


def test_an_export_imported_unchanged_changes_nothing(full):
    organisations, contacts = exported_organisations(full), exported_contacts(full)
    assert len(organisations) == 5
    assert len(contacts) == 7
    for main, other in [
        (source(organisations), source(contacts, "people.csv")),
        (source(organisations), None),
        (source(contacts), None),
    ]:
        staged = stage(full, main, other, for_preview=True)
        assert staged.report.faults == []
        told = [(one.row, one.verdict, one.reason) for one in staged.report.verdicts]
        changes = [one.changes for one in (*staged.organisations, *staged.contacts) if one.changes]
        assert counts(staged.report) == {"same": len(told)}, (told, changes)


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Name", "Wholly Other"), ("City", "Paris"), ("Country", "Germany"),
        ("Parent", "+Plus & Minus"),
        ("Website", "https://new.example"), ("Sectors", "Energy"), ("Notes", "new"),
        ("Listed in public", "no"), ("Names in other languages", "fr: Autre"),
        ("Register numbers", "lei: 5493001KJTIIGC8Y1R12"), ("Member since", "2011"),
    ],
)  # fmt: skip
def test_an_edited_cell_of_an_organisation_changes_just_that_record(full, heading, text):
    rows = exported_organisations(full)
    at = rows[0].index(heading)
    rows[3][at] = neutral(text)
    staged = stage(full, source(rows), for_preview=True)
    assert staged.report.faults == []
    assert counts(staged.report) == {"same": 3, "changed": 1}
    (changed,) = [one for one in staged.organisations if one.changes]
    assert changed.verdict.row == 4
    assert [one.heading for one in changed.changes] == [heading]


@pytest.mark.parametrize(
    ("heading", "text"),
    [("Name", "Someone Else"), ("E-mail addresses", "new@x.example"), ("Job title", "Chief two"),
     ("In the role since", "2021-02-02"), ("Time zone", "Asia/Tokyo"), ("Notes", "New")],
)  # fmt: skip
def test_an_edited_cell_of_a_contact_changes_just_that_row(full, heading, text):
    rows = exported_contacts(full)
    rows[2][rows[0].index(heading)] = text
    staged = stage(full, source(rows), for_preview=True)
    assert staged.report.faults == []
    (changed,) = [one for one in staged.contacts if one.changes]
    assert changed.verdict.row == 3
    assert heading in [one.heading for one in changed.changes]
    if heading in ("Job title", "In the role since"):
        assert counts(staged.report) == {"same": 5, "changed": 1}


def test_an_edited_workbook_stores_just_what_was_edited(full, tmp_path):
    rows = exported_organisations(full)
    rows[2][rows[0].index("City")] = "Jeddah"
    path = tmp_path / "f.xlsx"
    write_xlsx(path, {"Organisations": rows, "Contacts": exported_contacts(full)})
    before = full.scalar(text("SELECT count(*) FROM history_entries"))
    report = apply(full, stage(full, Source(path)), actor=STAFF)
    assert counts(report) == {"same": 9, "changed": 1}
    entries = full.execute(text("SELECT changes FROM history_entries ORDER BY id")).all()
    assert len(entries) == before + 1
    assert entries[-1].changes["city"][1] == "Jeddah"


def test_hidden_fields_stand_in_no_export(full):
    one = next(iter(records_of(full, full.scalars(select(Organisation.id)).all()).values()))
    row = organisation_row(one, wording(reference(full)), hidden={"notes"})
    assert len(row) == len(organisation_headings({"notes"})) == len(organisation_headings()) - 1
    assert "Notes" not in organisation_headings({"notes"})
    assert not any("quoted" in cell for cell in row)
    hidden = {"notes", "addresses", "phones"}
    people = contacts_of(full, full.scalars(select(Contact.id)).all()).values()
    words = wording(reference(full))
    rows = [contact_row(ContactRow(each), words, hidden=hidden) for each in people]
    cells = [cell for found in rows for cell in found]
    assert not any("@x.example" in cell or "112233" in cell or "note" in cell for cell in cells)

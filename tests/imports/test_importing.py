"""A whole import: what is stored, what is left alone, and what taking it back leaves."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.core.actor import command_actor
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.operations.contacts import save_affiliations, save_contacts
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.records import affiliations_of, contacts_of, records_of
from alliance.directory.rules.records import (
    Address,
    AffiliationRecord,
    Domain,
    Membership,
    OrganisationRecord,
    Precision,
)
from alliance.imports.operations.applying import apply, counts_of
from alliance.imports.operations.staging import Source, stage
from alliance.imports.operations.undoing import undo
from alliance.imports.verdicts import Decision, Duplicates, Report, Verdict
from tests.factories.directory import (
    make_affiliation,
    make_contact,
    make_organisation,
)
from tests.imports.builders import write_csv, write_xlsx

CLERK = command_actor("clerk")
HEADINGS = [
    "ref",
    "Name",
    "Category",
    "Country",
    "City",
    "Website",
    "E-mail",
    "Phone",
    "Member since",
]
ROWS = [
    ["X1", "Müller & Söhne GmbH", "company", "Germany", "Köln", "mueller.example.org",
     "info@mueller.example.org", "+49 221 4710000", "2019"],
    ["X2", "النور للتقنية", "company", "Saudi Arabia", "الرياض", "", "", "", "2020-07"],
    ["X3", "上海华信科技有限公司", "company", "China", "上海", "", "", "", ""],
    ["X4", "Children First", "ngo", "Kenya", "Nairobi", "childrenfirst.example.org", "", "", ""],
]  # fmt: skip
CONTACT_HEADINGS = [
    "ref",
    "Organisation ref",
    "First name",
    "Last name",
    "E-mail",
    "Phone",
    "Job title",
]
CONTACTS = [
    ["C1", "X1", "Jürgen", "Weiß", "j.weiss@mueller.example.org", "+49 221 4710001", "Director"],
    ["C2", "X1", "Ada", "Braun", "a.braun@mueller.example.org", "", "Counsel"],
    ["C3", "X2", "محمد", "الحسن", "m@alnoor.example.org", "", ""],
    ["C4", "X4", "Wanjiru", "Otieno", "w@childrenfirst.example.org", "", "Manager"],
]  # fmt: skip


def take_in(
    session: Session,
    folder: Any,
    rows: Any = ROWS,
    contacts: Any = CONTACTS,
    *,
    headings: Any = HEADINGS,
    mapping: Mapping[str, Any] | None = None,
    **options: Any,
) -> Report:
    main = Source(write_csv(folder / "orgs.csv", [headings, *rows]), mapping=mapping)
    other = None
    if contacts:
        other = Source(write_csv(folder / "people.csv", [CONTACT_HEADINGS, *contacts]))
    report = apply(session, stage(session, main, other), actor=CLERK, **options)
    session.flush()
    return report


def counts(report: Report) -> dict[str, int]:
    return {name: number for name, number in counts_of(report).items() if number}


def digest(session: Session) -> dict[str, str]:
    """Every table but history, by the digest of its rows."""
    session.flush()
    tables = session.scalars(
        text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    ).all()
    rows = "SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    return {
        table: session.scalar(text(rows.format(table)))
        for table in tables
        if not table.startswith("history")
    }


def organisations(session: Session) -> list[OrganisationRecord]:
    ids = session.scalars(text("SELECT id FROM organisations ORDER BY id")).all()
    found = records_of(session, ids)
    return [found[id] for id in ids]


def by_name(session: Session, name: str) -> OrganisationRecord:
    return next(one for one in organisations(session) if one.name == name)


def test_a_file_is_stored_with_its_contacts_and_their_affiliations(session, tmp_path):
    report = take_in(session, tmp_path)
    assert counts(report) == {"rows": 8, "new": 8}
    stored = by_name(session, "Müller & Söhne GmbH")
    assert stored.category == "company"
    assert (stored.country, stored.city, stored.phone) == ("DE", "Köln", "+492214710000")
    assert stored.website == "https://mueller.example.org"
    assert stored.domains == (Domain("mueller.example.org"),)
    assert stored.memberships == (Membership(date(2019, 1, 1), Precision.YEAR),)
    people = session.execute(
        text(
            "SELECT c.name, a.job_title, a.role FROM contacts c JOIN affiliations a ON"
            " a.contact_id = c.id JOIN organisations o ON o.id = a.organisation_id"
            " WHERE o.name LIKE 'Müller%' ORDER BY c.id"
        )
    ).all()
    assert [tuple(row) for row in people] == [
        ("Jürgen Weiß", "Director", "member_of_staff"),
        ("Ada Braun", "Counsel", "member_of_staff"),
    ]
    causes = session.scalars(text("SELECT DISTINCT cause FROM history_entries")).all()
    assert causes == [f"import:{report.import_id}"]


def test_the_same_file_a_second_time_changes_nothing(session, tmp_path):
    take_in(session, tmp_path)
    before = digest(session)
    report = take_in(session, tmp_path)
    assert counts(report) == {"rows": 8, "same": 8}
    assert digest(session) == before


def test_undoing_leaves_every_table_as_it_was(session, tmp_path):
    known = make_organisation(session, "Children First", city=None, country="KE")
    before = digest(session)
    report = take_in(session, tmp_path)
    assert counts(report) == {"rows": 8, "new": 7, "changed": 1}
    assert records_of(session, [known.id])[known.id].city == "Nairobi"
    result = undo(session, report.import_id, actor=CLERK)
    assert (result.removed, result.restored, result.conflicts) == (11, 1, [])
    assert digest(session) == before
    reasons = session.scalars(
        text("SELECT count(*) FROM history_entries WHERE reason = 'import undone'")
    ).all()
    assert reasons == [12]


def test_undoing_twice_and_undoing_nothing_are_refused(session, tmp_path):
    report = take_in(session, tmp_path)
    undo(session, report.import_id, actor=CLERK)
    with pytest.raises(Refused, match="undone already"):
        undo(session, report.import_id, actor=CLERK)
    with pytest.raises(NotFound):
        undo(session, 987_654, actor=CLERK)


def test_what_was_edited_since_is_kept_and_listed(session, tmp_path):
    known = make_organisation(session, "Children First", city=None, country="KE")
    report = take_in(session, tmp_path)
    new = by_name(session, "النور للتقنية")
    now = records_of(session, [known.id])[known.id]
    save_organisations(
        session, [replace(new, city="جدة"), replace(now, street="Moi Avenue 1")], actor=CLERK
    )
    result = undo(session, report.import_id, actor=CLERK)
    assert [(one.kind, one.id) for one in result.conflicts] == [
        ("organisation", known.id),
        ("organisation", new.id),
    ] or {one.id for one in result.conflicts} == {known.id, new.id}
    kept = organisations(session)
    assert {one.name for one in kept} == {"Children First", "النور للتقنية"}
    assert next(one for one in kept if one.id == known.id).city == "Nairobi"
    assert session.scalar(text("SELECT count(*) FROM contacts")) == 0


def test_an_edited_contact_keeps_its_affiliation_and_its_organisation(session, tmp_path):
    report = take_in(session, tmp_path)
    id = session.scalar(text("SELECT id FROM contacts WHERE name = 'Ada Braun'"))
    save_contacts(session, [replace(contacts_of(session, [id])[id], notes="met")], actor=CLERK)
    result = undo(session, report.import_id, actor=CLERK)
    assert [(one.kind, one.name) for one in result.conflicts] == [("contact", "Ada Braun")]
    assert {one.kind for one in result.kept} == {"affiliation", "organisation"}
    assert [one.name for one in organisations(session)] == ["Müller & Söhne GmbH"]


def test_an_affiliation_given_since_keeps_what_it_joins(session, tmp_path):
    report = take_in(session, tmp_path)
    person = make_contact(session, "Later Person")
    there = by_name(session, "Children First")
    make_affiliation(session, organisation=there, contact=person)
    result = undo(session, report.import_id, actor=CLERK)
    assert [(one.kind, one.id) for one in result.kept] == [("organisation", there.id)]
    assert session.scalar(text("SELECT count(*) FROM affiliations")) == 1


def test_blank_cells_never_erase_and_given_cells_change(session, tmp_path):
    known = make_organisation(
        session, "Children First", city="Mombasa", street="Moi Avenue 1", country="KE",
        website="https://childrenfirst.example.org", domains=(Domain("childrenfirst.example.org"),),
    )  # fmt: skip
    report = take_in(session, tmp_path, [ROWS[3]], None)
    assert counts(report) == {"rows": 1, "changed": 1}
    now = records_of(session, [known.id])[known.id]
    assert (now.city, now.street) == ("Nairobi", "Moi Avenue 1")
    assert now.memberships == known.memberships


MESSY = [
    "Y1",
    "Mueller und Soehne Ges.m.b.H.",
    "",
    "Germany",
    "",
    "www.mueller.example.org",
    "",
    "",
    "",
]


def with_category(row):
    return [*row[:2], "company", *row[3:]]


def test_a_probable_duplicate_is_held_back_with_its_contacts(session, tmp_path):
    first = take_in(session, tmp_path, [ROWS[0]], None)
    assert first.import_id
    stored = by_name(session, "Müller & Söhne GmbH")
    before = digest(session)
    people = [["C1", "Y1", "Eva", "Neu", "eva@mueller.example.org", "", "Press officer"]]
    report = take_in(session, tmp_path, [with_category(MESSY)], people)
    organisation, contact = report.verdicts
    assert organisation.verdict is Verdict.DUPLICATE
    assert organisation.match == stored.id
    assert 0.6 <= organisation.score < 1
    assert "same web domain" in organisation.reason
    assert (contact.verdict, contact.is_held) == (Verdict.NEW, True)
    assert "row 2" in contact.reason
    assert digest(session) == before


def test_a_probable_duplicate_can_be_taken_into_its_match(session, tmp_path):
    take_in(session, tmp_path, [[*ROWS[0][:4], "", *ROWS[0][5:]]], None)
    row = [*with_category(MESSY)[:4], "Köln", *MESSY[5:]]
    people = [["C1", "Y1", "Eva", "Neu", "eva@mueller.example.org", "", "Press officer"]]
    take_in(session, tmp_path, [row], people, duplicates=Duplicates.TAKE)
    (stored,) = organisations(session)
    assert (stored.name, stored.city) == ("Müller & Söhne GmbH", "Köln")
    assert session.scalar(text("SELECT organisation_id FROM affiliations")) == stored.id


def test_a_probable_duplicate_can_be_kept_as_a_record_of_its_own(session, tmp_path):
    take_in(session, tmp_path, [ROWS[0]], None)
    take_in(session, tmp_path, [with_category(MESSY)], None, duplicates=Duplicates.KEEP)
    assert len(organisations(session)) == 2


def test_a_decision_overrules_the_policy_for_its_row(session, tmp_path):
    take_in(session, tmp_path, [ROWS[0]], None)
    stored = by_name(session, "Müller & Söhne GmbH")
    decisions = {("orgs.csv", 2): Decision(Verdict.CHANGED, stored.id)}
    take_in(session, tmp_path, [with_category(MESSY)], None, decisions=decisions)
    assert [one.name for one in organisations(session)] == ["Mueller und Soehne Ges.m.b.H."]


def test_a_row_that_repeats_another_of_the_file_is_a_duplicate(session, tmp_path):
    report = take_in(session, tmp_path, [ROWS[0], with_category(MESSY)], None)
    assert [one.verdict for one in report.verdicts] == [Verdict.NEW, Verdict.DUPLICATE]
    assert report.verdicts[1].match is None
    assert report.verdicts[1].reason.startswith("row 2 of this file")
    assert len(organisations(session)) == 1


def test_errors_store_nothing_unless_the_good_rows_are_asked_for(session, tmp_path):
    rows = [ROWS[0], ["X9", "Bad", "company", "Atlantis", "", "", "", "", ""]]
    people = [*CONTACTS[:1], ["C9", "X9", "A", "B", "", "", ""], ["C8", "X7", "C", "D", "", "", ""]]
    with pytest.raises(Refused, match="nothing was stored"):
        take_in(session, tmp_path, rows, people)
    assert not organisations(session)
    report = take_in(session, tmp_path, rows, people, only_good=True)
    assert counts(report) == {"rows": 5, "new": 2, "error": 3}
    messages = {(one.file, one.fault.row): one.fault.message for one in report.faults}
    assert "Atlantis" in messages["orgs.csv", 3]
    assert "row 3, has an error" in messages["people.csv", 3]
    assert "no organisation “X7”" in messages["people.csv", 4]
    assert len(organisations(session)) == 1


def test_a_new_organisation_needs_a_category_and_a_known_one_does_not(session, tmp_path):
    take_in(session, tmp_path, [ROWS[3]], None)
    headings = ["Name", "Country", "City"]
    rows = [["Children First", "Kenya", "Nairobi"], ["Unknown", "Kenya", ""]]
    main = Source(write_csv(tmp_path / "f.csv", [headings, *rows]))
    report = stage(session, main).report
    assert [one.fault.row for one in report.faults] == [3]
    assert "category is missing" in report.faults[0].fault.message


def test_one_sheet_may_hold_organisations_contacts_and_roles(session, tmp_path):
    rows = [
        ["Organisation", "Category", "Country", "First name", "Last name", "E-mail", "Role"],
        ["Home Office", "ministry", "UK", "Ann", "Lee", "ann@home.example.org", "Deputy"],
        ["Home Office", "ministry", "UK", "Bob", "Ray", "bob@home.example.org", "Signatory"],
        ["Rights Watch", "ngo", "Kenya", "", "", "", ""],
    ]
    path = write_xlsx(tmp_path / "f.xlsx", {"All": rows})
    report = apply(session, stage(session, Source(path)), actor=CLERK)
    assert counts(report)["rows"] == 3
    roles = session.execute(
        text(
            "SELECT o.name, c.name, a.role FROM affiliations a JOIN contacts c ON c.id ="
            " a.contact_id JOIN organisations o ON o.id = a.organisation_id ORDER BY c.name"
        )
    ).all()
    assert [tuple(row) for row in roles] == [
        ("Home Office", "Ann Lee", "deputy"),
        ("Home Office", "Bob Ray", "signatory"),
    ]
    assert by_name(session, "Home Office").body_kind == "ministry"


def test_a_sheet_called_contacts_is_taken_with_the_organisations(session, tmp_path):
    sheets = {"Members": [HEADINGS, *ROWS], "Contacts": [CONTACT_HEADINGS, *CONTACTS]}
    path = write_xlsx(tmp_path / "f.xlsx", sheets)
    assert counts(stage(session, Source(path)).report) == {"rows": 8, "new": 8}


def test_one_person_may_work_for_two_organisations(session, tmp_path):
    people = [CONTACTS[0], ["C9", "X4", *CONTACTS[0][2:]]]
    take_in(session, tmp_path, ROWS, people)
    assert session.scalar(text("SELECT count(*) FROM contacts")) == 1
    assert session.scalar(text("SELECT count(*) FROM affiliations")) == 2


def test_a_known_contact_is_updated_and_gets_the_new_affiliation(session, tmp_path):
    there = make_organisation(session, "Children First", country="KE")
    person = make_contact(
        session, "Wanjiru Otieno", addresses=(Address("w@childrenfirst.example.org"),)
    )
    (kept,) = save_affiliations(
        session, [AffiliationRecord(person.id, there.id, "deputy", job_title="Aide")], actor=CLERK
    )
    report = take_in(session, tmp_path, [ROWS[3]], [CONTACTS[3]])
    assert report.verdicts[1].match == person.id
    assert affiliations_of(session, [kept])[kept].job_title == "Manager"
    assert session.scalar(text("SELECT count(*) FROM contacts")) == 1


def test_parents_are_found_by_reference_or_name_wherever_they_stand(session, tmp_path):
    headings = ["ref", "Name", "Category", "Country", "Parent"]
    rows = [
        ["1", "Ministry of Justice", "ministry", "Kenya", "2"],
        ["2", "Republic of Kenya", "state", "Kenya", ""],
        ["3", "Prison Service", "government agency", "Kenya", "Ministry of Justice"],
    ]
    report = take_in(session, tmp_path, rows, None, headings=headings)
    assert not report.faults
    named = {one.name: one for one in organisations(session)}
    assert named["Ministry of Justice"].parent_id == named["Republic of Kenya"].id
    assert named["Prison Service"].parent_id == named["Ministry of Justice"].id
    before = undo(session, report.import_id, actor=CLERK)
    assert before.removed == 3
    assert not organisations(session)


def test_a_reference_is_remembered_for_the_next_file_of_the_same_headings(session, tmp_path):
    take_in(session, tmp_path, [ROWS[0]], None)
    row = ["X1", "Müller und Söhne AG", *ROWS[0][2:5], "", "", "", ""]
    report = take_in(session, tmp_path, [row], None)
    assert counts(report) == {"rows": 1, "changed": 1}
    assert [one.name for one in organisations(session)] == ["Müller und Söhne AG"]


def test_a_number_in_the_file_is_the_directorys_only_where_the_name_agrees(session, tmp_path):
    stored = make_organisation(session, "Children First", country="KE", city="Mombasa")
    headings = ["id", "Name", "Category", "Country", "City"]
    other = [[str(stored.id), "Wholly Different Ltd", "company", "France", "Lyon"]]
    assert counts(take_in(session, tmp_path, other, None, headings=headings)) == {
        "rows": 1,
        "new": 1,
    }
    renamed = [[str(stored.id), "Children first!", "ngo", "Kenya", "Kisumu"]]
    report = take_in(session, tmp_path, renamed, None, headings=headings)
    assert counts(report) == {"rows": 1, "changed": 1}
    assert records_of(session, [stored.id])[stored.id].city == "Kisumu"


def test_a_mapping_is_remembered_by_the_headings(session, tmp_path):
    headings = ["Wer", "Art", "Wo"]
    rows = [["Kinderhilfe", "Verein", "Germany"]]
    mapping = {
        "columns": {
            "Wer": "name",
            "Art": {"field": "category", "values": {"Verein": "ngo"}},
            "Wo": "country",
        }
    }
    take_in(session, tmp_path, rows, None, headings=headings, mapping=mapping)
    report = take_in(session, tmp_path, rows, None, headings=headings)
    assert counts(report) == {"rows": 1, "same": 1}


def test_an_exact_repetition_is_certain_though_namesakes_live_elsewhere(session, tmp_path):
    rows = [
        ["1", "Hope", "ngo", "Kenya", "Nairobi", "hope.example.org", "", "", ""],
        ["2", "Hope", "ngo", "Peru", "Lima", "hope.example.net", "", "", ""],
    ]
    assert counts(take_in(session, tmp_path, rows, None)) == {"rows": 2, "new": 2}
    assert counts(take_in(session, tmp_path, rows, None)) == {"rows": 2, "same": 2}


def test_a_file_without_a_name_column_is_refused(session, tmp_path):
    path = write_csv(tmp_path / "f.csv", [["Colour", "Size"], ["red", "9"]])
    with pytest.raises(BadInput, match="organisation's name"):
        stage(session, Source(path))

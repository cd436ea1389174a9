"""Cells become values, or errors that name row, column and remedy."""

from datetime import date

import pytest

from alliance.core.errors import BadInput
from alliance.directory.rules.records import Identifier, NameKind, Precision
from alliance.imports.fields import Subject
from alliance.imports.headings import known_contact_headings, known_organisation_headings
from alliance.imports.mapping import choose_mapping, read_mapping
from alliance.imports.reading import read_table
from alliance.imports.rows.checking import check_rows
from alliance.imports.rows.dates import Order, UnclearDay, order_of, read_day
from tests.imports.builders import write_csv
from tests.imports.lists import reference_lists


def checked(tmp_path, rows, subject=Subject.ORGANISATION, mapping=None):
    is_main = subject is Subject.ORGANISATION
    recognise = known_organisation_headings if is_main else known_contact_headings
    table = read_table(write_csv(tmp_path / "f.csv", rows), recognise=recognise)
    lists = reference_lists()
    chosen = choose_mapping(table.headers, subject, told=mapping, schemes=lists.schemes.by_spelling)
    return check_rows(table, chosen, lists, subject)


BAD_CELLS = [
    ("Name", "", "name is missing"),
    ("Name", "x" * 5000, "5000 characters; shorten"),
    ("Name", "=HYPERLINK(1)", "run as a formula"),
    ("Name", "+Plus", "run as a formula"),
    ("Name", "-Minus", "run as a formula"),
    ("Name", "@At", "run as a formula"),
    ("Name", "＝Wide", "run as a formula"),
    ("Name", "Bell\x07", "control character"),
    ("Name", "Turn\u202e", "direction of writing"),
    ("Name", "\u200b\u200b", "invisible"),
    ("Name", "12345", "columns have been shifted"),
    ("Name", "info@example.org", "columns have been shifted"),
    ("Category", "Goverment", "Did you mean “Government”"),
    ("Category", "sausages", "not in the list of categories"),
    ("Country", "Ethopia", "Did you mean “Ethiopia”"),
    ("Country", "Atlantis", "not in the list of countries"),
    ("Sector", "Educaton", "Did you mean"),
    ("E-mail", "a@example.org; b@example.org", "Two addresses"),
    ("E-mail", "nobody", "like name@example.org"),
    ("Website", "javascript:alert(1)", "web address"),
    ("Website", "gmail.com", "free-mail"),
    ("Website", "https://a.org https://b.org", "Two addresses"),
    ("Phone", "call me", "no telephone number"),
    ("Phone", "+44 20 7946 0000; +44 20 7946 0001", "more than one"),
    ("Member since", "03/04/2024", "2024-04-03 or 2024-03-04"),
    ("Member since", "2024-02-30", "There is no day"),
    ("Member since", "31.02.2024", "There is no day"),
    ("Member since", "3/4/24", "two digits"),
    ("Member since", "yesterday", "Write it as YYYY-MM-DD"),
    ("Member since", "0204", "cannot be right"),
    ("Member until", "2019", "whole date"),
    ("LEI", "213800WSGIIZCXF1P573", "check digits"),
    ("Listed", "perhaps", "neither yes nor no"),
    ("City", "#REF!", "spreadsheet error"),
]


@pytest.mark.parametrize(("column", "text", "words"), BAD_CELLS)
def test_a_bad_cell_is_an_error_with_row_column_and_remedy(tmp_path, column, text, words):
    headings = list(dict.fromkeys(["Name", "Category", column]))
    cells = {"Name": "Good name", "Category": "company", column: text}
    rows = [headings, ["First", "company", ""][: len(headings)], [cells[one] for one in headings]]
    found, faults = checked(tmp_path, rows)
    assert [(fault.row, fault.column) for fault in faults] == [(3, column)]
    assert words in faults[0].message
    assert [row.number for row in found.organisations] == [2]


def test_every_error_of_a_row_is_named(tmp_path):
    rows = [["Name", "Category", "Country"], ["=1", "x", "y"]]
    _, faults = checked(tmp_path, rows)
    assert [fault.column for fault in faults] == ["Name", "Category", "Country"]


def test_labels_are_understood_in_many_languages(tmp_path):
    rows = [
        ["Name", "Category", "Country", "Sector"],
        ["A", "NGO", "Côte d’Ivoire", "Education; Health"],
        ["B", "Governments", "الأردن", ""],
        ["C", "university", "DEU", "energy"],
        ["D", "private sector", "Ivory Coast", ""],
    ]
    found, faults = checked(tmp_path, rows)
    assert not faults
    assert [row.plain["country"] for row in found.organisations] == ["CI", "JO", "DE", "CI"]
    assert [row.plain["category"] for row in found.organisations[:2]] == [
        "civil_society",
        "government",
    ]
    assert len(found.organisations[0].sectors) == 2


def test_a_whole_row_is_read(tmp_path):
    rows = [
        ["Name", "Category", "Acronym", "Name (Arabic)", "LEI", "Website", "Member since",
         "Member until", "Reason", "Notes", "Public"],
        ["Museum", "company", "MoMA; TM", "المتحف", "213800wsgiizcxf1p572",
         "www.museum.example.org",
         "March 2019", "2024-01-31", "moved", "two\nlines", "no"],
    ]  # fmt: skip
    found, faults = checked(tmp_path, rows)
    assert not faults
    (row,) = found.organisations
    assert [(name.kind, name.text, name.language) for name in row.names] == [
        (NameKind.ACRONYM, "MoMA", None),
        (NameKind.ACRONYM, "TM", None),
        (NameKind.TRANSLATION, "المتحف", "ar"),
    ]
    assert row.identifiers == (Identifier("lei", "213800WSGIIZCXF1P572"),)
    assert row.domains == ("museum.example.org",)
    assert (row.joined.on, row.joined.precision) == (date(2019, 3, 1), Precision.MONTH)
    assert (row.ended_on, row.end_reason) == (date(2024, 1, 31), "moved")
    assert row.plain["notes"] == "two\nlines"
    assert row.plain["is_listed"] is False


def test_first_and_last_name_make_one_name_in_its_own_script(tmp_path):
    rows = [
        ["Organisation ref", "First name", "Last name", "E-mail", "Email 2", "Role"],
        ["1", "Ada", "Lovelace", "Ada@Example.org", "ada@example.net", "Primary contact"],
        ["1", "伟", "王", "", "", ""],
        ["1", "محمد", "الحسن", "", "", ""],
    ]
    found, faults = checked(tmp_path, rows, Subject.CONTACT)
    assert not faults
    assert [row.name for row in found.contacts] == ["Ada Lovelace", "王伟", "محمد الحسن"]
    assert found.contacts[0].emails == ("ada@example.org", "ada@example.net")
    assert found.contacts[0].role == "primary_contact"


@pytest.mark.parametrize(
    ("text", "on", "precision"),
    [
        ("2012-12-05", date(2012, 12, 5), Precision.DAY),
        ("5 December 2012", date(2012, 12, 5), Precision.DAY),
        ("December 5, 2012", date(2012, 12, 5), Precision.DAY),
        ("5 de diciembre de 2012", date(2012, 12, 5), Precision.DAY),
        ("5. Dezember 2012", date(2012, 12, 5), Precision.DAY),
        ("٥ ديسمبر ٢٠١٢", date(2012, 12, 5), Precision.DAY),
        ("2012年12月5日", date(2012, 12, 5), Precision.DAY),
        ("05.12.2012", date(2012, 12, 5), Precision.DAY),
        ("25/12/2012", date(2012, 12, 25), Precision.DAY),
        ("12/25/2012", date(2012, 12, 25), Precision.DAY),
        ("04/04/2012", date(2012, 4, 4), Precision.DAY),
        ("2020-07", date(2020, 7, 1), Precision.MONTH),
        ("07/2020", date(2020, 7, 1), Precision.MONTH),
        ("2017", date(2017, 1, 1), Precision.YEAR),
        ("2022-2023", date(2022, 1, 1), Precision.YEAR),
        ("2022–23", date(2022, 1, 1), Precision.YEAR),
    ],
)
def test_days_are_read_as_people_write_them(text, on, precision):
    day = read_day(text)
    assert (day.on, day.precision) == (on, precision)


def test_a_column_decides_which_number_is_the_day():
    assert order_of(["03/04/2024", "25/04/2024"]) is Order.DAY
    assert order_of(["03/04/2024", "04/25/2024"]) is Order.MONTH
    assert order_of(["03/04/2024", "25/04/2024", "04/25/2024"]) is Order.UNKNOWN
    assert read_day("03/04/2024", Order.DAY).on == date(2024, 4, 3)
    with pytest.raises(UnclearDay, match="3 April 2024 or 4 March 2024"):
        read_day("03/04/2024")


def test_a_mapping_file_renames_translates_and_defaults(tmp_path):
    mapping = read_mapping(
        '{"columns": {"Wer": "name",'
        ' "seit": {"field": "joined_on", "values": {"ja": "2012-12-05"}},'
        ' "Art": {"field": "category", "values": {"Staat": "government"}}, "City": null}}'
    )
    rows = [["Wer", "seit", "Art", "City"], ["Albania", "JA", "Staat", "=x"]]
    found, faults = checked(tmp_path, rows, mapping=mapping)
    assert not faults
    (row,) = found.organisations
    assert (row.joined.on, row.plain) == (date(2012, 12, 5), {"category": "government"})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be an object"),
        ('{"columns": {"A": "nam"}}', "Did you mean “name”"),
        ('{"columns": {"A": {"field": "name", "values": 1}}}', "must be an object"),
    ],
)
def test_a_wrong_mapping_file_is_refused_with_words(text, words):
    with pytest.raises(BadInput, match=words):
        read_mapping(text)


def test_headings_that_help_nobody_are_refused():
    with pytest.raises(BadInput, match="No column gives the organisation's name"):
        choose_mapping(["A", "B"], Subject.ORGANISATION)
    with pytest.raises(BadInput, match="Two columns are called"):
        choose_mapping(["Name", "name"], Subject.ORGANISATION)
    with pytest.raises(BadInput, match="for which organisation"):
        choose_mapping(["Name", "E-mail"], Subject.CONTACT)


def test_columns_that_mean_nothing_are_reported():
    mapping = choose_mapping(["Name", "Shoe size"], Subject.ORGANISATION)
    assert mapping.unused == ("Shoe size",)


def test_in_one_sheet_what_follows_the_person_is_the_persons():
    headings = ["Organisation", "E-mail", "First name", "Last name", "Phone"]
    mapping = choose_mapping(headings, Subject.ORGANISATION)
    assert mapping.columns["E-mail"].field == "email"
    assert mapping.columns["Phone"].field == "contact_phone"


def test_an_export_from_which_columns_were_deleted_is_still_known_as_one():
    headers = [
        "id",
        "name",
        "name_language",
        "category",
        "body_kind",
        "country",
        "countries",
        "city",
        "website",
        "description",
        "sectors",
        "acronym",
        "other_names",
        "member_since",
        "member_since_at_latest",
        "address",
    ]
    columns = choose_mapping(headers, Subject.ORGANISATION).columns
    assert "address" not in columns, "the address of a page is no street"
    assert columns["member_since_at_latest"].field == "is_at_latest"

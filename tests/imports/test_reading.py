"""Files are read exactly or refused with words."""

import zipfile

import pytest

from alliance.core.errors import BadInput
from alliance.imports.headings import known_organisation_headings
from alliance.imports.reading import read_table
from tests.imports.builders import csv_text, sheet_xml, write_csv, write_ods, write_xlsx

HEADINGS = ["Name", "Category", "City", "Notes"]
SCRIPTS = {
    "west": [["Müller & Söhne GmbH", "company", "Köln", "Straße, größer; als | sonst"],
             ["Société Générale d’Été", "company", "Besançon", "à côté"],
             ["Fundación Niñez", "ngo", "A Coruña", "¿Qué más? Señor Muñoz, Málaga"],
             ["Associação São João", "ngo", "São Paulo", "proteção às crianças"]],
    "arabic": [["النور للتقنية", "company", "الرياض", "شركة حماية الأطفال على الإنترنت"],
               ["منظمة السلام", "ngo", "القاهرة", "المملكة العربية السعودية"]],
    "cyrillic": [["Министерство внутренних дел", "government", "Москва", "Российская Федерация"],
                 ["Детский фонд", "ngo", "Алматы", "защита детей в интернете"]],
    "central": [["Świętosława Łuczak", "ngo", "Gdańsk", "Stowarzyszenie, Łódź, Wrocław"],
                ["Růžička", "company", "Plzeň", "České Budějovice, Ústí nad Labem, Dvořák"]],
    "han": [["上海华信科技有限公司", "company", "上海", "儿童保护"]],
}  # fmt: skip
LEGIBLE = {
    "utf-8": SCRIPTS, "utf-8-sig": SCRIPTS, "utf-16": SCRIPTS, "utf-16-le": ["west"],
    "utf-32": SCRIPTS, "cp1252": ["west"], "mac_roman": ["west"], "cp1256": ["arabic"],
    "cp1251": ["cyrillic"], "koi8_u": ["cyrillic"], "cp1250": ["central"], "iso8859_2": ["central"],
    "gb18030": ["han"], "big5": ["arabic"],
}  # fmt: skip


def read(path, **options):
    return read_table(path, recognise=known_organisation_headings, **options)


def read_or_refused(path):
    try:
        return [list(record.cells) for record in read(path).records]
    except BadInput:
        return None


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", LEGIBLE)
def test_a_text_file_is_read_exactly_or_refused(tmp_path, encoding, delimiter, newline):
    for script in LEGIBLE[encoding]:
        rows = SCRIPTS[script]
        text = csv_text([HEADINGS, *rows], delimiter=delimiter, newline=newline)
        (tmp_path / "f.csv").write_bytes(text.encode(encoding, "ignore"))
        exact = text.encode(encoding, "ignore").decode(encoding) == text
        cells = read_or_refused(tmp_path / "f.csv")
        assert cells is not None or not encoding.startswith("utf")
        if exact and cells is not None:
            assert cells == rows


@pytest.mark.parametrize(
    ("encoding", "script"),
    [("cp1252", "west"), ("cp1256", "arabic"), ("cp1251", "cyrillic"), ("cp1250", "central")],
)
def test_the_usual_older_encodings_are_recognised(tmp_path, encoding, script):
    rows = [HEADINGS, *SCRIPTS[script]]
    table = read(write_csv(tmp_path / "f.csv", rows, encoding=encoding, delimiter=";"))
    assert [list(record.cells) for record in table.records] == SCRIPTS[script]


def test_an_unclear_encoding_is_refused_and_can_be_told(tmp_path):
    path = tmp_path / "f.csv"
    path.write_bytes("Name,City\r\nGöx,Bxü\r\n".encode("cp1252"))
    with pytest.raises(BadInput, match="CSV UTF-8"):
        read(path)
    assert read(path, encoding="windows-1252").records[0].cells == ("Göx", "Bxü")


def test_rows_are_counted_as_records_though_cells_span_lines(tmp_path):
    rows = [HEADINGS, ["One", "", "", "line 1\nline 2\n\nline 4"], ["Two", "", "", ""]]
    table = read(write_csv(tmp_path / "f.csv", rows))
    assert [(record.number, record.cells[0]) for record in table.records] == [
        (2, "One"),
        (3, "Two"),
    ]
    assert table.records[0].cells[3] == "line 1\nline 2\n\nline 4"


def test_the_headings_are_found_below_a_title(tmp_path):
    rows = [["Members 2024"], [], HEADINGS, ["One", "ngo", "Oslo", ""]]
    table = read(write_xlsx(tmp_path / "f.xlsx", {"Sheet1": rows}))
    assert table.headers == tuple(HEADINGS)
    assert table.records[0].number == 2


@pytest.mark.parametrize("cells", [["One", "ngo", "Oslo"], ["One", "ngo", "Oslo", "", "more"]])
def test_a_row_with_too_few_or_too_many_cells_is_an_error(tmp_path, cells):
    table = read(write_csv(tmp_path / "f.csv", [HEADINGS, ["A", "ngo", "", ""], cells]))
    (fault,) = table.faults
    assert fault.row == 3
    assert "quotation marks" in fault.message


def test_a_quotation_mark_that_is_not_closed_names_its_row(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text('Name,City\nA,B\n"C,D\nE,F\n')
    with pytest.raises(BadInput, match="Row 3: a quotation mark is opened and not closed"):
        read(path)


def test_workbooks_give_the_same_table_as_text(tmp_path):
    rows = [HEADINGS, *SCRIPTS["arabic"], *SCRIPTS["han"]]
    for table in (
        read(write_xlsx(tmp_path / "f.xlsx", {"Sheet1": rows})),
        read(write_ods(tmp_path / "f.ods", rows)),
    ):
        assert [list(record.cells) for record in table.records] == rows[1:]


def test_a_sheet_is_chosen_by_name_and_a_wrong_name_lists_what_there_is(tmp_path):
    path = write_xlsx(
        tmp_path / "f.xlsx", {"First": [HEADINGS, ["A", "", "", ""]], "Second": [HEADINGS, ["B"]]}
    )
    assert read(path, sheet="second").records[0].cells[0] == "B"
    with pytest.raises(BadInput, match="“First”, “Second”"):
        read(path, sheet="Third")


def test_formulas_are_errors_that_name_the_cell(tmp_path):
    table = read(write_xlsx(tmp_path / "f.xlsx", {"S": [HEADINGS, ["A", "ngo", "=B1", ""]]}))
    assert [(fault.row, fault.column) for fault in table.faults] == [(2, "City")]
    assert "paste it as values" in table.faults[0].message
    table = read(write_ods(tmp_path / "f.ods", [HEADINGS, ["A", "", "", ""]], formula="of:=1+1"))
    assert [(fault.row, fault.column) for fault in table.faults] == [(3, "Name")]


def with_sheet(path, xml):
    write_xlsx(path, {"S": [HEADINGS]})
    copied = {}
    with zipfile.ZipFile(path) as old:
        copied = {name: old.read(name) for name in old.namelist()}
    copied["xl/worksheets/sheet1.xml"] = xml.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in copied.items():
            new.writestr(name, data)
    return path


def bombs(folder):
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield with_sheet(folder / "far.xlsx", sheet_xml([HEADINGS, ["A"]], more=far))
    wide = '<row r="3"><c r="XFD3"><v>1</v></c></row>'
    yield with_sheet(folder / "wide.xlsx", sheet_xml([HEADINGS, ["A"]], more=wide))
    entities = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sheet_xml([["&b;"]])
    yield with_sheet(folder / "entities.xlsx", entities)
    yield with_sheet(folder / "packed.xlsx", sheet_xml([HEADINGS]) + " " * 40_000_000)
    repeated = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell'
        ' table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )
    yield write_ods(folder / "repeated.ods", [HEADINGS], tail=repeated)
    with zipfile.ZipFile(folder / "many.xlsx", "w") as out:
        for number in range(600):
            out.writestr(f"xl/part{number}.xml", "x")
    yield folder / "many.xlsx"
    with (folder / "large.csv").open("wb") as out:
        out.truncate(100 * 1024 * 1024)
    yield folder / "large.csv"


def test_bombs_are_refused_before_they_are_unpacked(tmp_path):
    for path in bombs(tmp_path):
        with pytest.raises(BadInput) as refused:
            read(path)
        assert refused.value.message.endswith((".", "!"))


@pytest.mark.parametrize(
    "more",
    [
        '<row r="99999"><c r="GR99999"><v>1</v></c></row>',
        '<row r="3"><c r="ZZZZZZZZZZ3"><v>1</v></c></row>',
        '<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>',
        "<row r='3'><c r='XFD1048576'><v>1</v></c></row>",
        '<row r="3"><c r="&#88;FD1048576"><v>1</v></c></row>',
        '<row r="3"><c r = "XFD1048576" ><v>1</v></c></row>',
        f'<row r="3">{"<c><v>1</v></c>" * 201}</row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="3"><c r="A3"><v>1</v></row>',
    ],
)
def test_a_cell_at_the_end_of_the_world_is_refused_however_it_is_written(tmp_path, more):
    path = with_sheet(tmp_path / "f.xlsx", sheet_xml([["Name"], ["A"]], more=more))
    with pytest.raises(BadInput):
        read(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_spreadsheet_with_two_parts_of_one_name_is_refused(tmp_path):
    path = write_xlsx(tmp_path / "f.xlsx", {"S": [["Name"], ["A"]]})
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("xl/worksheets/sheet1.xml", sheet_xml([["Name"], ["B"]]))
    with pytest.raises(BadInput, match="damaged"):
        read(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save it as .xlsx"),
        (b"PK\x03\x04 not really", "damaged"),
        (b"\x00\x01\x02\x03" * 50, "not a text file"),
        (b"Name,City\n", "no rows"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(tmp_path, data, words):
    (tmp_path / "f.csv").write_bytes(data)
    with pytest.raises(BadInput, match=words):
        read(tmp_path / "f.csv")

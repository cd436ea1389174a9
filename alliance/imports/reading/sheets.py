"""What a look at the XML of a sheet tells before a library builds it in memory.

A sheet with two cells at opposite corners is small in the file and enormous in memory, so its
extent is read from the XML. Formulas are found here too, because libraries hand out only their
last result.
"""

import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, XMLPullParser

from alliance.core.errors import BadInput
from alliance.imports.reading.limits import check_columns, check_rows
from alliance.imports.reading.table import Fault

_CHUNK = 1 << 16
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,8})"[^>]*>(\s*<(?:\w+:)?f\b)?')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,8})"')
_MOST_FORMULAS = 50
_FORMULA = (
    "This cell holds a formula. Copy the column and paste it as values, so that what is imported"
    " is what"
    " you see."
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def look_over_xlsx(archive: zipfile.ZipFile, sheet: str) -> list[Fault]:
    """Formulas of a sheet, as faults by zero-based column. Raises BadInput when it is too large."""
    part = _part_of(archive, sheet)
    faults: list[Fault] = []
    for letters, digits, formula in _cells(archive, part):
        row, column = int(digits), _column(letters)
        check_rows(row - 1)
        check_columns(column + 1)
        if formula and len(faults) < _MOST_FORMULAS:
            faults.append(Fault(row, str(column), _FORMULA))
    return faults


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    rest = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise BadInput("The spreadsheet declares entities, which no office program writes.")
            text = rest + chunk
            cut = text.rfind(b"<c ", 0, -200)
            cut = len(text) if cut < 0 else cut
            for row in _ROW.finditer(text, 0, cut):
                check_rows(int(row[1]) - 1)
            for cell in _CELL.finditer(text, 0, cut):
                yield cell[1], cell[2], cell[3] or b""
            rest = text[cut:][-1_000_000:]
    for cell in _CELL.finditer(rest):
        yield cell[1], cell[2], cell[3] or b""


def _column(letters: bytes) -> int:
    at = 0
    for letter in letters:
        at = at * 26 + letter - 64
    return at - 1


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The path of the XML of a sheet by its name."""
    relations = {
        one.get("Id"): one.get("Target", "")
        for one in _elements(archive, "xl/_rels/workbook.xml.rels")
        if one.tag.endswith("}Relationship")
    }
    for one in _elements(archive, "xl/workbook.xml"):
        if one.tag.endswith("}sheet") and one.get("name") == sheet:
            target = relations[one.get(_RELATION)]
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError(sheet)


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[Element]:
    """The elements of a part as they end, without ever expanding an entity."""
    for event, element in _events(archive, part):
        if event == "end":
            yield element


def _events(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Element]]:
    """Starts and ends of the elements of a part. Raises BadInput where entities are declared."""
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
                raise BadInput("The spreadsheet declares entities, which no office program writes.")
            parser.feed(chunk)
            yield from parser.read_events()  # type: ignore[misc]


def xlsx_sheets(archive: zipfile.ZipFile) -> list[str]:
    """The names of the sheets that are shown, in their order."""
    return [
        one.get("name", "")
        for one in _elements(archive, "xl/workbook.xml")
        if one.tag.endswith("}sheet") and one.get("state", "visible") == "visible"
    ]


def look_over_ods(archive: zipfile.ZipFile) -> dict[str, list[Fault]]:
    """The sheets by name, each with its formulas as faults. Raises BadInput when one is too
    large.
    """
    faults: dict[str, list[Fault]] = {}
    name = ""
    row = column = 0
    for event, element in _events(archive, "content.xml"):
        if event == "start" and element.tag == _TABLE + "table":
            name = element.get(_TABLE + "name", "")
            faults[name], row = [], 0
        elif event == "start" and element.tag == _TABLE + "table-row":
            column = 0
        elif event == "end" and element.tag == _TABLE + "table-cell":
            column = _after_cell(element, row, column, faults[name])
        elif event == "end" and element.tag == _TABLE + "table-row":
            row = _after_row(element, row)
            element.clear()
    return faults


def _after_cell(cell: Element, row: int, column: int, faults: list[Fault]) -> int:
    repeated = int(cell.get(_TABLE + "number-columns-repeated", "1"))
    is_filled = cell.get(_OFFICE + "value-type") is not None or len(cell) > 0
    if is_filled:
        check_columns(column + repeated)
    if cell.get(_TABLE + "formula") is not None and len(faults) < _MOST_FORMULAS:
        faults.append(Fault(row + 1, str(column), _FORMULA))
    return column + repeated


def _after_row(row: Element, above: int) -> int:
    repeated = int(row.get(_TABLE + "number-rows-repeated", "1"))
    is_filled = any(len(cell) or cell.get(_OFFICE + "value-type") for cell in row)
    if is_filled:
        check_rows(above + repeated - 1)
    return above + repeated

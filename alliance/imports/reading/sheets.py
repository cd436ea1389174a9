"""What a look at the XML of a sheet tells before a library builds it in memory.

A sheet with two cells at opposite corners is small in the file and enormous in memory, so its
extent is read from the XML. Formulas are found here too, because libraries hand out only their
last result.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import NoReturn
from xml.etree.ElementTree import Element, XMLPullParser
from xml.parsers.expat import ExpatError, ParserCreate

from alliance.core.errors import BadInput
from alliance.imports.reading.limits import check_cells, check_columns, check_rows
from alliance.imports.reading.table import Fault

_CHUNK = 1 << 16
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,8})")
_MOST_FORMULAS = 50
_FORMULA = (
    "This cell holds a formula. Copy the column and paste it as values, so that what is imported is"
    " what you see."
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def look_over_xlsx(archive: zipfile.ZipFile, sheet: str) -> list[Fault]:
    """Formulas of a sheet, as faults by zero-based column. Raises BadInput when it is too large."""
    extent = _Extent()
    parser = ParserCreate()
    parser.StartElementHandler = extent.enter
    parser.StartDoctypeDeclHandler = _refuse_entities
    with archive.open(_part_of(archive, sheet)) as file:
        try:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk)
            parser.Parse(b"", True)
        except ExpatError as error:
            raise ValueError("not well-formed") from error
    return extent.faults


class _Extent:
    """How far the cells of a sheet reach, where a library would put them; and its formulas."""

    def __init__(self) -> None:
        self.row, self.column, self.width = 0, -1, 0
        self.faults: list[Fault] = []

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Take in the start of an element. Raises BadInput for a sheet too large, ValueError."""
        tag = tag.rpartition(":")[2]
        if tag == "c":
            self._enter_cell(attributes.get("r"))
        elif tag == "row":
            given = attributes.get("r")
            self.row, self.column = self.row + 1 if given is None else _number(given), -1
            check_rows(self.row - 1)
        elif tag == "f" and self.column >= 0 and len(self.faults) < _MOST_FORMULAS:
            self.faults.append(Fault(self.row, str(self.column), _FORMULA))

    def _enter_cell(self, given: str | None) -> None:
        if given is None:
            self.column += 1
        else:
            found = _REFERENCE.fullmatch(given)
            if found is None:
                raise ValueError(given[:20])
            self.column, self.row = _column(found[1].encode()), int(found[2])
        self.width = max(self.width, self.column + 1)
        check_rows(self.row - 1)
        check_columns(self.width)
        check_cells(self.row, self.width)


def _refuse_entities(*_: object) -> NoReturn:
    raise BadInput("The spreadsheet declares entities, which no office program writes.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < len(text) <= 9):
        raise ValueError(text[:20])
    return int(text)


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
    row = column = width = 0
    for event, element in _events(archive, "content.xml"):
        if event == "start" and element.tag == _TABLE + "table":
            name = element.get(_TABLE + "name", "")
            faults[name], row, width = [], 0, 0
        elif event == "start" and element.tag == _TABLE + "table-row":
            column = 0
        elif event == "end" and element.tag == _TABLE + "table-cell":
            after = _after_cell(element, row, column, faults[name])
            width = max(width, after if _is_filled(element) else 0)
            column = after
        elif event == "end" and element.tag == _TABLE + "table-row":
            row = _after_row(element, row, width)
            element.clear()
    return faults


def _after_cell(cell: Element, row: int, column: int, faults: list[Fault]) -> int:
    repeated = int(cell.get(_TABLE + "number-columns-repeated", "1"))
    if _is_filled(cell):
        check_columns(column + repeated)
    if cell.get(_TABLE + "formula") is not None and len(faults) < _MOST_FORMULAS:
        faults.append(Fault(row + 1, str(column), _FORMULA))
    return column + repeated


def _is_filled(cell: Element) -> bool:
    return cell.get(_OFFICE + "value-type") is not None or len(cell) > 0


def _after_row(row: Element, above: int, width: int) -> int:
    repeated = int(row.get(_TABLE + "number-rows-repeated", "1"))
    if any(map(_is_filled, row)):
        check_rows(above + repeated - 1)
        check_cells(above + repeated, width)
    return above + repeated

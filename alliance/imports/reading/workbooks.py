"""Spreadsheets: XLSX and ODS, looked over in their packing before they are unpacked."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook

from alliance.core.errors import BadInput
from alliance.imports.reading.limits import (
    LARGEST_RATIO,
    LARGEST_UNPACKED,
    LONGEST_CELL,
    MOST_PARTS,
    SMALLEST_SUSPECT,
    TooLarge,
    check_columns,
    check_rows,
    check_size,
)
from alliance.imports.reading.sheets import look_over_ods, look_over_xlsx, xlsx_sheets
from alliance.imports.reading.table import Fault

_DAMAGED = (
    "The file is damaged or not a spreadsheet. Open it, save it as .xlsx or .ods, and try again."
)

_BROKEN = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, CalamineError, NotImplementedError,
    OSError, EOFError, ValueError, KeyError, SyntaxError,
)  # fmt: skip

Cell = float | str | bool | int | time | date | datetime | timedelta


def read_workbook(data: bytes, *, sheet: str | None) -> tuple[str, list[list[str]], list[Fault]]:
    """How it was read in words, the rows of one sheet, and faults by zero-based column.

    Raises BadInput for bombs, damaged files, and when it is not clear which sheet is meant.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            is_ods = _look_over(archive)
            name, faults = _sheet(archive, is_ods, sheet)
        rows = _rows(CalamineWorkbook.from_filelike(io.BytesIO(data)), name, faults)
    except _BROKEN as error:
        raise BadInput(_DAMAGED) from error
    return f"{'ODS' if is_ods else 'XLSX'}, sheet “{name}”", rows, faults


def sheet_names(data: bytes) -> list[str]:
    """The visible sheets of a spreadsheet in their order. Raises BadInput as `read_workbook`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return list(look_over_ods(archive)) if _look_over(archive) else xlsx_sheets(archive)
    except _BROKEN as error:
        raise BadInput(_DAMAGED) from error


def _sheet(archive: zipfile.ZipFile, is_ods: bool, wanted: str | None) -> tuple[str, list[Fault]]:
    if is_ods:
        found = look_over_ods(archive)
        name = _chosen(list(found), wanted)
        return name, found[name]
    name = _chosen(xlsx_sheets(archive), wanted)
    return name, look_over_xlsx(archive, name)


def _look_over(archive: zipfile.ZipFile) -> bool:
    """Refuse what would unpack to too much; True for ODS, False for XLSX."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if len(parts) > MOST_PARTS:
        raise TooLarge("The spreadsheet has too many parts. Copy the table into a new, plain one.")
    check_size(unpacked, LARGEST_UNPACKED)
    if unpacked > SMALLEST_SUSPECT and unpacked / packed > LARGEST_RATIO:
        raise TooLarge(
            "The spreadsheet unpacks to far more than a table of this size holds. Copy the table"
            " into a new file without empty formatted rows, and try again."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise BadInput("The spreadsheet has a password. Save it without one.")
    names = {part.filename for part in parts}
    if len(names) < len(parts):
        # Which of two parts of one name is meant, every program decides for itself.
        raise BadInput(_DAMAGED)
    if "content.xml" in names:
        return True
    if "xl/workbook.xml" in names:
        return False
    raise BadInput(
        "This is a packed file and not a spreadsheet. Unpack it and import the .xlsx, .ods or"
        " .csv in it."
    )


def _chosen(names: Sequence[str], wanted: str | None) -> str:
    if not names:
        raise BadInput("The spreadsheet has no sheet to read.")
    listed = ", ".join(f"“{name}”" for name in names[:20])
    if wanted is None:
        return names[0]
    for name in names:
        if name.casefold() == wanted.casefold():
            return name
    raise BadInput(f"There is no sheet “{wanted}”. The file has {listed}.", field="sheet")


def _rows(workbook: CalamineWorkbook, name: str, faults: list[Fault]) -> list[list[str]]:
    sheet = workbook.get_sheet_by_name(name)
    check_rows(sheet.total_height - 1)
    check_columns(sheet.total_width)
    start = sheet.start or (0, 0)
    values = sheet.to_python(skip_empty_area=True)
    rows: list[list[str]] = [[] for _ in range(start[0])]
    indent = [""] * start[1]
    for number, row in enumerate(values, start=start[0] + 1):
        cells = [*indent, *map(_text, row)]
        for at, cell in enumerate(cells):
            if len(cell) > LONGEST_CELL:
                faults.append(Fault(number, str(at), "This cell is too long; shorten the text."))
                cells[at] = ""
        while cells and not cells[-1]:
            cells.pop()
        rows.append(cells)
    return rows


def _text(value: Cell) -> str:
    """A cell as a person would have typed it: days as YYYY-MM-DD, whole numbers without a point."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    return str(value)

"""From a path to a table: which kind of file it is, by what it holds and not by its name."""

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path

from alliance.core.errors import BadInput
from alliance.imports.reading.delimited import read_delimited
from alliance.imports.reading.limits import (
    LARGEST_PACKED,
    LARGEST_TEXT,
    check_columns,
    check_size,
)
from alliance.imports.reading.table import Fault, Record, Table
from alliance.imports.reading.workbooks import read_workbook

_LOOKS_FOR_HEADINGS = 12
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_OTHER_KINDS = {
    b"%PDF": "a PDF document",
    b"{\\rtf": "a text document",
    b"\x1f\x8b": "a packed file",
    b"7z\xbc\xaf": "a packed file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}

Recognise = Callable[[Sequence[str]], int]
"""Says how many cells of a row are known headings."""


def read_table(
    path: str | PathLike[str],
    *,
    recognise: Recognise,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Table:
    """Read a CSV, XLSX or ODS file. Raises BadInput with words that say what to do.

    `recognise` finds the row of headings below titles; `sheet` chooses among several sheets;
    `encoding` replaces the guess for a CSV file.
    """
    file = Path(path)
    name = shown_name(path)
    try:
        size = file.stat().st_size
    except OSError:
        raise BadInput(f"There is no file “{name}”. Check its name and folder.") from None
    if file.is_dir():
        raise BadInput(f"“{name}” is a folder. Give the file in it.")
    if not size:
        raise BadInput(f"“{name}” is empty. Save the table again and try once more.")
    check_size(size, LARGEST_TEXT)
    return read_bytes(
        file.read_bytes(), name=name, recognise=recognise, sheet=sheet, encoding=encoding
    )


def read_bytes(
    data: bytes,
    *,
    name: str,
    recognise: Recognise,
    sheet: str | None = None,
    encoding: str | None = None,
) -> Table:
    """As `read_table`, for a file that is held in memory; `name` is what people call it."""
    size = len(data)
    if not size:
        raise BadInput(f"“{name}” is empty. Save the table again and try once more.")
    check_size(size, LARGEST_TEXT)
    digest = hashlib.sha256(data).hexdigest()
    if data.startswith(b"PK"):
        check_size(size, LARGEST_PACKED)
        kind, rows, faults = read_workbook(data, sheet=sheet)
    else:
        _refuse_other_kinds(data)
        kind, rows, faults = read_delimited(data, encoding=encoding)
    return _table(name, kind, digest, rows, faults, recognise)


def shown_name(path: str | PathLike[str]) -> str:
    """The file's own name, without folders and without characters that would not print."""
    name = Path(path).name.encode("utf-8", "replace").decode()
    kept = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    return unicodedata.normalize("NFC", kept)[:200] or "file"


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(_OLD_EXCEL):
        raise BadInput(
            "This is an old Excel file (.xls) or one with a password. Open it, save it as .xlsx"
            " without a password, and import that."
        )
    for start, kind in _OTHER_KINDS.items():
        if data.startswith(start):
            raise BadInput(f"This is {kind}, not a table. Save the table as .xlsx, .ods or .csv.")


def _table(
    name: str,
    kind: str,
    digest: str,
    rows: Sequence[Sequence[str]],
    faults: Sequence[Fault],
    recognise: Recognise,
) -> Table:
    at = _row_of_headings(rows, recognise)
    headers = tuple(" ".join(cell.split()) for cell in rows[at])
    while headers and not headers[-1]:
        headers = headers[:-1]
    check_columns(len(headers))
    records: list[Record] = []
    found = [
        Fault(one.row - at, _heading(headers, one.column), one.message)
        for one in faults
        if one.row > at + 1
    ]
    for number, row in enumerate(rows[at + 1 :], start=2):
        if not any(cell and not cell.isspace() for cell in row):
            continue
        if len(row) != len(headers):
            row, fault = _fitted(row, headers, number, is_text=kind.startswith("CSV"))
            found.extend(fault)
        records.append(Record(number, tuple(row)))
    if not records:
        raise BadInput(f"“{name}” has headings but no rows below them. Add the rows and try again.")
    return Table(name, kind, digest, headers, tuple(records), tuple(found))


def _heading(headers: Sequence[str], column: str | None) -> str | None:
    """The heading of a column that is given by its position, as the readers give it."""
    if column is None:
        return None
    at = int(column)
    return headers[at] if at < len(headers) and headers[at] else f"column {at + 1}"


def _fitted(
    row: Sequence[str], headers: Sequence[str], number: int, *, is_text: bool
) -> tuple[Sequence[str], list[Fault]]:
    """The row in the width of the headings, with a fault where its cells cannot be told apart."""
    width = len(headers)
    extra = [cell for cell in row[width:] if cell.strip()]
    if is_text and (extra or len(row) < width):
        more = "more" if extra else "fewer"
        message = (
            f"The row has {len(row)} cells, the headings {width}. With {more} cells than headings"
            " its values stand in the wrong columns: put cells that hold the separator in quotation"
            " marks, and keep empty cells."
        )
        return [*row[:width], *[""] * (width - len(row))], [Fault(number, None, message)]
    if extra:
        message = (
            "A value stands right of the last heading. Give its column a heading, or delete it."
        )
        return row[:width], [Fault(number, None, message)]
    return [*row[:width], *[""] * (width - len(row))], []


def _row_of_headings(rows: Sequence[Sequence[str]], recognise: Recognise) -> int:
    """The row among the first that holds most known headings; the first with text when none
    does.
    """
    candidates = [
        at for at, row in enumerate(rows[:_LOOKS_FOR_HEADINGS]) if any(map(str.strip, row))
    ]
    if not candidates:
        raise BadInput("The sheet is empty. Choose the sheet that holds the table.")
    return max(candidates, key=lambda at: (recognise(rows[at]), -at))

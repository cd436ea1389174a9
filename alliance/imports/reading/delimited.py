"""Text files of separated cells: CSV and its relatives."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from alliance.core.errors import BadInput
from alliance.imports.reading.decoding import decode
from alliance.imports.reading.limits import LONGEST_CELL, check_columns, check_rows
from alliance.imports.reading.table import Fault

_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SAMPLE = 60


def read_delimited(
    data: bytes, *, encoding: str | None = None
) -> tuple[str, list[list[str]], list[Fault]]:
    """How it was read in words, its rows, and faults by zero-based column. Raises BadInput."""
    text, found = decode(data, encoding)
    separator = _guess_separator(text)
    rows: list[list[str]] = []
    faults: list[Fault] = []
    for row in _parsed(text, separator):
        rows.append(row)
        check_rows(len(rows) - 1)
        if len(row) > 40:
            check_columns(len(row))
        if any(len(cell) > LONGEST_CELL for cell in row):
            at = max(range(len(row)), key=lambda position: len(row[position]))
            faults.append(Fault(len(rows), str(at), _too_long(row[at])))
            row[at] = ""
    return f"CSV, {found}, separated by {_SEPARATORS[separator]}", rows, faults


def _too_long(cell: str) -> str:
    return (
        f"This cell has {len(cell):,} characters. A quotation mark is probably missing; close it,"
        " or shorten the text."
    )


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(LONGEST_CELL * 40)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise BadInput(_unreadable(number, str(error))) from None
        if row is None:
            return
        yield row


def _unreadable(row: int, reason: str) -> str:
    if "unexpected end" in reason or "field larger" in reason:
        return (
            f"Row {row}: a quotation mark is opened and not closed, so the rest of the file would"
            " be one cell. Close it, or double it where it is part of the text."
        )
    return (
        f"Row {row}: a quotation mark stands inside a cell. Double it where it is part of the text,"
        " and put the whole cell in quotation marks."
    )


def _guess_separator(text: str) -> str:
    """The separator that cuts the first rows into most columns of one number."""
    return max(_SEPARATORS, key=lambda separator: _regularity(text, separator))


def _regularity(text: str, separator: str) -> tuple[float, int]:
    csv.field_size_limit(LONGEST_CELL * 40)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        widths = [len(row) for row in islice(reader, _SAMPLE) if row]
    except csv.Error:
        return 0.0, 0
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0.0, 0
    width, number = Counter(wide).most_common(1)[0]
    return number / len(widths), width

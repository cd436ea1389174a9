"""Writing records into files: CSV, XLSX, JSON and vCard, as they are read, never all at once."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from xlsxwriter import Workbook

_LINES_A_BLOCK = 200
_BLOCK_BYTES = 256 * 1024
_LONGEST_CELL = 32_767
_MOST_ROWS = 1_048_576
Cells = Iterable[Sequence[str]]


def as_csv(headings: Sequence[str], rows: Cells) -> Iterator[bytes]:
    """Comma-separated values in UTF-8, with the mark by which table programmes know it."""
    yield b"\xef\xbb\xbf" + _lines([headings])
    rows = iter(rows)
    while block := list(islice(rows, _LINES_A_BLOCK)):
        yield _lines(block)


def as_workbook(sheet: str, headings: Sequence[str], rows: Cells) -> Iterator[bytes]:
    """A workbook of one sheet in which every cell is text, so that none is run."""
    # The file is written before the first byte leaves: its index stands at its end.
    with tempfile.TemporaryFile() as file:
        _write_workbook(file, sheet, headings, rows)
        file.seek(0)
        while block := file.read(_BLOCK_BYTES):
            yield block


def as_json(name: str, documents: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """One JSON object that holds all documents under `name`."""
    yield f'{{"{name}":['.encode()
    separator = ""
    documents = iter(documents)
    while block := list(islice(documents, _LINES_A_BLOCK)):
        told = ",\n".join(json.dumps(one, ensure_ascii=False) for one in block)
        yield f"{separator}\n{told}".encode()
        separator = ","
    yield b"\n]}\n"


def as_text(pieces: Iterable[str]) -> Iterator[bytes]:
    """Texts in UTF-8, some hundred at once."""
    pieces = iter(pieces)
    while block := "".join(islice(pieces, _LINES_A_BLOCK)):
        yield block.encode()


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def _write_workbook(file: Any, sheet: str, headings: Sequence[str], rows: Cells) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        page = book.add_worksheet(sheet)
        write: Callable[..., Any] = page.write_string
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for at, heading in enumerate(headings):
            write(0, at, heading, bold)
        for number, row in enumerate(islice(rows, _MOST_ROWS - 1), start=1):
            for at, text in enumerate(row):
                if text:
                    write(number, at, text[:_LONGEST_CELL])

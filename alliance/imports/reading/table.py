"""What every kind of file becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell, or with a whole row where `column` is None."""

    row: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the headings. `number` counts records, the row of headings being 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as text. `digest` is the SHA-256 of the file; `faults` were found while reading it.

    `name` is what people call the file; `kind` says how it was read, in words.
    """

    name: str
    kind: str
    digest: str
    headers: tuple[str, ...]
    records: tuple[Record, ...]
    faults: tuple[Fault, ...] = ()


def corrected(table: Table, more: Sequence[str], fixes: Mapping[int, Mapping[str, str]]) -> Table:
    """The table with further, empty columns `more`, and with cells as a person has corrected them.

    fixes: by the row's number and the column's heading. What was wrong with a corrected cell is
    forgotten.
    """
    if not more and not fixes:
        return table
    headers = (*table.headers, *more)
    places = {header: at for at, header in enumerate(headers)}
    blank = ("",) * len(more)
    records = []
    for record in table.records:
        cells = (*record.cells, *blank)
        if record.number in fixes:
            changed = list(cells)
            for header, text in fixes[record.number].items():
                if header in places:
                    changed[places[header]] = text
            cells = tuple(changed)
        records.append(Record(record.number, cells))
    faults = tuple(
        one
        for one in table.faults
        if one.column is None or one.column not in fixes.get(one.row, ())
    )
    return replace(table, headers=headers, records=tuple(records), faults=faults)

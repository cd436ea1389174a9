"""What every kind of file becomes."""

from dataclasses import dataclass


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

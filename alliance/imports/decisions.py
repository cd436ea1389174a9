"""A file of verdicts that a person has edited, as decisions on single rows."""

from collections.abc import Iterable
from os import PathLike

from alliance.core.errors import BadInput
from alliance.imports.fields import Subject, folded_heading
from alliance.imports.reading import read_table
from alliance.imports.verdicts import Decision, Decisions, Verdict

# As many digits as a number of the database has.
_LONGEST_NUMBER = 18
_COLUMNS = ("file", "row", "verdict", "match")
_WORDS = {
    "new": (Verdict.NEW, False),
    "create": (Verdict.NEW, False),
    "keep": (Verdict.NEW, False),
    "changed": (Verdict.CHANGED, False),
    "update": (Verdict.CHANGED, False),
    "take": (Verdict.CHANGED, True),
    "same": (Verdict.SAME, False),
    "skip": (Verdict.DUPLICATE, False),
}


def read_decisions(path: str | PathLike[str]) -> Decisions:
    """The decisions by file and row. Rows left as `duplicate` or `error` decide nothing.

    `new` creates the row; `changed` takes all it gives into the record `match`, `take` only what
    the record lacks; `same` and `skip` leave the record and the row as they are. Raises BadInput.
    """
    table = read_table(path, recognise=_known)
    columns = {folded_heading(header): at for at, header in enumerate(table.headers)}
    missing = [name for name in _COLUMNS if name not in columns]
    if missing:
        raise BadInput(
            f"The file of decisions has no column “{missing[0]}”. Use a file that --verdicts"
            f" wrote.",
            field="decisions",
        )
    found: dict[tuple[str, int] | tuple[str, int, Subject], Decision] = {}
    for record in table.records:
        file, row, verdict, match = (record.cells[columns[name]].strip() for name in _COLUMNS)
        if verdict in ("duplicate", "error", ""):
            continue
        if verdict not in _WORDS or not _is_number(row) or (match and not _is_number(match)):
            raise BadInput(
                f"Row {record.number} of the decisions cannot be read. The verdict is one of"
                f" {', '.join(_WORDS)}, row and match are numbers.",
                field="decisions",
            )
        meant, is_taken = _WORDS[verdict]
        found[file.removeprefix("'"), int(row)] = Decision(
            meant, int(match) if match else None, is_taken
        )
    return found


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER


def _known(row: Iterable[str]) -> int:
    return len({folded_heading(cell) for cell in row} & set(_COLUMNS))

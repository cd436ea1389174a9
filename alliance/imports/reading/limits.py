"""How large a file may be, checked before it is unpacked."""

from alliance.core.errors import BadInput

MEGABYTE = 1024 * 1024
LARGEST_TEXT = 40 * MEGABYTE
LARGEST_PACKED = 20 * MEGABYTE
LARGEST_UNPACKED = 120 * MEGABYTE
# A table of text packs ten to thirty times; only a bomb packs better at this size.
LARGEST_RATIO = 100
SMALLEST_SUSPECT = 5 * MEGABYTE
MOST_PARTS = 500
MOST_ROWS = 100_000
MOST_COLUMNS = 200
# Libraries make a place for every cell between the corners, filled or not.
MOST_CELLS = 4_000_000
LONGEST_CELL = 32_767


class TooLarge(BadInput):
    """The file is larger than an import may be; the message says by how much and what to do."""


def check_size(size: int, largest: int) -> None:
    """Refuse a file of `size` bytes above `largest`. Raises TooLarge."""
    if size > largest:
        raise TooLarge(
            f"The file has {size / MEGABYTE:,.0f} MB; the most that can be read is"
            f" {largest / MEGABYTE:,.0f} MB. Split it into several files, or remove columns that"
            f" are"
            " not needed."
        )


def check_rows(number: int) -> None:
    """Refuse more rows than one import may have. Raises TooLarge."""
    if number > MOST_ROWS:
        raise TooLarge(
            f"The file has more than {MOST_ROWS:,} rows. Split it into several files, and delete"
            " empty rows below the table."
        )


def check_columns(number: int) -> None:
    """Refuse more columns than a table of members can need. Raises TooLarge."""
    if number > MOST_COLUMNS:
        raise TooLarge(
            f"The file has {number:,} columns; at most {MOST_COLUMNS} can be read. Remove the"
            " columns that are not needed."
        )


def check_cells(rows: int, columns: int) -> None:
    """Refuse a sheet that reaches too far, however few of its cells are filled. Raises TooLarge."""
    if rows * columns > MOST_CELLS:
        raise TooLarge(
            f"The sheet reaches over {rows:,} rows and {columns:,} columns. Delete what stands far"
            " below or right of the table, or split it into several files."
        )

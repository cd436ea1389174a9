"""Files from outside as tables of text, within limits, exact or refused."""

from alliance.imports.reading.files import read_bytes, read_table
from alliance.imports.reading.table import Fault, Record, Table, corrected

__all__ = ["Fault", "Record", "Table", "corrected", "read_bytes", "read_table"]

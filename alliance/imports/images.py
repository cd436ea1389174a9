"""Telling whether a record is still as an import left it."""

import hashlib
import json

from alliance.directory.rules.documents import Record, document


def digest_of(record: Record) -> str:
    """The SHA-256 of the record's document; equal exactly for equal documents."""
    values = document(record)
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

"""Reading the history: entries, the chain of seals, and the feed of changes."""

from alliance.audit.queries.chain import ChainState, Head, Verdict, chain_state, head, verify
from alliance.audit.queries.entries import (
    FieldChange,
    HistoryCriteria,
    count_entries,
    entries_after,
    entries_caused_by,
    entries_matching,
    entry_with,
    field_history,
    history_of,
    last_entry,
    values_in_use,
)
from alliance.audit.queries.feed import (
    ChangeRow,
    Cursor,
    changes_after,
    feed_version,
    touched_since,
)

__all__ = [
    "ChainState",
    "ChangeRow",
    "Cursor",
    "FieldChange",
    "Head",
    "HistoryCriteria",
    "Verdict",
    "chain_state",
    "changes_after",
    "count_entries",
    "entries_after",
    "entries_caused_by",
    "entries_matching",
    "entry_with",
    "feed_version",
    "field_history",
    "head",
    "history_of",
    "last_entry",
    "touched_since",
    "values_in_use",
    "verify",
]

"""How the history is sealed, as text and digests: what writing and verifying must agree on."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

# The digest of one entry `e`, in SQL. Its text must never depend on settings of a session, so the
# instant is a count of microseconds; JSONB writes its values in one way only.
ENTRY_DIGEST = (
    "sha256(convert_to(CAST(jsonb_build_array(e.id,"
    " CAST(extract(epoch FROM e.at) * 1000000 AS bigint), e.actor_kind, e.actor_id, e.actor_name,"
    " e.action, e.subject_kind, e.subject_id, e.subject_name, e.changes, e.reason, e.cause)"
    " AS text), 'UTF8'))"
)
# The digest of several entries: of their own digests in the order of their ids, 32 bytes each, so
# that a seal over a million entries needs 32 MB and not all their text.
ENTRIES_DIGEST = f"encode(sha256(string_agg({ENTRY_DIGEST}, ''::bytea ORDER BY e.id)), 'hex')"


def chained(previous: str, *, number: int, at: int, entries: str, count: int, digest: str) -> str:
    """The digest that ties a seal to the one before it; 64 hexadecimal digits.

    previous: that of the seal before, "" for the first. at: microseconds since 1970. entries: the
    ids as PostgreSQL writes a multirange, e.g. "{[1,4),[6,7)}".
    """
    told = "|".join((previous, str(number), str(at), entries, str(count), digest))
    return sha256(told.encode()).hexdigest()


class Fault(StrEnum):
    """What can be wrong with the history."""

    ENTRY_CHANGED = "entry_changed"
    ENTRY_REMOVED = "entry_removed"
    ENTRY_UNSEALED = "entry_unsealed"
    SEAL_CHANGED = "seal_changed"
    SEAL_REMOVED = "seal_removed"
    ENDS_EARLY = "ends_early"
    OTHER_CHAIN = "other_chain"


_WORDS = {
    Fault.ENTRY_CHANGED: "Entries have been changed since they were sealed: {where}.",
    Fault.ENTRY_REMOVED: "Entries have been removed: {where}.",
    Fault.ENTRY_UNSEALED: "Entries were added past the service, outside any seal: {where}.",
    Fault.SEAL_CHANGED: "A seal has been changed: {where}.",
    Fault.SEAL_REMOVED: "Seals have been removed: {where}.",
    Fault.ENDS_EARLY: "The chain ends before the seal that was expected: {where}.",
    Fault.OTHER_CHAIN: "The chain is not the one that was expected: {where}.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the history, and where: numbers of seals and entries, in words."""

    fault: Fault
    where: str

    def __str__(self) -> str:
        """The finding as a sentence."""
        return _WORDS[self.fault].format(where=self.where)

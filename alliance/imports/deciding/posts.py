"""Which of a contact's known posts a row speaks of."""

from collections import defaultdict
from collections.abc import Iterable

from alliance.directory.rules.records import AffiliationRecord


class Posts:
    """Known affiliations, by contact and organisation."""

    def __init__(self, known: Iterable[AffiliationRecord]) -> None:
        self._known: dict[tuple[int, int], list[AffiliationRecord]] = defaultdict(list)
        for one in known:
            self._known[one.contact_id, one.organisation_id].append(one)

    def find(
        self, contact_id: int, organisation_id: int, role: str | None
    ) -> AffiliationRecord | None:
        """The post in this role, else, when the row names no role, the one that still runs."""
        there = self._known.get((contact_id, organisation_id), ())
        if role is not None:
            return next((one for one in there if one.role == role), None)
        return min(there, key=lambda one: (one.ended_on is not None, one.id or 0), default=None)

    def put(self, record: AffiliationRecord, instead: AffiliationRecord | None) -> None:
        """Know `record` from now on, in place of `instead` where that is known."""
        there = self._known[record.contact_id, record.organisation_id]
        if instead is not None:
            there.remove(instead)
        there.append(record)

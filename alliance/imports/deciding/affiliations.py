"""Which of a contact's known affiliations a row speaks of."""

from collections import defaultdict
from collections.abc import Iterable

from alliance.directory.rules.records import AffiliationRecord
from alliance.imports.rows.values import ContactRow


class KnownAffiliations:
    """Known affiliations, by contact and organisation."""

    def __init__(self, known: Iterable[AffiliationRecord]) -> None:
        self._known: dict[tuple[int, int], list[AffiliationRecord]] = defaultdict(list)
        self._spoken_of: list[AffiliationRecord] = []
        for one in known:
            self._known[one.contact_id, one.organisation_id].append(one)

    def find(
        self, contact_id: int, organisation_id: int, row: ContactRow
    ) -> AffiliationRecord | None:
        """The one in the row's role, and of its days where there are several; it may have ended.

        A row that names no role speaks of the one that still runs.
        """
        there = self._known.get((contact_id, organisation_id), ())
        meant = [
            one
            for one in there
            if row.role in (None, one.role) and not self._is_another_stretch(one, row)
        ]
        return min(meant, key=lambda one: _distance(one, row), default=None)

    def put(self, record: AffiliationRecord, instead: AffiliationRecord | None) -> None:
        """Know `record` from now on, in place of `instead` where that is known."""
        there = self._known[record.contact_id, record.organisation_id]
        if instead is not None:
            there.remove(instead)
        there.append(record)
        self._spoken_of.append(record)

    def _is_another_stretch(self, one: AffiliationRecord, row: ContactRow) -> bool:
        """Whether an earlier row speaks of this one, and the present row of other days."""
        return (
            row.started_on not in (None, one.started_on)
            and one.started_on is not None
            and any(one is each for each in self._spoken_of)
        )


def _distance(one: AffiliationRecord, row: ContactRow) -> tuple[bool, bool, bool, int]:
    """How far an affiliation is from what the row says; the least is meant."""
    return (
        (one.started_on, one.ended_on) != (row.started_on, row.left_on),
        row.started_on not in (None, one.started_on),
        one.ended_on is not None,
        one.id or 0,
    )

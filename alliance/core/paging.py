"""Cutting a long list into numbered pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageNumbers:
    """Where a numbered page stands. `number` and `count` start at 1; an empty list has one page."""

    number: int
    count: int
    total: int
    size: int

    @classmethod
    def of(cls, *, number: int, total: int, size: int) -> "PageNumbers":
        """The page `number` of `total` rows, moved to the last page when it lies beyond."""
        count = max(1, -(-total // size))
        return cls(number=min(max(1, number), count), count=count, total=total, size=size)

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.size

    def window(self, *, around: int = 2) -> tuple[int | None, ...]:
        """Page numbers to offer: first, last and those near; None marks a gap."""
        near = range(max(1, self.number - around), min(self.count, self.number + around) + 1)
        numbers = sorted({1, self.count, *near})
        shown: list[int | None] = []
        for number in numbers:
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return tuple(shown)

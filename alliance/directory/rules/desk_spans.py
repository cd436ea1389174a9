"""On which days something is so, for very many at once: members, holders of a role."""

from array import array
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Final

from alliance.directory.rules.bits import bits_at

FOR_EVER: Final = date.max.toordinal() + 1
ALWAYS: Final = 0
_NEVER: Final = (1, 0)
_ANSWERS_KEPT: Final = 9

# From the first day up to, not including, the second; as ordinals.
Span = tuple[int, int]

_QUESTIONS: Final[Mapping[str, Callable[[int, int, int], bool]]] = {
    "on": lambda start, end, day: start <= day < end,
    "after": lambda start, end, day: day < start < end,
    "ever": lambda start, end, _: start < end,
}


class Spans:
    """Stretches of days by slot. Nearly all have one stretch or none; the others stand apart."""

    def __init__(
        self,
        starts: "array[int]",
        ends: "array[int]",
        more: Mapping[int, Sequence[Span]],
        known: Mapping[tuple[str, int], int] | None = None,
    ) -> None:
        """Use `full` and `refreshed`. known: answers that are known already."""
        self._starts, self._ends, self._more = starts, ends, more
        self._known = dict(known or {})

    @classmethod
    def full(cls, size: int, found: Mapping[int, Sequence[Span]]) -> "Spans":
        """The stretches of `size` slots; a slot that is not in `found` has none."""
        starts, ends = array("i", [_NEVER[0]]) * size, array("i", [_NEVER[1]]) * size
        more: dict[int, Sequence[Span]] = {}
        _put(found, starts, ends, more)
        return cls(starts, ends, more)

    def refreshed(
        self, size: int, moved: Collection[int], found: Mapping[int, Sequence[Span]]
    ) -> "Spans":
        """As these, but the moved slots have what is found, or nothing."""
        added = size - len(self._starts)
        starts = self._starts + array("i", [_NEVER[0]]) * added
        ends = self._ends + array("i", [_NEVER[1]]) * added
        more = dict(self._more)
        for slot in moved:
            starts[slot], ends[slot] = _NEVER
            more.pop(slot, None)
        _put(found, starts, ends, more)
        stale = bits_at(list(moved), size)
        known = {
            (question, day): (bits & ~stale)
            | bits_at(
                [slot for slot, stretches in found.items() if _any(question, stretches, day)], size
            )
            for (question, day), bits in list(self._known.items())
        }
        return Spans(starts, ends, more, known)

    def on(self, day: int) -> int:
        """The slots of which a stretch covers the day."""
        return self._asked("on", day)

    def after(self, day: int) -> int:
        """The slots of which a stretch begins after the day."""
        return self._asked("after", day)

    def ever(self) -> int:
        """The slots that have any stretch."""
        return self._asked("ever", 0)

    def _asked(self, question: str, day: int) -> int:
        known = self._known.get((question, day))
        if known is None:
            known = self._found(question, day)
            while len(self._known) >= _ANSWERS_KEPT:
                self._known.pop(next(iter(self._known)), None)
            self._known[question, day] = known
        return known

    def _found(self, question: str, day: int) -> int:
        holds = _QUESTIONS[question]
        pairs = zip(self._starts, self._ends, strict=True)
        slots = {slot for slot, (start, end) in enumerate(pairs) if holds(start, end, day)}
        slots.update(
            slot for slot, stretches in self._more.items() if _any(question, stretches, day)
        )
        return bits_at(list(slots), len(self._starts))


def _put(
    found: Mapping[int, Sequence[Span]],
    starts: "array[int]",
    ends: "array[int]",
    more: dict[int, Sequence[Span]],
) -> None:
    for slot, stretches in found.items():
        if not stretches:
            continue
        # The earliest stands with the many, so that who began by some day is found there.
        starts[slot], ends[slot] = min(stretches)
        if len(stretches) > 1:
            more[slot] = tuple(stretches)


def _any(question: str, stretches: Sequence[Span], day: int) -> bool:
    holds = _QUESTIONS[question]
    return any(holds(start, end, day) for start, end in stretches)

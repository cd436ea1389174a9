"""What a feature may raise for the person in front of it; everything else is a bug."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class NotFound(LookupError):
    """There is no such thing, or this viewer may not know of it."""


class Refused(Exception):
    """The rules say no. The message is for the person and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(Refused):
    """What was given cannot be used. `field` names the column, parameter or form field."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that two people changed: as it was when both began, as it is now, as was wanted."""

    base: Any
    current: Any
    wanted: Any


@dataclass(frozen=True, slots=True)
class _Moved:
    version: str
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    changed: frozenset[str] = frozenset()


class Stale(Refused):
    """The record has moved on since the writer last saw it, in fields that the writer changes too.

    `version` is its present version; `conflicts` tells, by field, the three values, as in
    documents; `changed` names all fields that the writer changes. Where what the writer saw is no
    longer known, `base` equals `current`.
    """

    def __init__(
        self,
        message: str,
        *,
        version: str,
        conflicts: Mapping[str, Conflict],
        changed: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(message)
        self._moved = _Moved(version, conflicts, changed)

    @property
    def version(self) -> str:
        """The record's present version."""
        return self._moved.version

    @property
    def conflicts(self) -> Mapping[str, Conflict]:
        """The fields that clash."""
        return self._moved.conflicts

    @property
    def changed(self) -> frozenset[str]:
        """The fields that the writer changes, whether they clash or not."""
        return self._moved.changed

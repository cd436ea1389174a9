"""What has happened in the directory that others may care about."""

from dataclasses import dataclass

from alliance.core.events import Event


@dataclass(frozen=True, slots=True)
class DirectoryChanged(Event):
    """Something that the public directory shows, or how it shows it, has changed."""


@dataclass(frozen=True, slots=True)
class RecordsSaved(Event):
    """Records of one kind ("organisation", "contact", "affiliation", "sector") were stored."""

    kind: str
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class RecordsRemoved(Event):
    """Records of one kind were removed for good."""

    kind: str
    ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class PeopleChanged(Event):
    """Who works for these organisations, or how they are reached, has changed."""

    organisation_ids: frozenset[int]

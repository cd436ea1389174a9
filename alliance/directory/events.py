"""What has happened in the directory that others may care about."""

from dataclasses import dataclass

from alliance.core.events import Event


@dataclass(frozen=True, slots=True)
class DirectoryChanged(Event):
    """Something that the directory shows has changed."""

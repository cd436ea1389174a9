"""Putting one earlier value of a field back, and which fields that can be done for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alliance.core.errors import Refused
from alliance.directory.rules.documents import (
    Record,
    affiliation_from,
    contact_from,
    document,
    organisation_from,
)

# Addresses of pages follow the name; merging, archiving and deleting have acts of their own.
_HAS_ITS_OWN_ACT = frozenset(
    {"slug", "former_slugs", "merged_into_id", "archived_on", "delete_on", "logo"}
)
_FROM: Mapping[str, Callable[..., Any]] = {
    "organisation": organisation_from,
    "contact": contact_from,
    "affiliation": affiliation_from,
}


def can_be_put_back(field: str) -> bool:
    """Whether an earlier value of this field can be put back by itself."""
    return field not in _HAS_ITS_OWN_ACT


def earlier_value(subject_kind: str, record: Record, field: str, before: Any) -> Any:
    """The value, as records hold it, that the JSON value `before` of a field stands for.

    Raises Refused for a field that cannot be put back by itself.
    """
    if not can_be_put_back(field) or not hasattr(record, field):
        raise Refused("This field cannot be put back by itself; use the act that changed it.")
    told = document(record)
    told.pop(field, None)
    if before is not None:
        told[field] = before
    return getattr(_FROM[subject_kind](told), field)


def stands_as_left(record: Record, field: str, change: Sequence[Any]) -> bool:
    """Whether a field still has the value that a change, [from, to], gave it."""
    return bool(document(record).get(field) == change[1])

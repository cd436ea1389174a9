"""What of a record somebody may see: the one place that takes hidden fields out."""

from collections.abc import Collection, Mapping
from typing import Any

from alliance.accounts.permissions import HIDDEN_FIELDS, Permission


def hidden_fields(subject: str, permissions: Collection[Permission]) -> frozenset[str]:
    """The fields of a kind of record that somebody with these permissions may not see."""
    return frozenset(
        field
        for field, needed in HIDDEN_FIELDS.get(subject, {}).items()
        if needed not in permissions
    )


def visible(
    subject: str, values: Mapping[str, Any], permissions: Collection[Permission]
) -> dict[str, Any]:
    """The part of a document, or of the changes of a history entry, that may be seen.

    `values` maps a field to anything; hidden fields are left out, and not blanked, so that even
    their being filled does not show.
    """
    hidden = hidden_fields(subject, permissions)
    return {field: value for field, value in values.items() if field not in hidden}

"""Column types shared by all features."""

from enum import StrEnum

from sqlalchemy import Enum


def by_value(kind: type[StrEnum], *, name: str | None = None) -> Enum:
    """A text column holding an enumeration's values, guarded by a CHECK rather than a native type.

    A native PostgreSQL enumeration cannot drop a value, so a CHECK is kinder to later migrations.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=name or kind.__name__.lower(),
    )

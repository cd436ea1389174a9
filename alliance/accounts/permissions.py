"""Permissions, and which of them each kind of visitor has: one table that a person can read."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__permission__"


class Permission(StrEnum):
    """What one may be allowed to do."""

    SEE_PUBLIC = "see_public"


class Role(StrEnum):
    """What somebody is to the service."""

    ANYONE = "anyone"


ROLES: Mapping[Role, frozenset[Permission]] = {
    Role.ANYONE: frozenset({Permission.SEE_PUBLIC}),
}


def allow(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a view asks for; a route without one stops the start-up."""

    def mark(view: View) -> View:
        setattr(view, _MARK, permission)
        return view

    return mark


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """The permission that a view declares, also on the class behind a class-based view."""
    permission = getattr(view, _MARK, None) or getattr(
        getattr(view, "view_class", None), _MARK, None
    )
    return permission if isinstance(permission, Permission) else None

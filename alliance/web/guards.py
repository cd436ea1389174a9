"""Every request passes here: may this visitor do what the route asks for?"""

from flask import Flask, abort, request

from alliance.accounts.permissions import ROLES, Permission, Role, permission_of


def guard(app: Flask) -> None:
    """Let each request through only with the permission that its route declares."""

    @app.before_request
    def ask_permission() -> None:
        if request.endpoint is None:
            return
        permission = permission_of(app.view_functions[request.endpoint])
        if permission is None or permission not in present_permissions():
            # Hidden and absent look the same.
            abort(404)


def present_permissions() -> frozenset[Permission]:
    """What the visitor behind this request may do."""
    return ROLES[Role.ANYONE]


def check(app: Flask) -> None:
    """Refuse to start while any route lacks a permission. Raises RuntimeError naming the routes."""
    bare = sorted(
        f"{rule.rule} ({rule.endpoint})"
        for rule in app.url_map.iter_rules()
        if permission_of(app.view_functions[rule.endpoint]) is None
    )
    if bare:
        raise RuntimeError(
            "These routes declare no permission; add @allow(...) to each: " + ", ".join(bare)
        )

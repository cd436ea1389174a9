"""Pages open to everybody."""

from flask import Blueprint

public = Blueprint("public", __name__)

# Views hang themselves on the blueprint when they are imported, so they come after it. The slug of
# an organisation answers last by itself: fixed addresses are more exact.
from alliance.web.public import (  # noqa: E402
    downloads,
    home,
    logos,
    members,
    organisation,
    standing,
    wayfinding,
)

__all__ = [
    "downloads",
    "home",
    "logos",
    "members",
    "organisation",
    "public",
    "standing",
    "wayfinding",
]

"""Signing in and out, proving oneself again, and setting a password by a link."""

from flask import Blueprint

sign_in = Blueprint("sign_in", __name__)

# Views hang themselves on the blueprint when they are imported, so they come after it.
from alliance.web.sign_in import confirm, factor, leave, link, password  # noqa: E402

__all__ = ["confirm", "factor", "leave", "link", "password", "sign_in"]

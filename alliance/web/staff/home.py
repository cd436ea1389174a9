"""The first page of the workspace."""

from flask import render_template

from alliance.accounts.permissions import Permission, allow
from alliance.web.staff import staff


@staff.get("/")
@allow(Permission.ENTER_WORKSPACE)
def home() -> str:
    """Where staff begin: what needs attention, and what was opened lately."""
    return render_template("staff/home.html")

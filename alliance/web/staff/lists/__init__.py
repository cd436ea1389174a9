"""The closed lists that staff keep: entries, sectors, how each was changed."""

from alliance.web.staff.lists import pages, sectors

__all__ = ["pages", "sectors"]

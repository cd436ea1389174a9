"""One's own account: password, second factors, sessions."""

from alliance.web.staff.account import factors, show

__all__ = ["factors", "show"]

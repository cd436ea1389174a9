"""Acts on many records at once: looked at first, done, taken back."""

from alliance.web.staff.change_sets import bulk, pages

__all__ = ["bulk", "pages"]

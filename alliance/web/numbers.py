"""Numbers in addresses and fields, before anything is known of them."""

LONGEST = 18
"""As many digits as every number of the database may have."""


def whole_number(text: str, *, longest: int = LONGEST) -> int | None:
    """The number that a text is, None for what is none or has more digits than `longest`."""
    is_number = text.isascii() and text.isdigit() and len(text) <= longest
    return int(text) if is_number else None

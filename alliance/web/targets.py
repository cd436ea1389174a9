"""Where a page may lead on to: addresses of our own only, so that nobody borrows our name."""

import re
from urllib.parse import quote, unquote, urlsplit

_LONGEST = 2000
# What browsers drop or take for a slash while they read an address.
_TRICKS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2000-\u200f\u2028-\u202f\ufeff]")
_UNTOUCHED = "/?&=%+-._~!$'()*,;:@[]"


def own_path(asked: str | None, default: str) -> str:
    """The address that was asked for if it is a path of ours, else `default`.

    The answer begins with exactly one slash and is plain ASCII, whatever was asked for.
    """
    if not asked or len(asked) > _LONGEST or _TRICKS.search(asked):
        return default
    if not asked.startswith("/") or asked.startswith("//"):
        return default
    try:
        parts = urlsplit(asked)
    except ValueError:
        return default
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or "//" in path or _TRICKS.search(path):
        return default
    return quote(asked.partition("#")[0], safe=_UNTOUCHED, errors="replace")

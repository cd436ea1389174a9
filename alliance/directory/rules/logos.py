"""Which pictures may become a logo: by what they hold, not by what they are called."""

import re

from alliance.core.errors import BadInput

LARGEST_BYTES = 2 * 1024 * 1024
LARGEST_PIXELS = 12_000_000
SMALLEST_SIDE = 16
# Pixels of the longer side of a stored logo.
LONGEST_SIDE = 256

_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_DRAWING = re.compile(rb"<\s*(?:\?xml|!doctype|svg|html|!--|script)", re.IGNORECASE)
_NAME = re.compile(r"[0-9a-f]{64}\.webp")


def picture_kind(data: bytes) -> str:
    """The kind of a picture by its first bytes, "PNG", "JPEG", "WEBP" or "GIF".

    Raises BadInput, with a remedy, for an empty or too large file, an SVG drawing, anything else.
    """
    if not data:
        raise _bad("The file is empty; choose the picture again.")
    if len(data) > LARGEST_BYTES:
        raise _bad(
            f"The file has {len(data) / 1024 / 1024:.1f} MB; make it smaller than"
            f" {LARGEST_BYTES // 1024 // 1024} MB."
        )
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if _DRAWING.search(data[:1024].replace(b"\x00", b"")):
        raise _bad(
            "An SVG or HTML file can hold a program and is not taken; save the logo as PNG and"
            " choose that."
        )
    raise _bad("This is no picture that can be read; save the logo as PNG, JPEG or WebP.")


def check_size(width: int, height: int) -> None:
    """Refuse a picture by the size its first bytes tell, before it is unpacked."""
    if width * height > LARGEST_PIXELS:
        raise _bad(f"The picture has {width} x {height} pixels; make it smaller than 3000 x 3000.")
    if min(width, height) < SMALLEST_SIDE:
        raise _bad(f"The picture has only {width} x {height} pixels; choose a larger one.")


def is_logo_name(name: str) -> bool:
    """Whether `name` is one that a stored logo can have: the digest of its bytes."""
    return _NAME.fullmatch(name) is not None


def _bad(words: str) -> BadInput:
    return BadInput(words, field="logo")

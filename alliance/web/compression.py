"""Sending pages compressed to whoever takes that."""

import gzip

from flask import Response, request

SMALLEST_COMPRESSED = 600
_QUICKLY = 1
_COMPRESSED = frozenset(("text/html", "application/xml"))


def takes_gzip() -> bool:
    """Whether the visitor's browser reads gzip."""
    return request.accept_encodings["gzip"] > 0


def compress(response: Response) -> Response:
    """A page that is made for this one visitor, compressed quickly."""
    if (
        response.is_streamed
        or response.direct_passthrough
        or response.content_encoding
        or response.status_code in (204, 304)
        or response.mimetype not in _COMPRESSED
    ):
        return response
    response.vary.add("Accept-Encoding")
    if takes_gzip() and len(body := response.get_data()) >= SMALLEST_COMPRESSED:
        response.set_data(gzip.compress(body, _QUICKLY, mtime=0))
        response.content_encoding = "gzip"
    return response

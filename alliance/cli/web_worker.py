"""The web server's worker, which lends a thread only to requests whose head has arrived.

The server's own worker reads a head in a thread and waits there for as long as it takes, so that as
many idle connections as there are threads would stop the service for everybody.
"""

import socket
import struct
import time
from contextlib import suppress
from typing import Any

from gunicorn.util import write_error
from gunicorn.workers import gthread

_HEAD_ENDS = b"\r\n\r\n"
_LONGEST_HEAD = 32 * 1024
_SECONDS_FOR_A_HEAD = 30.0
# Nothing here takes a body yet, so one that was announced is hardly waited for.
_SECONDS_FOR_AN_UNREAD_BODY = 0.2
# How long one piece may be stuck on its way, as the operating system takes it.
_STUCK = struct.pack("ll", 20, 0)


class Worker(gthread.ThreadWorker):  # type: ignore[misc]
    """The threaded worker, with the poller waiting for the whole head of each request."""

    def handle(self, conn: Any) -> Any:
        """Answer a request that has arrived; give the connection back while it has not."""
        if not getattr(conn, "is_timed", False):
            conn.is_timed, conn.head_since = True, time.monotonic()
            conn.awaited, conn.is_too_long = 1, False
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                conn.sock.setsockopt(socket.SOL_SOCKET, option, _STUCK)
        if not _has_head(conn):
            late = time.monotonic() - conn.head_since > _SECONDS_FOR_A_HEAD
            return False if late else gthread._DEFER
        if conn.is_too_long:
            write_error(conn.sock, 431, "Request Header Fields Too Large", "")
            return False
        conn.data_ready = True
        kept = super().handle(conn)
        conn.head_since = time.monotonic()
        return kept

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Whether the connection can be used again."""
        deadline = time.monotonic() + _SECONDS_FOR_AN_UNREAD_BODY
        return bool(keepalive and conn.parser.finish_body(deadline=deadline))


def _has_head(conn: Any) -> bool:
    """Whether a thread may read on; if not, the poller is told to wait for more than has come."""
    if conn.parser is not None and conn.parser.unreader.buf.getvalue():
        return True
    try:
        came = conn.sock.recv(_LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        # Between two requests nothing is under way, so no time runs.
        return False
    except OSError:
        return True
    # Woken by less than was waited for: nothing more will come, and the server may say so.
    is_whole = len(came) < conn.awaited or _HEAD_ENDS in came
    conn.is_too_long = not is_whole and len(came) >= _LONGEST_HEAD
    if not is_whole and not conn.is_too_long:
        if conn.awaited == 1:
            conn.head_since = time.monotonic()
        _wait_for(conn, len(came) + 1)
        return False
    if conn.awaited > 1:
        _wait_for(conn, 1)
    return True


def _wait_for(conn: Any, octets: int) -> None:
    """Have the connection count as readable only with so many octets, or at its end."""
    conn.awaited = octets
    with suppress(OSError):
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, octets)

"""How the service writes about itself: one JSON object a line, and never a person's data.

An error is written as its kind and the places in the code, without its message: that may quote a
row.
"""

import json
import logging
import os
import stat
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict

from alliance.core import clock

# Where lines that are written at every request go straight, unless they are not wanted or wanted
# readable.
_lines: list[Any] = []


def say_often(logger: str, event: str, **fields: Any) -> None:
    """Write one line of level info as everybody else does, by a tenth of the work.

    For what is written at every request; `fields` are JSON values and hold no person's data.
    """
    if not _lines:
        structlog.stdlib.get_logger(logger).info(event, **fields)
        return
    fields.update(event=event, level="info", logger=logger, timestamp=clock.now().isoformat())
    _lines[0].write(json.dumps(fields) + "\n")
    _lines[0].flush()


def configure(level: str, *, readable: bool) -> None:
    """Send all logging to standard error: JSON lines, or coloured text for a developer's eyes."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer()]
        if readable
        else [_error_places, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    stream = _standard_error()
    _lines[:] = [] if readable or level in ("warning", "error") else [stream]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)


class _Pipe:
    """The reader's end may stop reading: then lines are lost, and no request waits for it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def write(self, line: str) -> None:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(self.descriptor, line.encode())

    def flush(self) -> None:
        """Nothing is held back."""


def _standard_error() -> TextIO | _Pipe:
    try:
        descriptor = sys.stderr.fileno()
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            # Opened anew, so that not waiting holds for us alone and not for all who share it.
            return _Pipe(os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK))
    except OSError:
        # No descriptor, as under a test's capture, or no /proc.
        pass
    return sys.stderr


def _error_places(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace an exception by its kind and the places it passed, deepest last, without messages."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = [_kind_and_places(each) for each in _chain(error)]
    event.pop("exc_text", None)
    return event


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what it came from, outermost first, at most five."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and len(found) < 5:
        found.append(following)
        following = following.__cause__ or (
            None if following.__suppress_context__ else following.__context__
        )
    return found


def _kind_and_places(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    said: dict[str, Any] = {
        "kind": f"{kind.__module__}.{kind.__qualname__}",
        "at": _places(error.__traceback__),
    }
    state = getattr(error, "sqlstate", None)
    return {**said, "sqlstate": state} if state else said


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames][-20:]

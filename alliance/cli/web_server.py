"""How the web server is called: the flags, in one place, each with its reason."""

import logging
import tempfile
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger
from structlog.contextvars import clear_contextvars

from alliance.core.log import configure
from config import Config


def command(config: Config, descriptor: int) -> list[str]:
    """Arguments for Python that serve the application on an open socket."""
    memory = Path("/dev/shm")  # noqa: S108 - only the worker's sign of life is kept there
    return [
        "-m", "gunicorn", "wsgi:app",
        "--bind", f"fd://{descriptor}",
        "--worker-class", "alliance.cli.web_worker.Worker",
        "--workers", str(config.workers),
        "--threads", str(config.threads),
        # Loaded once and forked: half the start, and workers share the memory of the code.
        "--preload",
        # The control socket would be one more door, under the home directory.
        "--no-control-socket",
        # What proxies say is read by the application, from as many of them as TRUSTED_PROXIES says;
        # the server itself would let anybody on this machine move the addresses of pages.
        "--forwarded-allow-ips", "",
        "--forwarder-headers", "",
        # A worker that ends leaves this long for pages being made.
        "--graceful-timeout", "5",
        "--keep-alive", "15",
        # The worker's sign of life is a file; on a slow disk it could come late.
        "--worker-tmp-dir", str(memory) if memory.is_dir() else tempfile.gettempdir(),
        "--log-level", "warning",
        "--logger-class", "alliance.cli.web_server.ServerLogger",
    ]  # fmt: skip


class ServerLogger(Logger):  # type: ignore[misc]
    """Makes the web server's own messages lines like all others."""

    def setup(self, cfg: Any) -> None:
        """Pass everything on to the one handler instead of the server's own."""
        super().setup(cfg)
        if not logging.getLogger().handlers:
            configure("warning", readable=False)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Tell of trouble; of a request that is none without its line, which may hold a search."""
        if msg.startswith("Invalid request"):
            clear_contextvars()
            msg, args = "A request was refused: it is none by the rules of HTTP.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Tell of an error without what it was about, which may be an address with a search."""
        super().exception(msg.partition(" %")[0], **kwargs)

"""How many SQL statements the service makes for each address, counted inside one process."""

from dataclasses import replace

from flask import Flask
from sqlalchemy import event

from alliance.app import create_app
from alliance.core.db import db
from bench.passes import signed
from bench.servers import headers
from bench.workloads import Workload
from config import Config

FEW = 60


class StatementCounter:
    """An application whose statements are counted, on a filled database."""

    def __init__(self, config: Config) -> None:
        self.app: Flask = create_app(replace(signed(config), log_level="error", page_cache=False))
        self.client = self.app.test_client(use_cookies=False)
        self.seen = 0
        with self.app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)

    def most(self, workload: Workload) -> int:
        """The most statements that one address of a workload takes, once everything is warm."""
        paths = workload.product[:: max(1, len(workload.product) // FEW)]
        header = next(iter(workload.headers), "")
        self._get(paths[0], header)
        found = []
        for path in paths:
            self.seen = 0
            self._get(path, header)
            found.append(self.seen)
        return max(found)

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.engine.dispose()

    def _get(self, path: str, header: str) -> None:
        answer = self.client.get(path, headers=headers(header) | {"Host": "127.0.0.1"})
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}.")
        answer.get_data()

    def _count(self, *_: object) -> None:
        self.seen += 1

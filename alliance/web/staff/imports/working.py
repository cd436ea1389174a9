"""What pages claimed of an import is worked off, while the page of progress tells how far it is."""

from alliance.core.db import db
from alliance.imports.operations.working import Job, Worker
from alliance.reactions import abandon, commit


def do(job: Job) -> None:
    """Work off what was claimed: at once where there is little of it, else behind the page."""
    Worker(db.engine, commit, abandon).do(db.session(), job)

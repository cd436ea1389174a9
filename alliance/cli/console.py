"""What commands share: who gives them, and how a refusal is told."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

import click
from sqlalchemy.orm import Session

from alliance.core import clock
from alliance.core.actor import Actor, command_actor
from alliance.core.db import db
from alliance.core.errors import NotFound, Refused
from alliance.core.settings import alliance_settings
from alliance.reactions import abandon, commit

DAY = click.DateTime(["%Y-%m-%d"])


def actor() -> Actor:
    """The person at the console, by the name of the operating system's account."""
    try:
        return command_actor(getpass.getuser())
    except (KeyError, OSError):
        return command_actor("console")


@contextmanager
def changing(*, dry_run: bool = False) -> Iterator[Session]:
    """The application's session; what is done with it is committed, or taken back on a dry run.

    A refusal takes it back too and is told in its own words, with exit code 1.
    """
    session = db.session()
    try:
        yield session
    except (NotFound, Refused) as error:
        abandon(session)
        raise click.ClickException(str(error)) from None
    except BaseException:
        abandon(session)
        raise
    if dry_run:
        abandon(session)
    else:
        commit(session)


def day_or_today(session: Session, given: datetime | None) -> date:
    """The day that was given, else today in the alliance's zone."""
    return given.date() if given is not None else clock.today(alliance_settings(session).zone)

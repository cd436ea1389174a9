"""The example alliance: 120 real members of public lists, loaded by the same import as any file."""

from pathlib import Path

from sqlalchemy.orm import Session

from alliance.core.actor import SYSTEM
from alliance.directory.operations.organisations import take_turns
from alliance.directory.queries.relations import has_organisations
from alliance.imports.operations.applying import apply
from alliance.imports.operations.staging import Source, stage
from alliance.reactions import abandon, commit

_FOLDER = Path(__file__).resolve().parent
# Who belongs and since when, with the evidence; then what else is known of the same members.
_FILES = ("members.csv", "details.csv")


def load_example(session: Session) -> bool:
    """Load the example where no organisation is stored; returns whether it did. Commits."""
    # Two services may start on one empty database; the second one waits and finds it filled.
    take_turns(session)
    if has_organisations(session):
        abandon(session)
        return False
    for name in _FILES:
        apply(session, stage(session, Source(_FOLDER / name)), actor=SYSTEM)
    commit(session)
    return True

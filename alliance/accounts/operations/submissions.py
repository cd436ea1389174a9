"""Forms and calls that are sent more than once are worked off once."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from alliance.accounts.models import Submission
from alliance.core import clock
from alliance.core.errors import BadInput

LONGEST_KEY = 200


def once(
    session: Session,
    key: str,
    account_id: int | None,
    fingerprint: str,
    *,
    token_id: int | None = None,
) -> dict[str, Any] | None:
    """None for a new submission, which is to be worked off now; else the answer of its twin.

    Waits while a twin is being worked off by another transaction, and takes its place if that
    fails. `account_id` or, for the API, `token_id` says whose key it is. Raises BadInput without a
    key, or when the key stands for something else that was sent before.
    """
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise BadInput("The form has lost its key; open the page again and send it once more.")
    owner = _owner(account_id, token_id)
    values = {"owner": owner, "key": key, "fingerprint": fingerprint, "at": clock.now()}
    is_new = session.execute(
        insert(Submission).values(values).on_conflict_do_nothing().returning(Submission.key)
    ).first()
    if is_new is not None:
        return None
    row = session.execute(
        select(Submission.fingerprint, Submission.answer).where(
            Submission.owner == owner, Submission.key == key
        )
    ).one()
    if row.fingerprint != fingerprint:
        raise BadInput(
            "This was sent before with other contents; open the page again and look at what is"
            " stored."
        )
    return row.answer or {}


def answered(
    session: Session,
    key: str,
    account_id: int | None,
    answer: dict[str, Any],
    *,
    token_id: int | None = None,
) -> None:
    """Keep the answer to a submission, in the transaction that works it off."""
    session.execute(
        update(Submission)
        .where(Submission.owner == _owner(account_id, token_id), Submission.key == key)
        .values(answer=answer)
        .execution_options(synchronize_session=False)
    )


def _owner(account_id: int | None, token_id: int | None) -> str:
    return f"account:{account_id}" if token_id is None else f"token:{token_id}"

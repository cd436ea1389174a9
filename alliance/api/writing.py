"""Changing something for a program: once for each key, whole or not at all, over nothing unseen."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from flask import request
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import ETags

from alliance.accounts.operations.submissions import LONGEST_KEY, answered, once
from alliance.api.auth import Caller
from alliance.api.problems import Trouble
from alliance.api.words import gettext
from alliance.core.db import db
from alliance.core.errors import BadInput, Refused, Stale
from alliance.reactions import abandon, commit

_TRIES: Final = 3
_KEY = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program wants: its query and body as their schemas read them, and what it saw.

    seen: the tags of If-Match; None where the address asks for none.
    """

    caller: Caller
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    seen: ETags | None = None

    @property
    def reason(self) -> str | None:
        """Why it is done, for the history."""
        found: str | None = self.body.get("reason")
        return found or None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back. version: of the one record that it shows; location: of a new one.

    follow: what is still to be done once the transaction is stored; it makes the answer.
    """

    document: Mapping[str, Any]
    status: int = 200
    version: str | None = None
    location: str | None = None
    follow: "Follow | None" = None


Follow = Callable[[Asked, Answer], Answer]
Work = Callable[[Session, Asked], Answer]


def settle(work: Work, asked: Asked, *, again: Follow | None = None) -> Answer:
    """Do `work` in one transaction, and what was sent before under the same key not again.

    again: makes of the first answer that of a copy, where what was begun has gone on meanwhile.
    Raises Trouble: 412 when the record has moved on, 422 when the rules say no, 400 and 422 for a
    key that cannot be used; then nothing is stored.
    """
    key = _key()
    for tries_left in reversed(range(_TRIES)):
        session = db.session()
        try:
            answer = _done(session, work, asked, key, again)
            break
        except Stale as error:
            abandon(session)
            raise stale(error) from None
        except Refused as error:
            abandon(session)
            named = error.field if isinstance(error, BadInput) else None
            raise Trouble(422, error.message, field=named) from None
        except IntegrityError:
            abandon(session)
            raise Trouble(
                422,
                gettext(
                    "This refers to a record that is not there, or takes what belongs to another."
                ),
            ) from None
        except DBAPIError as error:
            abandon(session)
            if tries_left == 0 or not isinstance(
                error.orig, DeadlockDetected | SerializationFailure
            ):
                raise
        except BaseException:
            abandon(session)
            raise
    return answer.follow(asked, answer) if answer.follow else answer


def stale(error: Stale) -> Trouble:
    """How a writer is told that the record has moved on, with what others made of it."""
    conflicts = {
        name: {"base": one.base, "current": one.current, "wanted": one.wanted}
        for name, one in error.conflicts.items()
    }
    return Trouble(
        412,
        gettext(
            "Somebody else has changed this record since you read it. Read it again, and repeat"
            " your change with its present ETag where it still holds."
        ),
        more={"version": error.version, "conflicts": conflicts},
    )


def _fingerprint(body: Mapping[str, Any]) -> str:
    """What stands for a request with this body: the same for the same values in any order."""
    told = json.dumps([request.method, request.path, body], sort_keys=True, default=str)
    return sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _done(
    session: Session,
    work: Work,
    asked: Asked,
    key: str | None,
    again: Follow | None,
) -> Answer:
    if key is None:
        answer = work(session, asked)
        commit(session)
        return answer
    try:
        earlier = once(session, key, None, _fingerprint(asked.body), token_id=asked.caller.id)
    except BadInput:
        raise BadInput(
            gettext(
                "This Idempotency-Key was sent before with something else. Use a new key for"
                " each new request."
            ),
            field="Idempotency-Key",
        ) from None
    if earlier:
        abandon(session)
        first = Answer(**{**earlier, "document": json.loads(earlier["document"])})
        return again(asked, first) if again else first
    answer = work(session, asked)
    told = {
        # As text, because the table would put its fields into another order.
        "document": json.dumps(answer.document),
        "status": answer.status,
        "version": answer.version,
        "location": answer.location,
    }
    answered(session, key, None, told, token_id=asked.caller.id)
    commit(session)
    return answer


def _key() -> str | None:
    """The header Idempotency-Key of a request that creates; else None. Raises Trouble."""
    key = request.headers.get("Idempotency-Key")
    if key is None or request.method != "POST":
        return None
    if not _KEY.fullmatch(key):
        raise Trouble(
            400,
            gettext("An Idempotency-Key has 1 to %(most)s visible ASCII characters.",
                    most=LONGEST_KEY),
            field="Idempotency-Key",
        )  # fmt: skip
    return key

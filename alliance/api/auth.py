"""Who asks: the token in the header Authorization, what it may be used for, and how often."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog
from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from alliance.accounts.operations.limits import hit
from alliance.accounts.operations.tokens import note_used, token_of
from alliance.accounts.permissions import ROLES, SCOPES, Permission, Role, Scope
from alliance.api.problems import Trouble
from alliance.api.words import gettext
from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.db import READS_ONLY, db
from alliance.reactions import commit

log = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])

A_MINUTE: Final = 600
# Where the guard of all requests finds who decides below an address (alliance.web.guards).
_KEEPERS = "alliance.keepers"
_NEEDS = "__needs__"
Needs = tuple[tuple[Permission, ...], ...]
_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/=-]{8,200})", re.IGNORECASE)
# Names under which programs put tokens into addresses, where logs and proxies keep them.
_IN_THE_QUERY = frozenset({"access_token", "api_key", "apikey", "key", "token"})
_REFUSALS_TOLD = "1 per 1 minute"


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a request, by its token.

    permissions: what its scopes stand for, as far as the account that made it may do that.
    """

    id: int
    actor: Actor
    scopes: frozenset[Scope]
    permissions: frozenset[Permission]


def prepare(app: Flask, prefix: str) -> None:
    """Decide below `prefix` who may do what."""
    app.extensions.setdefault(_KEEPERS, {})[prefix] = keep

    @app.after_request
    def tell_limits(response: Response) -> Response:
        response.headers.update(g.get("api_limits", {}))
        return response


def needing(needs: Needs) -> Callable[[View], View]:
    """Declare what a view needs of a token: all permissions of one of these groups."""

    def mark(view: View) -> View:
        setattr(view, _NEEDS, needs)
        return view

    return mark


def needs_of(view: Callable[..., Any]) -> Needs:
    """What a view needs of a token; () for one that is open to all."""
    found: Needs = getattr(view, _NEEDS, ())
    return found


def scope_for(permission: Permission) -> Scope:
    """The smallest scope that includes a permission."""
    return next(scope for scope, included in SCOPES.items() if permission in included)


def is_private() -> bool:
    """Whether the address that was asked needs a token."""
    if request.endpoint is None:
        return False
    return bool(needs_of(current_app.view_functions[request.endpoint]))


def caller() -> Caller:
    """Who asks, at an address that needs a token."""
    found: Caller = g.api_caller
    return found


def keep(permission: Permission) -> None:
    """Let the request pass, or raise Trouble: 400, 401, 403 or 429.

    What the caller may do stands in `g.permissions` then. Where everybody may ask, a token makes no
    difference.
    """
    assert request.endpoint is not None
    needs = needs_of(current_app.view_functions[request.endpoint])
    g.permissions = ROLES[Role.ANYONE]
    if not needs:
        if permission not in g.permissions:
            raise Trouble(404, "")
        return
    _refuse_tokens_in_addresses()
    found = _present_caller()
    _count(found)
    if not any(found.permissions.issuperset(group) for group in needs):
        _tell_history(found, permission)
        raise Trouble(403, _words_for(found, needs))
    g.api_caller, g.permissions = found, found.permissions


def _refuse_tokens_in_addresses() -> None:
    named = next((name for name in request.args if name.lower() in _IN_THE_QUERY), None)
    if named is not None:
        raise Trouble(
            400,
            gettext(
                "Send the token in the header Authorization, never in an address, where others"
                " can read it. Revoke this one and make another."
            ),
            field=named,
        )


def _present_caller() -> Caller:
    """Whose token was sent. Raises Trouble, the same for all tokens that are not good any more."""
    header = request.headers.get("Authorization")
    if not header:
        raise _unknown(gettext("Send a token: Authorization: Bearer …"), "")
    presented = _BEARER.fullmatch(header.strip())
    session, now = db.session(), clock.now()
    found = token_of(session, presented[1], now) if presented else None
    if found is None:
        log.info("token_refused")
        raise _unknown(
            gettext("This token is not known or not valid any more. Make a new one."),
            ', error="invalid_token"',
        )
    with _writing(session):
        if note_used(session, found, now):
            commit(session)
    return Caller(found.id, found.actor, frozenset(found.scopes), found.permissions)


def _unknown(words: str, error: str) -> Trouble:
    challenge = {"WWW-Authenticate": f'Bearer realm="api"{error}'}
    return Trouble(401, words, headers=challenge)


def _count(found: Caller) -> None:
    """Count this request among those of the minute. Raises Trouble when there were too many."""
    limit = f"{A_MINUTE} per 1 minute"
    tried = hit(db.session(), "api", str(found.id), limit)
    left = max(0, A_MINUTE - tried.count)
    g.api_limits = {"X-RateLimit-Limit": str(A_MINUTE), "X-RateLimit-Remaining": str(left)}
    if not tried.is_allowed:
        raise Trouble(
            429,
            gettext(
                "This token has asked %(count)s times within a minute. Wait for the seconds in"
                " the header Retry-After.",
                count=A_MINUTE,
            ),
            headers={"Retry-After": str(tried.retry_after)},
        )


def _words_for(found: Caller, needs: Needs) -> str:
    wanted = [dict.fromkeys(map(scope_for, group)) for group in needs]
    if any(all(_is_in(one, found.scopes) for one in group) for group in needs):
        return gettext(
            "The account that made this token may not do this any more, so the token may not."
        )
    told = gettext(" or ").join(
        gettext(" and ").join(f"`{scope}`" for scope in scopes) for scopes in wanted
    )
    return gettext("This needs a token with the scope %(scopes)s.", scopes=told)


def _is_in(permission: Permission, scopes: Iterable[Scope]) -> bool:
    return any(permission in SCOPES[scope] for scope in scopes)


def _tell_history(found: Caller, permission: Permission) -> None:
    """Keep the first refusal of each minute; more would let a program fill the history."""
    session = db.session()
    if not hit(session, "api refused", str(found.id), _REFUSALS_TOLD).is_allowed:
        return
    asked = {
        "permission": (None, permission.value),
        "method": (None, request.method),
        "path": (None, request.url_rule.rule if request.url_rule else ""),
    }
    note = Note("refused", "token", found.id, found.actor.name, asked)
    with _writing(session):
        record(session, found.actor, [note], at=clock.now())
        commit(session)


@contextmanager
def _writing(session: Session) -> Iterator[None]:
    """Meanwhile a request that was to look only writes too."""
    before = session.info.get(READS_ONLY, False)
    session.info[READS_ONLY] = False
    try:
        yield
    finally:
        session.info[READS_ONLY] = before

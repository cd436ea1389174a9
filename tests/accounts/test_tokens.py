"""Tokens of the API: what they may do, and when they may not any more."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from alliance.accounts.operations.tokens import (
    issue_token,
    listed_tokens,
    note_used,
    revoke_token,
    token_of,
)
from alliance.accounts.permissions import SCOPES, Permission, Role, Scope
from alliance.core import clock
from alliance.core.actor import Actor, ActorKind, command_actor
from alliance.core.errors import BadInput, NotFound
from tests.factories.accounts import make_account

CONSOLE = command_actor("root")


def issue(session, *scopes, days=1, actor=CONSOLE):
    return issue_token(
        session, "Feed", scopes or ["contacts:read"], days=days, now=clock.now(), actor=actor
    )


def person(account):
    return Actor(ActorKind.PERSON, account.name, account.id)


def test_a_token_may_do_what_its_scopes_say(session):
    bearer = token_of(session, issue(session, "contacts:read", "history:read"), clock.now())
    assert bearer.permissions == SCOPES[Scope.CONTACTS_READ] | SCOPES[Scope.HISTORY_READ]
    assert Permission.SEE_NOTES not in bearer.permissions


def test_only_a_digest_of_a_token_is_stored(session):
    token = issue(session)
    stored = session.execute(text("SELECT api_tokens::text FROM api_tokens")).scalar_one()
    told = session.execute(text("SELECT string_agg(h::text, '') FROM history_entries h")).scalar()
    assert token not in stored
    assert token not in told
    assert token.startswith(listed_tokens(session)[0].prefix)


def test_an_expired_a_revoked_and_an_unknown_token_are_nothing(session):
    token, now = issue(session), clock.now()
    assert token_of(session, token, now) is not None
    assert token_of(session, token, now + timedelta(days=1, seconds=1)) is None
    assert token_of(session, token + "x", now) is None
    id = listed_tokens(session)[0].id
    revoke_token(session, id, now=now, actor=CONSOLE)
    assert token_of(session, token, now) is None
    with pytest.raises(NotFound):
        revoke_token(session, id, now=now, actor=CONSOLE)


def test_a_token_rests_with_the_account_that_made_it(session):
    account = make_account(session, Role.ADMINISTRATOR)
    token = issue(session, actor=person(account))
    assert token_of(session, token, clock.now()).account_id == account.id
    account.role = Role.EDITOR
    session.flush()
    assert token_of(session, token, clock.now()) is None
    account.role, account.disabled_at = Role.ADMINISTRATOR, clock.now()
    session.flush()
    assert token_of(session, token, clock.now()) is None


def test_use_is_noted_at_most_once_a_minute(session):
    token, now = issue(session), clock.now()
    assert note_used(session, token_of(session, token, now), now)
    assert not note_used(session, token_of(session, token, now), now + timedelta(seconds=59))
    assert note_used(session, token_of(session, token, now), now + timedelta(seconds=61))


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", ["contacts:read"], 1, "name"),
        ("a\x00b", ["contacts:read"], 1, "name"),
        ("Feed", [], 1, "scopes"),
        ("Feed", ["contacts:read", "everything"], 1, "scopes"),
        ("Feed", ["contacts:read"], 0, "days"),
        ("Feed", ["contacts:read"], 10**9, "days"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(session, name, scopes, days, field):
    with pytest.raises(BadInput) as refusal:
        issue_token(session, name, scopes, days=days, now=clock.now(), actor=CONSOLE)
    assert refusal.value.field == field
    assert listed_tokens(session) == []

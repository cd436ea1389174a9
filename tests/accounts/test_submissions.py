"""Forms and calls that come twice are worked off once."""

from threading import Thread

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.accounts.operations.submissions import answered, once
from alliance.core.db import db
from alliance.core.errors import BadInput


def test_the_second_copy_gets_the_answer_of_the_first(session):
    assert once(session, "key", 1, "print") is None
    answered(session, "key", 1, {"location": "/here"})
    assert once(session, "key", 1, "print") == {"location": "/here"}


def test_a_key_belongs_to_one_account_or_token(session):
    assert once(session, "key", 1, "print") is None
    assert once(session, "key", 2, "print") is None
    assert once(session, "key", None, "print", token_id=1) is None


def test_another_content_under_the_same_key_is_refused(session):
    once(session, "key", 1, "print")
    with pytest.raises(BadInput, match="other contents"):
        once(session, "key", 1, "other")


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_form_without_a_usable_key_is_refused(session, key):
    with pytest.raises(BadInput):
        once(session, key, 1, "print")


@pytest.mark.database
@pytest.mark.parametrize("first_succeeds", [True, False])
def test_a_twin_waits_for_the_first_and_takes_its_place_if_it_fails(app, first_succeeds):
    with app.app_context():
        engine = db.engine
    found = []

    def second():
        with Session(engine) as own:
            found.append(once(own, "key", 1, "print"))

    with Session(engine) as first:
        once(first, "key", 1, "print")
        answered(first, "key", 1, {"location": "/here"})
        twin = Thread(target=second)
        twin.start()
        twin.join(0.3)
        assert found == []
        if first_succeeds:
            first.connection().commit()
        else:
            first.rollback()
    twin.join(10)
    assert found == [{"location": "/here"} if first_succeeds else None]


@pytest.mark.database
def test_what_is_over_is_thrown_away(app, session):
    from datetime import timedelta

    from alliance.accounts.operations.housekeeping import tidy_accounts
    from alliance.accounts.operations.limits import hit
    from alliance.core import clock

    once(session, "key", 1, "print")
    session.commit()
    hit(session, "sign-in", "x", "10 per 5 minutes")
    assert tidy_accounts(session, clock.now())["submissions"] == 0
    removed = tidy_accounts(session, clock.now() + timedelta(hours=24, minutes=1))
    assert (removed["submissions"], removed["counts of tries"]) == (1, 1)
    assert session.execute(text("SELECT count(*) FROM submissions")).scalar_one() == 0

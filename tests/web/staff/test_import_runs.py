"""Imports that take long, meet one another, or are killed: whole or not at all, and told."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from threading import Timer

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from alliance.accounts.permissions import Role
from alliance.core import clock
from alliance.core.actor import Actor, ActorKind
from alliance.core.db import db
from alliance.core.errors import Refused
from alliance.directory.rules.records import Identifier
from alliance.imports.operations import running, working
from alliance.imports.operations.applying import one_at_a_time
from alliance.imports.operations.running import CHECK, RUN, claim, run, run_check
from alliance.imports.operations.staged import Upload, begin
from alliance.imports.queries.staged import LEASE, get_staged, progress
from alliance.reactions import abandon, commit
from config import ROOT
from tests.factories.directory import make_organisation
from tests.imports.builders import csv_text
from tests.web.staff.test_imports import check, count, sheet, shown, upload

pytestmark = pytest.mark.database
OWNER = "account:1"
ACTOR = Actor(ActorKind.PERSON, "Ada", 1)
LEI = "529900T8BM49AURSDO55"


@pytest.fixture
def own(app: Flask):
    """A session of the application, in which commits are real."""
    with app.app_context():
        yield db.session()
        abandon(db.session())


def prepared(session: Session, rows) -> int:
    """A staged import with its rows checked."""
    found = begin(session, OWNER, Upload("members.csv", csv_text(rows).encode()))
    commit(session)
    key = claim(session, found.id, OWNER, CHECK)
    commit(session)
    assert key is not None
    run_check(session, found.id, OWNER, key)
    commit(session)
    return found.id


def claimed(session: Session, staged_id: int) -> str:
    key = claim(session, staged_id, OWNER, RUN)
    commit(session)
    assert key is not None
    return key


def outlived(session: Session, staged_id: int) -> None:
    """As if whoever works on it had not been heard of for too long."""
    late = clock.now() - LEASE - timedelta(seconds=1)
    session.execute(text("UPDATE staged_imports SET beat_at = :late WHERE id = :id"),
                    {"late": late, "id": staged_id})  # fmt: skip
    commit(session)


def wait_until_over(client, staged: str):
    for _ in range(600):
        page = client.get(f"{staged}/progress")
        if page.status_code == 303:
            return client.get(page.location, follow_redirects=True)
        assert 'data-fragment="waiting"' in shown(page)
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_a_long_import_runs_on_while_the_page_tells_how_far_it_is(staff, session, monkeypatch):
    monkeypatch.setattr(working, "MOST_AT_ONCE", 0)
    client = staff(Role.MEMBERSHIP_MANAGER)
    staged = upload(client, sheet(40, 2))
    check(client, staged)
    rows = wait_until_over(client, staged)
    assert "New 80" in shown(rows).replace("\n", "")
    done = client.send(f"{staged}/run")
    assert done.status_code == 303
    report = wait_until_over(client, staged)
    assert "The import is stored" in shown(report)
    assert count(session, "organisations") == 40


def test_a_run_that_was_stopped_stored_nothing_and_can_be_run_again(staff, session, own):
    client = staff(Role.MEMBERSHIP_MANAGER)
    staged = upload(client, sheet())
    check(client, staged)
    id = int(staged.rpartition("/")[2])
    assert claim(own, id, f"account:{client.account.id}", RUN) is not None
    commit(own)
    assert "See how far it is" in shown(client.get(f"{staged}/progress"))
    assert client.send(f"{staged}/run").status_code == 303
    assert count(session, "organisations") == 0, "what is being worked on is not begun twice"
    outlived(own, id)
    page = shown(client.get(f"{staged}/progress"))
    assert "nothing was stored" in page
    assert "Run the import again" in page
    again = client.send(f"{staged}/run", follow_redirects=True)
    assert "The import is stored" in shown(again)
    session.rollback()
    assert count(session, "organisations") == 3


def test_a_killed_process_leaves_nothing_behind(own, config):
    """F14, F29: the importer is killed in the midst of storing."""
    staged_id = prepared(own, sheet(50, 2))
    key = claimed(own, staged_id)
    program = f"""
import sys, time
import config
from alliance.app import create_app
from alliance.core.actor import Actor, ActorKind
from alliance.core.db import db
from alliance.imports.operations.running import run
def tell(step):
    if step == "Keeping the report":
        print("midst", flush=True)
        time.sleep(60)
app = create_app(config.Config.from_env())
with app.app_context():
    run(db.session(), {staged_id}, {OWNER!r}, {key!r},
        actor=Actor(ActorKind.PERSON, "Ada", 1), progress=tell)
"""
    environment = {"DATABASE_URL": config.database_url, "PYTHONPATH": str(ROOT),
                   "INSTANCE_PATH": str(config.instance_path), "ALLIANCE_MODE": "test"}  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    ) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"midst\n"
        killed.send_signal(signal.SIGKILL)
    assert count(own, "organisations") == 0
    outlived(own, staged_id)
    assert progress(get_staged(own, staged_id, OWNER, clock.now()), clock.now()).is_stopped
    report = run(own, staged_id, OWNER, claimed(own, staged_id), actor=ACTOR, seconds=20)
    commit(own)
    assert report.import_id is not None
    assert (count(own, "organisations"), count(own, "contacts")) == (50, 100)


def test_who_was_only_slow_takes_everything_back(own):
    staged_id = prepared(own, sheet())
    first = claimed(own, staged_id)
    outlived(own, staged_id)
    second = claimed(own, staged_id)
    with pytest.raises(Refused, match="begun anew"):
        run(own, staged_id, OWNER, first, actor=ACTOR)
    abandon(own)
    assert count(own, "organisations") == 0
    run(own, staged_id, OWNER, second, actor=ACTOR)
    commit(own)
    assert count(own, "organisations") == 3


def test_one_import_waits_for_another_and_says_so_when_it_takes_too_long(own, session):
    staged_id = prepared(own, sheet())
    key = claimed(own, staged_id)
    one_at_a_time(session)
    told: list[str] = []
    with pytest.raises(Refused, match="Another import is being stored"):
        run(own, staged_id, OWNER, key, actor=ACTOR, seconds=1, progress=told.append)
    abandon(own)
    assert told == ["Waiting for another import to end"]
    session.rollback()
    run(own, staged_id, OWNER, key, actor=ACTOR, seconds=1)
    commit(own)
    assert count(own, "organisations") == 3


@pytest.mark.parametrize(
    ("is_stored", "words"), [(True, "belongs to “Quite Other”"), (False, "same number in a reg")]
)
def test_a_number_that_somebody_else_stores_meanwhile_ends_in_words(
    own, session, monkeypatch, is_stored, words
):
    staged_id = prepared(own, [["Name", "Category", "LEI"], ["Harbour Light", "company", LEI]])
    key = claimed(own, staged_id)
    stage = running.stage

    def overtaken(*given, **more):
        found = stage(*given, **more)
        make_organisation(session, "Quite Other", identifiers=(Identifier("lei", LEI),))
        if is_stored:
            session.commit()
        else:
            # It is seen only by the wait for its end.
            Timer(1.0, session.commit).start()
        return found

    monkeypatch.setattr(running, "stage", overtaken)
    with pytest.raises(Refused, match=words):
        run(own, staged_id, OWNER, key, actor=ACTOR)
    abandon(own)
    assert count(own, "history_imports") == 0

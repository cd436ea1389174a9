"""Seals tie the history into a chain: whatever is changed behind the service's back is found."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import NullPool, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from alliance.audit.models import Entry, Seal
from alliance.audit.operations import Note, record, seal
from alliance.audit.queries import Head, head, verify
from alliance.audit.rules import Fault, chained
from alliance.core import clock
from alliance.core.actor import SYSTEM
from alliance.core.db import db
from alliance.reactions import abandon, commit
from tests.factories.directory import make_contact, make_organisation


def note(number: int) -> Note:
    return Note("changed", "organisation", number, f"N° {number}", {"city": ("Kyiv", "Київ")})


def write(session: Session, *numbers: int) -> list[int]:
    ids = record(session, SYSTEM, [note(one) for one in numbers], at=clock.now())
    commit(session)
    return ids


@pytest.fixture
def behind_our_back(config):
    """Does what somebody with the owner's rights can do: switch the guard off, change, commit."""
    engine = create_engine(config.owner_database_url or config.database_url, poolclass=NullPool)

    def do(*statements: str) -> None:
        with engine.begin() as connection:
            for table in ("history_entries", "history_seals"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            for statement in statements:
                connection.execute(text(statement))
            for table in ("history_entries", "history_seals"):
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))

    return do


def faults(session: Session, **values) -> list[Fault]:
    session.rollback()
    return [finding.fault for finding in verify(session, **values).findings]


def test_one_transaction_gets_one_seal_and_numbers_have_no_gaps(session):
    start = head(session).number if head(session) else 0
    write(session, 1, 2, 3)
    write(session, 4)
    numbers = session.scalars(select(Seal.number).order_by(Seal.number)).all()
    assert numbers == list(range(1, start + 3))
    assert session.get(Seal, start + 1).count == 3
    verdict = verify(session)
    assert verdict.findings == ()
    assert verdict.head.number == start + 2


def test_what_the_service_itself_does_is_sealed(session):
    make_organisation(session)
    make_contact(session)
    commit(session)
    assert faults(session) == []
    assert session.scalar(select(func.sum(Seal.count))) == session.scalar(
        select(func.count()).select_from(Entry)
    )


def test_a_transaction_without_entries_gets_no_seal(session):
    before = head(session)
    commit(session)
    assert head(session) == before


def test_what_is_given_up_is_not_sealed_later(session):
    record(session, SYSTEM, [note(1)], at=clock.now())
    abandon(session)
    before = head(session)
    commit(session)
    assert head(session) == before


def test_what_a_savepoint_took_back_is_not_sealed(session):
    nested = session.begin_nested()
    record(session, SYSTEM, [note(1)], at=clock.now())
    nested.rollback()
    record(session, SYSTEM, [note(2)], at=clock.now())
    commit(session)
    assert session.get(Seal, head(session).number).count == 1
    assert faults(session) == []


def test_nothing_changed_means_the_same_digest_in_sql_and_here(session):
    write(session, 1, 2)
    number = head(session).number
    row = session.execute(
        text(
            "SELECT s.*, CAST(s.entries AS text) AS told,"
            " CAST(extract(epoch FROM s.at) * 1000000 AS bigint) AS micros,"
            " coalesce((SELECT p.chained FROM history_seals p WHERE p.number = s.number - 1), '')"
            " AS previous FROM history_seals s WHERE number = :number"
        ),
        {"number": number},
    ).one()
    told = chained(
        row.previous, number=number, at=row.micros, entries=row.told, count=2, digest=row.digest
    )
    assert told == row.chained


@pytest.mark.parametrize(
    "setting", ["TimeZone = 'Asia/Tokyo'", "DateStyle = 'SQL, DMY'", "extra_float_digits = -10"]
)
def test_settings_of_the_reader_change_no_digest(session, setting):
    write(session, 1, 2)
    session.execute(text(f"SET LOCAL {setting}"))
    assert faults(session) == []


CHANGES = [
    'changes = \'{"city": ["Kyiv", "Lviv"]}\'',
    "actor_name = 'somebody else'",
    "at = at - interval '1 microsecond'",
    "reason = 'because'",
    "subject_id = 999",
    "cause = 'import:1'",
    "action = 'removed'",
]


@pytest.mark.database
def test_an_entry_changed_behind_our_back_is_found_whatever_was_changed(session, behind_our_back):
    for change in CHANGES:
        first, second = write(session, 1, 2)
        behind_our_back(f"UPDATE history_entries SET {change} WHERE id = {second}")
        finding = verify(session).findings[-1]
        session.rollback()
        assert finding.fault is Fault.ENTRY_CHANGED, change
        assert f"[{first},{second + 1})" in str(finding)
    assert faults(session) == [Fault.ENTRY_CHANGED] * len(CHANGES)


@pytest.mark.database
def test_a_removed_entry_is_named(session, behind_our_back):
    _, gone, _ = write(session, 1, 2, 3)
    behind_our_back(f"DELETE FROM history_entries WHERE id = {gone}")
    (finding,) = verify(session).findings
    assert finding.fault is Fault.ENTRY_REMOVED
    assert str(gone) in str(finding)


@pytest.mark.parametrize("place", ["before all", "after all"])
def test_an_entry_slipped_in_is_named(session, place):
    write(session, 1)
    id = -5 if place == "before all" else session.scalar(select(func.max(Entry.id))) + 100
    session.execute(
        text(
            "INSERT INTO history_entries (id, at, actor_kind, actor_name, action, subject_kind,"
            " subject_id, subject_name, changes) VALUES (:id, '2026-01-01', 'system', 'system',"
            " 'changed', 'organisation', 1, 'X', '{}')"
        ),
        {"id": id},
    )
    (finding,) = verify(session).findings
    assert finding.fault is Fault.ENTRY_UNSEALED
    assert str(id) in str(finding)


@pytest.mark.database
def test_a_changed_seal_is_found(session, behind_our_back):
    write(session, 1)
    for change in ("count = count + 1", "at = at + interval '1 s'", "chained = repeat('0', 64)"):
        number = head(session).number
        write(session, 2)
        behind_our_back(f"UPDATE history_seals SET {change} WHERE number = {number}")
        assert Fault.SEAL_CHANGED in faults(session), change


@pytest.mark.database
def test_a_removed_seal_is_found_and_its_entries_with_it(session, behind_our_back):
    write(session, 1)
    number = head(session).number
    write(session, 2)
    behind_our_back(f"DELETE FROM history_seals WHERE number = {number}")
    assert faults(session) == [Fault.SEAL_REMOVED, Fault.ENTRY_UNSEALED]


@pytest.mark.database
def test_an_end_cut_off_or_made_anew_is_found_by_whoever_kept_the_end(session, behind_our_back):
    write(session, 1)
    (id,) = write(session, 2)
    kept = head(session)
    session.rollback()
    behind_our_back(
        f"DELETE FROM history_entries WHERE id = {id}",
        f"DELETE FROM history_seals WHERE number = {kept.number}",
    )
    assert faults(session) == []
    assert faults(session, expected=kept) == [Fault.ENDS_EARLY]
    write(session, 3)
    write(session, 4)
    assert faults(session) == []
    assert faults(session, expected=kept) == [Fault.OTHER_CHAIN]


def test_a_chain_that_has_grown_still_leads_through_the_end_that_was_kept(session):
    write(session, 1)
    kept = head(session)
    write(session, 2)
    assert faults(session, expected=Head(kept.number, kept.chained)) == []


@pytest.mark.parametrize("table", ["history_seals", "history_changes"])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_seals_and_feed_are_written_once(session, table, act):
    make_organisation(session)
    commit(session)
    column = "count" if table == "history_seals" else "action"
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(text(act.format(table, column, column)))
    assert refused.value.orig.sqlstate == "42501"


@pytest.mark.database
def test_writers_at_once_make_one_chain(app, session):
    with app.app_context():
        engine = db.engine
    with Session(engine) as other:
        record(other, SYSTEM, [note(1)], at=clock.now())
        record(session, SYSTEM, [note(2)], at=clock.now())
        record(other, SYSTEM, [note(3)], at=clock.now())
        commit(session)
        commit(other)
    assert faults(session) == []
    told = session.scalars(select(Seal.count).order_by(Seal.number.desc()).limit(2)).all()
    assert told == [2, 1]


@pytest.mark.database
def test_an_entry_of_a_running_transaction_is_no_fault(app, session):
    with app.app_context():
        engine = db.engine
    with Session(engine) as other:
        record(other, SYSTEM, [note(1)], at=clock.now())
        seal(other)
        assert faults(session) == []
        other.rollback()
    session.rollback()
    assert faults(session) == []


@pytest.mark.database
def test_what_was_there_before_the_seals_becomes_the_first(app, config):
    with app.app_context():
        downgrade(revision="0005")
        engine = create_engine(config.owner_database_url or config.database_url)
        with engine.begin() as connection:
            for id in (1, 2, 7):
                connection.execute(
                    text(
                        "INSERT INTO history_entries (id, at, actor_kind, actor_name, action,"
                        " subject_kind, subject_id, subject_name, changes) VALUES (:id,"
                        " '2026-01-01', 'system', 'system', 'changed', 'contact', 1, 'X', '{}')"
                    ),
                    {"id": id},
                )
        upgrade()
        with Session(engine) as session:
            verdict = verify(session)
            assert (verdict.seals, verdict.entries, verdict.findings) == (1, 3, ())
        engine.dispose()

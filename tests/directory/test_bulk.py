"""Acts on many records: looked at before, done as one, taken back field by field."""

from datetime import date
from threading import Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from alliance.audit.models import Entry
from alliance.audit.queries import entries_caused_by, verify
from alliance.core.db import db
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.operations.bulk import (
    apply_bulk,
    begin_change_set,
    cause_of_change_set,
    finish_change_set,
    preview,
    undo_change_set,
)
from alliance.directory.operations.sectors import merge_sectors
from alliance.directory.queries.change_sets import change_sets, get_change_set
from alliance.directory.queries.records import contacts_of, get_record
from alliance.directory.queries.reference import reference
from alliance.directory.rules.bulk import ACTS, Act, ActName
from alliance.directory.rules.records import Membership, Visibility
from alliance.reactions import abandon, commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_contact,
    make_organisation,
    make_organisations,
    organisation,
)

TODAY = date(2026, 3, 1)
KENYA_TO_UGANDA = Act(ActName.SET_COUNTRY, code="UG")


@pytest.fixture
def sectors(session):
    """The ids of two sectors that are in use, with none under them."""
    known = reference(session).sectors.values()
    above = {one.parent for one in known}
    return [one.id for one in known if one.retired_on is None and one.id not in above][:2]


def look(session, ids, act, kind="organisation"):
    return preview(session, kind, ids, act, today=TODAY)


def apply(session, ids, act, kind="organisation", expected=None, **values):
    count = look(session, ids, act, kind).changed if expected is None else expected
    return apply_bulk(
        session, kind, ids, act, actor=STAFF, today=TODAY, expected_count=count, **values
    )


def entries(session):
    return session.scalar(select(func.count()).select_from(Entry))


def test_a_preview_tells_what_changes_stays_and_is_left_out_and_writes_nothing(session):
    first = make_organisation(session)
    same = make_organisation(session, "Safe Shore", country="UG")
    merged = make_organisation(
        session, "Old Light", merged_into_id=first.id, is_listed=False, memberships=()
    )
    before = entries(session)
    found = look(session, [first.id, same.id, merged.id, 987654321], KENYA_TO_UGANDA)
    assert (found.changed, found.same, found.refused_count) == (1, 1, 2)
    (row,) = found.rows
    assert (row.id, row.name, row.changes) == (first.id, "Harbour Light", {"country": ("KE", "UG")})
    assert [one.id for one in found.refused] == [merged.id, 987654321]
    assert "merged" in found.refused[0].reason
    assert entries(session) == before
    assert get_record(session, first.id).country == "KE"


def test_applying_changes_what_was_told_under_one_cause(session):
    first, second = make_organisations(session, [organisation(), organisation("Safe Shore")])
    done = apply(session, [first.id, second.id], KENYA_TO_UGANDA, reason="moved")
    assert [get_record(session, one.id).country for one in (first, second)] == ["UG", "UG"]
    told = entries_caused_by(session, cause_of_change_set(done.change_set_id))
    assert [one.changes for one in told] == [{"country": ["KE", "UG"]}] * 2
    assert {one.reason for one in told} == {"moved"}
    row = get_change_set(session, done.change_set_id)
    assert (row.count, row.account_name, row.kind) == (2, STAFF.name, "bulk_edit")
    assert change_sets(session)[0].id == done.change_set_id


def test_a_record_that_refuses_is_left_out_and_told(session):
    fits = make_organisation(session)
    member = make_organisation(session, "Safe Shore", category="government", body_kind="ministry")
    act = Act(ActName.SET_CATEGORY, code="company")
    found = look(session, [fits.id, member.id], act)
    assert [one.id for one in found.refused] == [member.id]
    assert "Body kind" in found.refused[0].reason
    done = apply(session, [fits.id, member.id], act)
    assert (done.changed, done.refused_count) == (1, 1)
    assert get_record(session, member.id) == member
    kept = get_change_set(session, done.change_set_id).refused
    assert kept[0]["name"] == "Safe Shore"


def test_more_than_was_told_is_refused(session):
    ids = [one.id for one in make_organisations(session, [organisation(), organisation("B")])]
    commit(session)
    with pytest.raises(Refused, match="More records"):
        apply(session, ids, KENYA_TO_UGANDA, expected=1)
    abandon(session)
    assert {get_record(session, id).country for id in ids} == {"KE"}
    assert change_sets(session) == []


def test_an_act_that_changes_nothing_leaves_nothing(session):
    stored = make_organisation(session, country="UG")
    with pytest.raises(Refused, match="None of these"):
        apply(session, [stored.id], KENYA_TO_UGANDA)


def test_every_act_on_organisations_does_what_it_says_and_is_undone(session, sectors):
    first, second = sectors
    past = (Membership(date(2020, 1, 1), ended_on=date(2021, 1, 1)),)
    stored = make_organisation(session, sectors=(first,))
    former = make_organisation(session, "Former", memberships=past)
    acts = [
        (stored, Act(ActName.ADD_SECTORS, sectors=(second,)), "sectors", (first, second)),
        (stored, Act(ActName.REMOVE_SECTORS, sectors=(first,)), "sectors", ()),
        (stored, Act(ActName.SET_CATEGORY, code="company"), "category", "company"),
        (stored, KENYA_TO_UGANDA, "country", "UG"),
        (stored, Act(ActName.SET_LANGUAGE, code="FR"), "language", "fr"),
        (stored, Act(ActName.SET_LISTED, is_on=False), "is_listed", False),
        (
            stored,
            Act(ActName.SET_VISIBILITY, field="website", level=Visibility.PORTAL),
            "visibility",
            {"website": Visibility.PORTAL},
        ),
        (former, Act(ActName.ARCHIVE), "archived_on", TODAY),
    ]
    for record, act, field, wanted in acts:
        before = get_record(session, record.id)
        done = apply(session, [record.id], act)
        assert getattr(get_record(session, record.id), field) == wanted, act.name
        undone = undo_change_set(session, done.change_set_id, actor=STAFF)
        assert (undone.restored, undone.conflicts) == (1, []), act.name
        assert get_record(session, record.id) == before, act.name


def test_a_membership_ends_with_day_and_reason_and_comes_back(session):
    stored = make_organisation(session)
    act = Act(ActName.END_MEMBERSHIP, on=date(2026, 2, 1), why="left")
    done = apply(session, [stored.id], act)
    (ended,) = get_record(session, stored.id).memberships
    assert (ended.ended_on, ended.end_reason) == (date(2026, 2, 1), "left")
    assert look(session, [stored.id], act).refused_count == 1
    undo_change_set(session, done.change_set_id, actor=STAFF)
    assert get_record(session, stored.id) == stored


def test_a_member_is_not_archived_and_a_deleted_record_only_restored(session):
    member = make_organisation(session)
    deleted = make_organisation(session, "Gone", memberships=(), delete_on=date(2026, 4, 1))
    assert look(session, [member.id], Act(ActName.ARCHIVE)).refused_count == 1
    assert look(session, [deleted.id], KENYA_TO_UGANDA).refused_count == 1
    apply(session, [deleted.id], Act(ActName.RESTORE))
    assert get_record(session, deleted.id).delete_on is None


def test_every_act_on_contacts_does_what_it_says_and_is_undone(session):
    person = make_contact(session)
    for act, field, wanted in (
        (Act(ActName.SET_LANGUAGE, code="ar"), "language", "ar"),
        (Act(ActName.SET_TIME_ZONE, code="Africa/Nairobi"), "time_zone", "Africa/Nairobi"),
        (Act(ActName.ARCHIVE), "archived_on", TODAY),
    ):
        done = apply(session, [person.id], act, "contact")
        assert getattr(contacts_of(session, [person.id])[person.id], field) == wanted
        undo_change_set(session, done.change_set_id, actor=STAFF)
        assert contacts_of(session, [person.id])[person.id] == person


@pytest.mark.parametrize(
    ("act", "field"),
    [
        (Act(ActName.ADD_SECTORS), "sectors"),
        (Act(ActName.ADD_SECTORS, sectors=(987654321,)), "sectors"),
        (Act(ActName.SET_CATEGORY, code="nothing"), "category"),
        (Act(ActName.SET_CATEGORY, code="company", body_kind="ministry"), "body_kind"),
        (Act(ActName.SET_COUNTRY, code="ZZ"), "country"),
        (Act(ActName.SET_COUNTRY), "country"),
        (Act(ActName.SET_LANGUAGE, code="xx-nothing"), "language"),
        (Act(ActName.SET_VISIBILITY, field="notes", level=Visibility.PUBLIC), "level"),
        (Act(ActName.SET_VISIBILITY), "field"),
        (Act(ActName.END_MEMBERSHIP, why="left"), "on"),
        (Act(ActName.END_MEMBERSHIP, on=TODAY, why=" "), "why"),
        (Act(ActName.END_MEMBERSHIP, on=date(1500, 1, 1), why="left"), "on"),
        (Act(ActName.SET_TIME_ZONE, code="Africa/Nairobi"), "act"),
    ],
)
def test_an_act_that_lacks_something_is_refused_before_any_record(session, act, field):
    with pytest.raises(BadInput) as refused:
        look(session, [make_organisation(session).id], act)
    assert refused.value.field == field


def test_every_act_that_is_offered_is_known():
    assert {name for names in ACTS.values() for name in names} == set(ActName)


def test_undoing_leaves_what_was_changed_since_and_says_so(session):
    first, second = make_organisations(session, [organisation(), organisation("Safe Shore")])
    done = apply(session, [first.id, second.id], KENYA_TO_UGANDA)
    change_organisation(session, first.id, country="TZ", city="Arusha")
    undone = undo_change_set(session, done.change_set_id, actor=STAFF)
    assert undone.restored == 1
    (kept,) = undone.conflicts
    assert (kept.subject_id, kept.field, kept.was, kept.became, kept.now) == (
        first.id, "country", "KE", "UG", "TZ",
    )  # fmt: skip
    assert get_record(session, first.id).country == "TZ"
    assert get_record(session, second.id).country == "KE"
    row = get_change_set(session, done.change_set_id)
    assert (row.restored, row.conflict_count, row.conflicts[0]["now"]) == (1, 1, "TZ")


def test_what_was_changed_back_by_hand_is_no_conflict(session):
    stored = make_organisation(session)
    done = apply(session, [stored.id], KENYA_TO_UGANDA)
    change_organisation(session, stored.id, country="KE")
    undone = undo_change_set(session, done.change_set_id, actor=STAFF)
    assert (undone.restored, undone.conflicts) == (0, [])


def test_a_change_set_is_undone_once(session):
    stored = make_organisation(session)
    done = apply(session, [stored.id], KENYA_TO_UGANDA)
    undo_change_set(session, done.change_set_id, actor=STAFF)
    with pytest.raises(Refused, match="undone already"):
        undo_change_set(session, done.change_set_id, actor=STAFF)
    with pytest.raises(NotFound):
        undo_change_set(session, 987654321, actor=STAFF)


def test_a_merge_of_sectors_is_undone_as_a_whole(session, sectors):
    gone, into = sectors
    tagged = make_organisation(session, sectors=(gone,))
    made = begin_change_set(
        session, "merge_sectors", subject_kind="sector", act={"from": gone, "into": into},
        actor=STAFF,
    )  # fmt: skip
    cause = cause_of_change_set(made)
    count = merge_sectors(session, gone, into, on=TODAY, actor=STAFF, cause=cause)
    finish_change_set(session, made, count=count)
    assert get_record(session, tagged.id).sectors == (into,)
    undone = undo_change_set(session, made, actor=STAFF)
    assert undone.conflicts == []
    assert get_record(session, tagged.id).sectors == (gone,)


@pytest.mark.database
def test_two_who_undo_at_once_undo_once(app, session):
    stored = make_organisation(session)
    done = apply(session, [stored.id], KENYA_TO_UGANDA)
    commit(session)
    with app.app_context():
        engine = db.engine
    told: list[str] = []

    def undo() -> None:
        with Session(engine) as own:
            try:
                undo_change_set(own, done.change_set_id, actor=STAFF)
                commit(own)
                told.append("undone")
            except Refused:
                abandon(own)
                told.append("refused")

    threads = [Thread(target=undo) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["refused", "undone"]
    session.rollback()
    assert len(entries_caused_by(session, f"change_set_undo:{done.change_set_id}")) == 1
    assert verify(session).findings == ()

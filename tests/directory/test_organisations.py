"""What happens to an organisation, each with the refusals that belong to it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from types import MappingProxyType

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from alliance.audit.queries import history_of
from alliance.core.db import db
from alliance.core.errors import BadInput, NotFound, Refused
from alliance.directory.models import Listing
from alliance.directory.operations import organisations as operations
from alliance.directory.queries.records import get_record
from alliance.directory.queries.relations import ancestors_of, organisation_called
from alliance.directory.rules.records import Membership, Name, NameKind, Visibility
from alliance.reactions import commit
from tests.factories.directory import STAFF, make_organisation

_WAITING = text(
    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
    " AND wait_event_type = 'Lock')"
)


def _is_somebody_waiting(engine: Engine) -> bool:
    # A transaction of its own each time: within one, activity is seen as it was at first.
    with Session(engine) as own:
        return bool(own.scalar(_WAITING))


def rename(session, id, name, on, **values):
    operations.rename_organisation(session, id, name, on=on, actor=STAFF, **values)
    return get_record(session, id)


def test_a_rename_keeps_the_former_name_with_its_last_day(session):
    stored = make_organisation(session, "Beacon", language="en")
    after = rename(session, stored.id, "Harbour  Light ", date(2021, 5, 1), reason="new board")
    assert after.name == "Harbour Light"
    assert after.names == (Name(NameKind.FORMER, "Beacon", "en", None, date(2021, 4, 30)),)
    assert (after.slug, after.former_slugs) == ("harbour-light", ("beacon",))
    assert organisation_called(session, "beacon") == stored.id
    assert history_of(session, "organisation", stored.id)[0].reason == "new board"


def test_a_second_former_name_begins_where_the_first_ended(session):
    stored = make_organisation(session, "Beacon")
    rename(session, stored.id, "Harbour Light", date(2021, 5, 1))
    after = rename(session, stored.id, "Safe Shore", date(2023, 1, 1))
    assert after.names == (
        Name(NameKind.FORMER, "Beacon", None, None, date(2021, 4, 30)),
        Name(NameKind.FORMER, "Harbour Light", None, date(2021, 5, 1), date(2022, 12, 31)),
    )
    assert after.former_slugs == ("beacon", "harbour-light")


def test_a_rename_back_to_an_earlier_name_gives_the_earlier_address(session):
    stored = make_organisation(session, "Beacon")
    rename(session, stored.id, "Harbour Light", date(2021, 5, 1))
    after = rename(session, stored.id, "Beacon", date(2022, 5, 1))
    assert after.slug == "beacon"
    assert [one.text for one in after.names] == ["Beacon", "Harbour Light"]


def test_a_corrected_name_leaves_no_former_one_but_its_address_leads_on(session):
    stored = make_organisation(session, "Habour Light")
    after = rename(session, stored.id, "Harbour Light", date(2021, 5, 1), is_correction=True)
    assert after.names == ()
    assert after.former_slugs == ("habour-light",)


def test_a_rename_to_the_same_name_before_the_last_one_or_to_nothing_is_refused(session):
    stored = make_organisation(session, "Beacon")
    with pytest.raises(Refused, match="already"):
        rename(session, stored.id, " Beacon", date(2021, 5, 1))
    rename(session, stored.id, "Harbour Light", date(2021, 5, 1))
    with pytest.raises(BadInput, match="renamed on 2021-05-01 already"):
        rename(session, stored.id, "Safe Shore", date(2021, 5, 1))
    with pytest.raises(BadInput, match="give a name"):
        rename(session, stored.id, " ", date(2022, 5, 1))
    with pytest.raises(NotFound):
        rename(session, stored.id + 1, "Safe Shore", date(2022, 5, 1))


def test_a_dissolved_organisation_is_listed_until_that_day_and_ends_its_membership(session):
    stored = make_organisation(session)
    operations.dissolve(
        session, stored.id, on=date(2022, 7, 1), reason="closed its doors", actor=STAFF
    )
    after = get_record(session, stored.id)
    assert after.dissolved_on == date(2022, 7, 1)
    assert after.memberships[0].ended_on == date(2022, 7, 1)
    assert after.memberships[0].end_reason == "closed its doors"
    (period,) = session.get(Listing, stored.id).periods
    assert (period.lower, period.upper) == (date(2020, 3, 1), date(2022, 7, 1))
    with pytest.raises(Refused, match="already"):
        operations.dissolve(session, stored.id, on=date(2023, 1, 1), reason="again", actor=STAFF)
    with pytest.raises(Refused, match="cannot join"):
        operations.open_membership(session, stored.id, on=date(2023, 1, 1), actor=STAFF)


def test_an_organisation_that_becomes_part_of_another_keeps_its_page_and_leads_on(session):
    stored, other = make_organisation(session), make_organisation(session, "Safe Shore")
    operations.dissolve(
        session, stored.id, on=date(2022, 7, 1), reason="joined", actor=STAFF, into_id=other.id
    )
    after = get_record(session, stored.id)
    assert (after.merged_into_id, after.is_listed) == (other.id, True)
    assert session.get(Listing, stored.id).document["merged_into_id"] == other.id


@pytest.mark.parametrize("on", [date(2020, 3, 1), date(2019, 1, 1)])
def test_nobody_is_dissolved_before_having_joined(session, on):
    stored = make_organisation(session)
    with pytest.raises(BadInput):
        operations.dissolve(session, stored.id, on=on, reason="closed", actor=STAFF)


def test_an_end_that_leads_nowhere_or_says_no_reason_is_refused(session):
    stored = make_organisation(session)
    for into, error in ((stored.id, Refused), (stored.id + 1, NotFound)):
        with pytest.raises(error):
            operations.dissolve(
                session, stored.id, on=date(2022, 7, 1), reason="x", actor=STAFF, into_id=into
            )
    with pytest.raises(BadInput, match="Say why"):
        operations.dissolve(session, stored.id, on=date(2022, 7, 1), reason="", actor=STAFF)
    assert get_record(session, stored.id) == stored


def test_organisations_stand_under_others_but_never_in_a_circle(session):
    state = make_organisation(session, "State")
    ministry = make_organisation(session, "Ministry")
    office = make_organisation(session, "Office")
    operations.set_parent(session, ministry.id, state.id, actor=STAFF)
    operations.set_parent(session, office.id, ministry.id, actor=STAFF)
    assert ancestors_of(session, office.id) == (ministry.id, state.id)
    for above, below in ((state, state), (state, ministry), (state, office), (ministry, office)):
        with pytest.raises(Refused, match="stands under"):
            operations.set_parent(session, above.id, below.id, actor=STAFF)
    operations.set_parent(session, ministry.id, None, actor=STAFF)
    operations.set_parent(session, state.id, office.id, actor=STAFF)
    assert ancestors_of(session, state.id) == (office.id, ministry.id)
    with pytest.raises(NotFound):
        operations.set_parent(session, office.id, office.id + 100, actor=STAFF)


def test_who_sees_a_field_can_be_chosen_and_left_to_what_is_usual(session):
    stored = make_organisation(session, city="Nairobi")
    operations.set_visibility(session, stored.id, "city", Visibility.SECRETARIAT, actor=STAFF)
    assert "city" not in session.get(Listing, stored.id).document
    operations.set_visibility(session, stored.id, "city", None, actor=STAFF)
    session.expire_all()
    assert session.get(Listing, stored.id).document["city"] == "Nairobi"
    assert get_record(session, stored.id).visibility == MappingProxyType({})
    for field, level in (("notes", Visibility.PORTAL), ("email", Visibility.PUBLIC)):
        with pytest.raises(BadInput):
            operations.set_visibility(session, stored.id, field, level, actor=STAFF)


def test_a_member_that_does_not_want_to_be_listed_is_not(session):
    stored = make_organisation(session)
    operations.set_listed(session, stored.id, False, actor=STAFF, reason="they asked")
    assert session.get(Listing, stored.id) is None
    operations.set_listed(session, stored.id, True, actor=STAFF)
    assert session.get(Listing, stored.id) is not None


def test_an_organisation_is_found_by_number_address_and_former_address_only(session):
    stored = make_organisation(session, "Beacon", memberships=(Membership(date(2020, 1, 1)),))
    rename(session, stored.id, "Harbour Light", date(2021, 5, 1))
    for key in (str(stored.id), "beacon", "harbour-light"):
        assert organisation_called(session, key) == stored.id
    for key in ("", "0", "9" * 30, "no-such", "Harbour Light", "%"):
        with pytest.raises(NotFound):
            organisation_called(session, key)


@pytest.mark.database
def test_two_changes_at_once_both_stay(app, session):
    stored = make_organisation(session)
    commit(session)
    with app.app_context():
        engine = db.engine

    def hide() -> None:
        with Session(engine) as own:
            operations.set_listed(own, stored.id, False, actor=STAFF)
            commit(own)

    operations.rename_organisation(session, stored.id, "Beacon", on=date(2021, 5, 1), actor=STAFF)
    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(hide)
        while not _is_somebody_waiting(engine):
            assert not waiting.done(), "the second change did not wait for the first"
        commit(session)
        waiting.result()
    after = get_record(session, stored.id)
    assert (after.name, after.is_listed) == ("Beacon", False)

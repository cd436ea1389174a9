"""Editing a record that others edit too: nobody overwrites what he has not seen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy.orm import Session

from alliance.audit.queries import history_of
from alliance.core.db import db
from alliance.core.errors import BadInput, Conflict, NotFound, Refused, Stale
from alliance.directory.operations.editing import (
    edit_affiliation,
    edit_contact,
    edit_organisation,
)
from alliance.directory.operations.merging import merge_into
from alliance.directory.operations.reverting import put_back
from alliance.directory.queries.records import get_record
from alliance.directory.rules.versions import version_of
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
)


def edit(session, record, changes, **more):
    return edit_organisation(
        session, record.id, changes, version=version_of(record), actor=STAFF, **more
    )


def test_changes_to_other_fields_are_kept(session):
    seen = make_organisation(session, city="Nairobi", phone="+254201234567")
    change_organisation(session, seen.id, city="Mombasa")
    stored = edit(session, seen, {"city": "Nairobi", "phone": "+254207654321"})
    assert (stored.city, stored.phone) == ("Mombasa", "+254207654321")


def test_the_same_field_changed_by_two_is_refused_with_all_three_values(session):
    seen = make_organisation(session, city="Nairobi")
    change_organisation(session, seen.id, city="Mombasa")
    with pytest.raises(Stale) as refused:
        edit(session, seen, {"city": "Kisumu", "postcode": "00100"})
    assert refused.value.conflicts == {"city": Conflict("Nairobi", "Mombasa", "Kisumu")}
    assert refused.value.changed == {"city", "postcode"}
    assert refused.value.version == version_of(get_record(session, seen.id))
    assert get_record(session, seen.id).postcode is None


def test_the_same_change_by_two_is_no_conflict(session):
    seen = make_organisation(session, city="Nairobi")
    change_organisation(session, seen.id, city="Mombasa")
    number = len(history_of(session, "organisation", seen.id))
    assert edit(session, seen, {"city": "Mombasa"}).city == "Mombasa"
    assert len(history_of(session, "organisation", seen.id)) == number


def test_the_strict_refuse_whatever_has_changed(session):
    seen = make_organisation(session, city="Nairobi")
    change_organisation(session, seen.id, postcode="00100")
    with pytest.raises(Stale) as refused:
        edit(session, seen, {"city": "Kisumu"}, is_strict=True)
    assert refused.value.conflicts == {}


def test_a_version_that_nobody_knows_shows_every_difference(session):
    stored = make_organisation(session, city="Nairobi", postcode="00100")
    with pytest.raises(Stale) as refused:
        edit_organisation(
            session,
            stored.id,
            {"city": "Kisumu", "postcode": "00100"},
            version="0" * 20,
            actor=STAFF,
        )
    assert refused.value.conflicts == {"city": Conflict("Nairobi", "Nairobi", "Kisumu")}


def test_without_a_version_the_last_one_wins(session):
    stored = make_organisation(session, city="Nairobi")
    edited = edit_organisation(session, stored.id, {"city": "X"}, version=None, actor=STAFF)
    assert edited.city == "X"


def test_merged_deleted_and_absent_records_are_not_edited(session):
    survivor, duplicate, deleted = (
        make_organisation(session, name) for name in ("One", "Two", "Three")
    )
    merge_into(session, duplicate.id, survivor.id, actor=STAFF)
    with pytest.raises(Refused, match="merged into “One”"):
        edit(session, duplicate, {"city": "X"})
    gone = change_organisation(session, deleted.id, delete_on=date(2999, 1, 1))
    with pytest.raises(Refused, match="restore it"):
        edit(session, gone, {"city": "X"})
    with pytest.raises(NotFound):
        edit_organisation(session, 10**9, {"city": "X"}, version=None, actor=STAFF)


def test_what_the_rules_refuse_is_refused(session):
    stored = make_organisation(session)
    with pytest.raises(BadInput):
        edit(session, stored, {"country": "XX"})
    assert get_record(session, stored.id) == stored


def test_contacts_and_affiliations_meet_each_other_too(session):
    person = make_contact(session)
    edit_contact(session, person.id, {"latin_name": "A"}, version=version_of(person), actor=STAFF)
    with pytest.raises(Stale):
        edit_contact(
            session, person.id, {"latin_name": "B"}, version=version_of(person), actor=STAFF
        )
    works = make_affiliation(session, contact=person)
    edit_affiliation(session, works.id, {"job_title": "A"}, version=version_of(works), actor=STAFF)
    with pytest.raises(Stale):
        edit_affiliation(
            session, works.id, {"job_title": "B"}, version=version_of(works), actor=STAFF
        )


def test_an_earlier_value_is_put_back_with_its_cause(session):
    stored = make_organisation(session, city="Nairobi", countries=("KE",))
    change_organisation(session, stored.id, countries=("KE", "TZ"))
    entry = history_of(session, "organisation", stored.id)[0]
    put_back(session, stored.id, "countries", entry.id, version=None, actor=STAFF)
    assert get_record(session, stored.id) == stored
    assert history_of(session, "organisation", stored.id)[0].cause == f"revert:{entry.id}"


def test_a_field_changed_again_since_is_not_put_back_unseen(session):
    stored = make_organisation(session, city="Nairobi")
    change_organisation(session, stored.id, city="Mombasa")
    entry = history_of(session, "organisation", stored.id)[0]
    now = change_organisation(session, stored.id, city="Kisumu")
    with pytest.raises(Refused, match="changed again"):
        put_back(session, stored.id, "city", entry.id, version=None, actor=STAFF)
    put_back(session, stored.id, "city", entry.id, version=version_of(now), actor=STAFF)
    assert get_record(session, stored.id).city == "Nairobi"


@pytest.mark.parametrize("field", ["slug", "former_slugs", "merged_into_id", "archived_on"])
def test_fields_with_acts_of_their_own_are_not_put_back(session, field):
    values = {"slug": "other-slug", "former_slugs": ("older",), "archived_on": date(2024, 1, 1)}
    stored = make_organisation(session)
    other = make_organisation(session, "Other")
    changed = {field: other.id, "is_listed": False} if field == "merged_into_id" else {
        field: values[field]
    }  # fmt: skip
    now = change_organisation(session, stored.id, **changed)
    entry = history_of(session, "organisation", stored.id)[0]
    with pytest.raises(Refused):
        put_back(session, stored.id, field, entry.id, version=version_of(now), actor=STAFF)


def test_the_first_value_of_all_is_no_change_to_take_back(session):
    stored = make_organisation(session, city="Nairobi")
    entry = history_of(session, "organisation", stored.id)[0]
    with pytest.raises(Refused):
        put_back(session, stored.id, "city", entry.id, version=None, actor=STAFF)
    with pytest.raises(NotFound):
        put_back(session, stored.id, "phone", entry.id, version=None, actor=STAFF)


@pytest.mark.database
def test_of_two_who_save_at_once_one_is_told_of_the_other(app, session):
    seen = make_organisation(session, city="Nairobi")
    commit(session)
    with app.app_context():
        engine = db.engine

    def save(city):
        with Session(engine) as own:
            try:
                edit(own, seen, {"city": city})
                commit(own)
            except Stale:
                return "told"
            return "saved"

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(save, [f"City {number}" for number in range(8)]))
    assert sorted(told) == ["saved"] + ["told"] * 7
    session.expire_all()
    assert len(history_of(session, "organisation", seen.id)) == 2

"""Many copies of one form at once, and two people at once: one record, one entry, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from alliance.audit.models import Entry
from alliance.audit.queries import history_of
from alliance.directory.models import Organisation
from alliance.directory.queries.records import get_record
from alliance.directory.rules.records import Membership
from alliance.reactions import commit
from tests.factories.directory import make_organisation
from tests.web.staff.forms import filled, form_at, send

pytestmark = pytest.mark.database
COPIES = 20
NEW = "/staff/organisations/new"


def sent_at_once(clients, url, fields):
    """The answers to copies of a form, each with the token of its own browser."""

    def post(client):
        return send(client, url, filled(fields, csrf_token=client.csrf_token))

    with ThreadPoolExecutor(COPIES) as pool:
        return list(pool.map(post, clients))


@pytest.fixture
def browsers(staff):
    """Browsers in which one and the same person is signed in."""
    first = staff()
    return [first, *(staff(account=first.account) for _ in range(COPIES - 1))]


def test_twenty_copies_of_one_form_make_one_record_and_one_entry(session, browsers):
    fields = form_at(browsers[0].get(NEW).text, NEW)
    typed = filled(fields, name="Once Only", category="company", country="KE")
    answers = sent_at_once(browsers, NEW, typed)
    assert {one.status_code for one in answers} == {303}
    assert len({one.location for one in answers}) == 1
    named = select(func.count()).select_from(Organisation).where(Organisation.name == "Once Only")
    assert session.scalar(named) == 1
    told = select(func.count()).select_from(Entry).where(Entry.subject_name == "Once Only")
    assert session.scalar(told) == 1


def test_twenty_copies_of_an_edit_leave_one_entry(session, browsers):
    one = make_organisation(session, city="Nairobi")
    commit(session)
    url = f"/staff/organisations/{one.id}/edit"
    fields = form_at(browsers[0].get(url).text, url)
    answers = sent_at_once(browsers, url, filled(fields, city="Mombasa"))
    assert {one.status_code for one in answers} == {303}
    session.expire_all()
    assert get_record(session, one.id).city == "Mombasa"
    assert len(history_of(session, "organisation", one.id)) == 2


def test_of_twenty_who_change_one_field_at_once_one_saves_and_all_others_are_told(
    session, browsers
):
    one = make_organisation(session, city="Nairobi")
    commit(session)
    url = f"/staff/organisations/{one.id}/edit"
    forms = [form_at(client.get(url).text, url) for client in browsers]

    def post(number):
        return send(browsers[number], url, filled(forms[number], city=f"City {number}"))

    with ThreadPoolExecutor(COPIES) as pool:
        codes = sorted(answer.status_code for answer in pool.map(post, range(COPIES)))
    assert codes == [303] + [409] * (COPIES - 1)
    session.expire_all()
    assert len(history_of(session, "organisation", one.id)) == 2


def test_an_edit_and_a_deletion_at_once_revive_nothing(session, browsers):
    left = (Membership(date(2012, 1, 1), ended_on=date(2020, 1, 1), end_reason="Left"),)
    for _ in range(3):
        one = make_organisation(session, city="Nairobi", memberships=left)
        commit(session)
        edit, delete = (f"/staff/organisations/{one.id}/{act}" for act in ("edit", "delete"))
        typed = filled(form_at(browsers[0].get(edit).text, edit), city="Mombasa")
        asked = form_at(browsers[1].get(delete).text, delete)
        with ThreadPoolExecutor(2) as pool:
            edited = pool.submit(send, browsers[0], edit, typed)
            deleted = pool.submit(send, browsers[1], delete, asked)
        assert deleted.result().status_code == 303
        session.expire_all()
        stored = get_record(session, one.id)
        assert stored.delete_on is not None
        expected = "Mombasa" if edited.result().status_code == 303 else "Nairobi"
        assert stored.city == expected

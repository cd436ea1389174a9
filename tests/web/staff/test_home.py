"""The first page of the workspace: figures that open their lists, and the way back."""

import re
from datetime import date

import pytest

from alliance.accounts.permissions import STAFF_ROLES, Role
from alliance.accounts.queries.recent import opened
from alliance.core import clock
from alliance.directory.operations.states import delete_organisation
from alliance.reactions import commit
from tests.factories.directory import STAFF, make_organisations, organisation
from tests.statements import statements_sent


@pytest.fixture
def made(session):
    found = make_organisations(
        session,
        [
            organisation("Harbour Light", website="https://harbour.example"),
            organisation("Malta", category="government", country=None),
            organisation("Never", memberships=()),
        ],
    )
    commit(session)
    return found


def text_of(response):
    return response.get_data(as_text=True)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_every_figure_opens_a_list_of_as_many(staff, made, role):
    client = staff(role)
    page = text_of(client.get("/staff/"))
    links = re.findall(r'class="tally__item" href="([^"]+)"><b class="tally__number">(\d+)', page)
    links += [
        (address, number)
        for number, address in re.findall(
            r'</svg>(\d+)</span><p>.*?</p><a href="([^"]+)">Show them', page
        )
    ]
    assert len(links) > 4
    for address, number in links:
        listed = text_of(client.get(address.replace("&amp;", "&")))
        word = "organisation" if number == "1" else "organisations"
        assert f"<strong>{number} {word}</strong>" in listed, address


def test_deleted_records_are_told_to_who_may_restore_them(staff, session, made):
    delete_organisation(session, made[2].id, on=date(2026, 11, 1), actor=STAFF)
    commit(session)
    assert "soon gone for good" in text_of(staff(Role.MEMBERSHIP_MANAGER).get("/staff/"))
    assert "soon gone for good" not in text_of(staff(Role.EDITOR).get("/staff/"))


def test_recent_records_and_own_views_lead_back(staff, session, made):
    client = staff(Role.EDITOR)
    opened(session, client.account.id, "organisation", made[1].id, clock.now())
    session.commit()
    client.send("/staff/views/new/organisations?country=none", {"name": "Nowhere"})
    page = text_of(client.get("/staff/"))
    assert "Opened lately" in page
    assert f'href="/staff/organisations/{made[1].id}"' in page
    assert "Nowhere" in page


def test_an_empty_alliance_is_told_where_to_begin(staff):
    page = text_of(staff(Role.MEMBERSHIP_MANAGER).get("/staff/"))
    assert "Import a list" in page
    assert "Import a list" not in text_of(staff(Role.AUDITOR).get("/staff/"))


def test_the_home_page_takes_few_statements(app, staff, made):
    client = staff(Role.EDITOR)
    client.get("/staff/")
    with statements_sent(app) as sent:
        client.get("/staff/")
    assert len(sent) <= 5, sent

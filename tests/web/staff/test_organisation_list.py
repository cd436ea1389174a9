"""The list of organisations: what stands there, for whom, and what its address may ask for."""

import re
from datetime import date

import pytest

from alliance.accounts.permissions import STAFF_ROLES, Role
from alliance.core.errors import BadInput
from alliance.directory.operations.states import delete_organisation
from alliance.directory.rules.records import Domain, Membership, Name, NameKind
from alliance.reactions import commit
from alliance.web.staff import organisations as pages
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisations,
    organisation,
)
from tests.statements import statements_sent

LIST = "/staff/organisations"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def made(session):
    """Five organisations by a short name for each."""
    records = make_organisations(
        session,
        [
            organisation("Harbour Light", domains=(Domain("harbour.example"),)),
            organisation(HOSTILE, category="company", country="DE"),
            organisation("Malta", category="government", country="MT"),
            organisation(
                "Gone Before",
                memberships=(Membership(date(2013, 1, 1), ended_on=date(2015, 1, 1)),),
                notes="the unicorn note",
            ),
            organisation("Kinderlicht", country="DE", names=(Name(NameKind.FORMER, "Laterne"),)),
        ],
    )
    person = make_contact(session, "Wanjiru Maina")
    make_affiliation(session, organisation=records[0], contact=person)
    commit(session)
    keys = ("light", "hostile", "malta", "gone", "kinder")
    return {key: one.id for key, one in zip(keys, records, strict=True)}


@pytest.fixture
def reader(staff):
    return staff(Role.EDITOR)


def names(response):
    text = response.get_data(as_text=True)
    return re.findall(r'class="table__name"[^>]*><bdi[^>]*>(.*?)</bdi>', text)


def text_of(response):
    return response.get_data(as_text=True)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_all_of_the_staff_see_every_organisation_and_who_its_contact_is(staff, made, role):
    response = staff(role).get(LIST)
    assert response.status_code == 200
    assert len(names(response)) == 5
    assert "Wanjiru Maina" in text_of(response)
    assert "wanjirumaina@" not in text_of(response)
    assert "unicorn" not in text_of(response)
    assert "no-store" in response.headers["Cache-Control"]


def test_nobody_else_sees_it(client, made):
    response = client.get(LIST)
    assert response.status_code == 303
    assert "/sign-in" in response.location


def test_filters_stand_in_the_address_and_are_counted(reader, made):
    response = reader.get(f"{LIST}?country=DE&category=civil_society")
    assert names(response) == ["Kinderlicht"]
    assert "Kind: Civil society organisation" in text_of(response)
    assert re.search(r'value="company">.*?facet__count">1<', text_of(response), re.S)


def test_a_filter_can_be_turned_round_and_ask_for_none(reader, made, session):
    assert "Kinderlicht" not in names(reader.get(f"{LIST}?country=DE&except=country"))
    change_organisation(session, made["malta"], country=None)
    commit(session)
    assert names(reader.get(f"{LIST}?country=none")) == ["Malta"]


def test_why_a_search_found_a_row_is_said(reader, made):
    response = reader.get(f"{LIST}?q=laterne")
    assert names(response) == ["Kinderlicht"]
    assert "matched on: \u2068Laterne\u2069 (former name)" in text_of(response)
    assert "web domain" in text_of(reader.get(f"{LIST}?q=harbour.example"))


def test_what_somebody_typed_is_text(reader, made):
    response = reader.get(LIST, query_string={"q": HOSTILE, "country": HOSTILE, HOSTILE: "1"})
    assert response.status_code == 400
    assert HOSTILE not in text_of(response)
    assert "&lt;script&gt;" in text_of(response)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("country=XX", "is no value of “Country”"),
        ("notes=a", "There is no filter “notes”"),
        ("sort=notes", "cannot be sorted by “notes”"),
        ("page=0", "is no page"),
        ("page=x", "is no page"),
        ("except=notes", "There is no filter “notes”"),
        ("col=notes", "There is no column “notes”"),
        ("density=huge", "is no density"),
        ("view=x", "is no view"),
        ("q=%00", "control character"),
        ("q=" + "a" * 300, "100 characters or fewer"),
        ("page=1&page=2", "more than once"),
        ("state=deleted", "is no value of “Record”"),
    ],
)
def test_what_cannot_be_understood_is_told_and_the_list_stays_usable(reader, made, query, words):
    response = reader.get(f"{LIST}?{query}")
    assert response.status_code == 400
    assert words in text_of(response)
    assert len(names(response)) == 5
    assert "data-select-all" not in text_of(response), "nobody acts on more than was asked for"


def test_deleted_organisations_are_for_who_may_remove_records(staff, reader, session, made):
    delete_organisation(session, made["gone"], on=date(2026, 11, 1), actor=STAFF)
    commit(session)
    assert "Gone Before" not in text_of(reader.get(f"{LIST}?q=gone"))
    assert reader.get(f"{LIST}/{made['gone']}/look").status_code == 404
    manager = staff(Role.MEMBERSHIP_MANAGER)
    assert names(manager.get(f"{LIST}?state=deleted")) == ["Gone Before"]
    assert manager.get(f"{LIST}/{made['gone']}/look").status_code == 200


def test_sorting_goes_both_ways_by_the_heads_of_columns(reader, made):
    forward = names(reader.get(f"{LIST}?sort=country"))
    page = text_of(reader.get(f"{LIST}?sort=country"))
    assert forward[-1] == "Malta"
    assert (
        'aria-sort="ascending"><a class="table__sort" href="/staff/organisations?sort=-country"'
        in page
    )
    assert names(reader.get(f"{LIST}?sort=-country"))[0] == "Malta"


def test_columns_are_remembered_for_the_person(staff, made):
    one, other = staff(Role.EDITOR), staff(Role.AUDITOR)
    page = text_of(one.get(f"{LIST}?col=city&col=domains"))
    assert "harbour.example" in page
    assert "harbour.example" in text_of(one.get(LIST))
    assert "harbour.example" not in text_of(other.get(LIST))
    one.get(f"{LIST}?density=comfortable")
    assert 'data-density="comfortable"' in text_of(one.get(LIST))


def test_the_list_takes_four_statements_at_most(app, reader, made):
    reader.get(LIST)
    for address in (LIST, f"{LIST}?category=company&country=DE&status=member",
                    f"{LIST}?q=harb", f"{LIST}?sort=-changed&page=1"):  # fmt: skip
        with statements_sent(app) as sent:
            assert reader.get(address).status_code == 200
        assert len(sent) <= 4, sent


def test_an_edit_shows_at_once(reader, made, session):
    reader.get(LIST)
    change_organisation(session, made["malta"], name="Republic of Malta")
    commit(session)
    assert "Republic of Malta" in names(reader.get(LIST))


def test_acting_on_all_that_match_means_what_the_address_says(app, reader, made):
    with app.test_request_context(LIST), _as(reader):
        assert pages.ids_matching("country=DE&sort=-name") == [made["hostile"], made["kinder"]]
        assert pages.ids_matching("q=laterne") == [made["kinder"]]
        assert len(pages.ids_matching("")) == 5
        for wrong in ("country=XX", "sort=notes", "nonsense=1"):
            with pytest.raises(BadInput):
                pages.ids_matching(wrong)


def test_a_quick_look_is_a_page_of_its_own(reader, made):
    response = reader.get(f"{LIST}/{made['light']}/look")
    page = text_of(response)
    assert response.status_code == 200
    assert 'data-fragment="peek"' in page
    assert "Everybody sees it in the public directory" in page
    assert "Wanjiru Maina" in page
    assert "wanjirumaina@" not in page
    assert reader.get(f"{LIST}/999999/look").status_code == 404
    assert reader.get(f"{LIST}/99999999999999999999/look").status_code == 404


class _as:  # noqa: N801  reads as a word
    """The present request as that of somebody who is signed in."""

    def __init__(self, client):
        self._client = client

    def __enter__(self):
        from flask import g

        from alliance.accounts.queries.sessions import signed_in_by
        from alliance.core import clock
        from alliance.core.db import db
        from alliance.web.identity import Visitor

        with self._client.session_transaction() as kept:
            token = kept["_user_id"]
        g._login_user = Visitor(signed_in_by(db.session(), token, clock.now()), token)

    def __exit__(self, *_):
        return None

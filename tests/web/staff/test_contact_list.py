"""The list of people: who is found by which words and filters, and what is told to whom."""

import re
from datetime import date

import pytest

from alliance.accounts.permissions import Role
from alliance.directory.operations.states import archive_contact, delete_contact
from alliance.directory.rules.records import Address, AddressState
from alliance.web.staff.contacts import contact_ids_matching
from tests.factories.directory import STAFF, make_affiliation, make_contact, make_organisation

ON = date(2026, 3, 1)


def text_of(answer):
    return answer.get_data(as_text=True)


def names_in(page):
    return re.findall(r'class="table__name"[^>]*><bdi[^>]*>([^<]+)<', page)


def options_in(page, name):
    found = re.findall(
        rf'name="{name}" value="([^"]*)"[^>]*><span class="facet__label">[^<]*</span>'
        r'<span class="facet__count">([^<]*)<',
        page,
    )
    return dict(found)


@pytest.fixture
def people(session):
    """Three people: a primary contact in Kenya, press of a company in Chad, nobody's."""
    light = make_organisation(session, "Harbour Light", country="KE")
    shore = make_organisation(session, "Safe Shore", country="TD", category="company")
    amina = make_contact(
        session, "Amina Diallo", language="fr",
        addresses=(Address("secret.canary@light.example", AddressState.VERIFIED),),
        phones=("+254202345678",),
    )  # fmt: skip
    bo = make_contact(
        session, "Bo Zhang", latin_name="Bo Z", sort_name="Zhang, Bo",
        addresses=(Address("bo@shore.example", AddressState.BOUNCING),),
    )  # fmt: skip
    cyril = make_contact(session, "Cyril Nowhere", addresses=())
    make_affiliation(session, organisation=light, contact=amina)
    make_affiliation(session, organisation=shore, contact=bo, role="press")
    make_affiliation(
        session, organisation=shore, contact=cyril, role="press", ended_on=date(2021, 1, 1)
    )
    return {"amina": amina, "bo": bo, "cyril": cyril}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Amina Diallo", "Cyril Nowhere", "Bo Zhang"]),
        ("?sort=-name", ["Bo Zhang", "Cyril Nowhere", "Amina Diallo"]),
        ("?sort=added", ["Cyril Nowhere", "Bo Zhang", "Amina Diallo"]),
        ("?role=primary_contact", ["Amina Diallo"]),
        ("?role=press", ["Bo Zhang"]),
        ("?role=press&role=primary_contact", ["Amina Diallo", "Bo Zhang"]),
        ("?role=press&country=KE", []),
        ("?category=company", ["Bo Zhang"]),
        ("?category=company&except=category", ["Amina Diallo", "Cyril Nowhere"]),
        ("?country=TD", ["Bo Zhang"]),
        ("?work=nowhere", ["Cyril Nowhere"]),
        ("?work=somewhere", ["Amina Diallo", "Bo Zhang"]),
        ("?language=fr", ["Amina Diallo"]),
        ("?language=none", ["Cyril Nowhere", "Bo Zhang"]),
        ("?address=bouncing", ["Bo Zhang"]),
        ("?address=none", ["Cyril Nowhere"]),
        ("?address=bouncing&except=address", ["Amina Diallo", "Cyril Nowhere"]),
        ("?state=archived", []),
        ("?q=ami", ["Amina Diallo"]),
        ("?q=zhang+bo", ["Bo Zhang"]),
        ("?q=secret.canary", ["Amina Diallo"]),
        ("?q=secret.canary%40light.example", ["Amina Diallo"]),
        ("?q=nobody-at-all", []),
    ],
)
def test_people_are_found_by_words_and_filters_in_order(staff, people, query, expected):
    answer = staff().get(f"/staff/contacts{query}")
    assert answer.status_code == 200
    assert names_in(text_of(answer)) == expected
    assert contact_ids_within(staff, query) == [people_id(people, name) for name in expected]


def people_id(people, name):
    return next(one.id for one in people.values() if one.name == name)


def contact_ids_within(staff, query):
    client = staff()
    with client:
        client.get("/staff/contacts")
        return contact_ids_matching(query.lstrip("?"))


def test_options_tell_how_many_they_leave(staff, people):
    page = text_of(staff().get("/staff/contacts?role=press"))
    # Of its own facet the counts are those without it.
    assert options_in(page, "role")["primary_contact"] == "1"
    assert options_in(page, "role")["press"] == "1"
    assert options_in(page, "country") == {"TD": "1"}
    assert options_in(page, "address")["bouncing"] == "1"
    page = text_of(staff().get("/staff/contacts"))
    assert options_in(page, "work") == {"somewhere": "2", "nowhere": "1"}
    assert "3 contacts" in page


def test_archived_people_are_found_when_asked_for_and_deleted_ones_by_few(session, staff, people):
    archive_contact(session, people["bo"].id, on=ON, actor=STAFF)
    delete_contact(session, people["cyril"].id, on=ON, actor=STAFF)
    client = staff()
    assert names_in(text_of(client.get("/staff/contacts"))) == ["Amina Diallo"]
    assert names_in(text_of(client.get("/staff/contacts?state=archived"))) == ["Bo Zhang"]
    assert names_in(text_of(client.get("/staff/contacts?state=deleted"))) == ["Cyril Nowhere"]
    officer = staff(Role.ENGAGEMENT_OFFICER).get("/staff/contacts?state=deleted")
    assert officer.status_code == 400
    assert "Cyril" not in text_of(officer)


@pytest.mark.parametrize(
    "query",
    ["", "?q=secret", "?q=bo%40shore.example", "?col=email&col=address", "?address=bouncing",
     "?q=254202345678", "?q=shore"],
)  # fmt: skip
def test_who_may_not_see_addresses_finds_and_reads_nothing_of_them(staff, people, query):
    answer = staff(Role.EDITOR).get(f"/staff/contacts{query}")
    page = text_of(answer)
    # What was typed is shown again, and nothing else of it.
    typed = ("bo@shore.example", "bo%40shore.example") if "bo%40" in query else ()
    shown = page
    for one in typed:
        shown = shown.replace(one, "")
    for secret in ("secret.canary", "light.example", "shore.example", "Bouncing", "+25420"):
        assert secret not in shown
    if query.startswith("?q="):
        assert names_in(page) == []
    else:
        assert answer.status_code == (400 if query else 200)


@pytest.mark.parametrize(
    "query",
    ["?role=king", "?evil=1", "?page=0", "?page=x", "?sort=email", "?state=gone", "?q=%00",
     "?country=ZZ", "?view=9999999999999999999", "?col=password", "?q=" + "x" * 300],
)  # fmt: skip
def test_what_cannot_be_understood_is_told_and_the_list_shown_without_it(staff, people, query):
    answer = staff().get(f"/staff/contacts{query}")
    assert answer.status_code == 400
    assert "The list below is without it." in text_of(answer)


def test_a_page_beyond_the_last_shows_the_last(staff, people):
    assert len(names_in(text_of(staff().get("/staff/contacts?page=9")))) == 3


def test_an_empty_list_says_what_belongs_there(staff):
    page = text_of(staff().get("/staff/contacts"))
    assert "No contact yet" in page
    assert "/staff/contacts/new" in page


def test_names_are_shown_as_text(session, staff):
    make_contact(session, "<b>Bold</b> & Co")
    page = text_of(staff().get("/staff/contacts"))
    assert "&lt;b&gt;Bold&lt;/b&gt; &amp; Co" in page

"""The record page of an organisation: what it shows, to whom, and at what cost."""

from datetime import date

import pytest
from sqlalchemy import update

from alliance.accounts.permissions import Role
from alliance.accounts.queries.recent import who_looked
from alliance.core.events import announce
from alliance.directory.events import DirectoryChanged
from alliance.directory.models import (
    AffiliationRole,
    Category,
    Country,
    IdentifierScheme,
    Sector,
)
from alliance.directory.operations.notes import add_note
from alliance.directory.rules.records import (
    Address,
    AddressState,
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
)
from alliance.reactions import commit
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
)
from tests.statements import statements_sent

TABS = ("", "/contacts", "/membership", "/history")


@pytest.fixture
def harbour(session):
    """A member with everything, and a person whom letters reach."""
    made = make_organisation(
        session,
        "مؤسسة حماية الطفل",
        language="ar",
        names=(Name(NameKind.LATIN, "Child Protection Foundation", "en"),),
        city="Amman",
        country="JO",
        website="https://harbour.example/about",
        description="Answers calls.\n\nDay and night.",
        notes="CANARY-notes of the record",
        identifiers=(Identifier("lei", "529900T8BM49AURSDO55"),),
        domains=(Domain("harbour.example"),),
    )
    person = make_contact(
        session, "Layla Haddad", addresses=(Address("canary.mail@harbour.example"),),
        phones=("+962791234567",),
    )  # fmt: skip
    make_affiliation(session, organisation=made, contact=person)
    add_note(session, "organisation", made.id, "CANARY-note of staff", actor=STAFF)
    commit(session)
    return made


def test_the_page_shows_facts_people_and_what_happened(staff, harbour):
    page = staff(Role.MEMBERSHIP_MANAGER).get(f"/staff/organisations/{harbour.id}").text
    assert '<bdi lang="ar">مؤسسة حماية الطفل</bdi></h1>' in page
    assert "Child Protection Foundation" in page
    assert "Member since 1 March 2020" in page
    assert "Answers calls.\n\nDay and night." in page
    assert "Layla Haddad" in page
    assert "Reachable" in page
    assert "CANARY-note of staff" in page
    assert "Staff only" in page
    assert 'href="https://harbour.example/about"' in page
    assert "Nothing needs attention." in page


@pytest.mark.parametrize("part", TABS)
def test_each_part_has_an_address_and_says_where_one_is(staff, harbour, part):
    answer = staff().get(f"/staff/organisations/{harbour.id}{part}")
    assert answer.status_code == 200
    assert answer.text.count('aria-current="page"') >= 1
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("part", TABS)
def test_a_part_of_the_record_costs_at_most_four_statements(app, staff, harbour, part):
    client = staff()
    client.get(f"/staff/organisations/{harbour.id}{part}")
    with statements_sent(app) as sent:
        client.get(f"/staff/organisations/{harbour.id}{part}")
    assert len(sent) <= 4, sent


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
@pytest.mark.parametrize("part", [*TABS, "/fields/name/history", "/checks"])
def test_what_staff_noted_reaches_no_byte_of_those_who_may_not_see_it(staff, harbour, role, part):
    page = staff(role).get(f"/staff/organisations/{harbour.id}{part}").text
    assert "CANARY" not in page


@pytest.mark.parametrize("part", TABS)
def test_addresses_of_people_are_kept_from_those_who_may_not_see_them(staff, harbour, part):
    page = staff(Role.EDITOR).get(f"/staff/organisations/{harbour.id}{part}").text
    assert "canary.mail" not in page
    assert "962791234567" not in page
    assert "Reachable" not in page


def test_the_part_with_people_shows_how_they_are_reached(staff, harbour):
    page = staff(Role.AUDITOR).get(f"/staff/organisations/{harbour.id}/contacts").text
    assert "canary.mail@harbour.example" in page
    assert "+962791234567" in page


def test_a_member_whom_no_letter_reaches_says_so_loudly(staff, session):
    nobody = make_organisation(session, "Nobody There")
    bounces = make_organisation(session, "Bounces Back")
    gone = make_contact(session, addresses=(Address("x@y.example", AddressState.BOUNCING),))
    make_affiliation(session, organisation=bounces, contact=gone)
    commit(session)
    client = staff()
    assert (
        "Nobody holds the role “Primary contact”."
        in client.get(f"/staff/organisations/{nobody.id}").text
    )
    assert "Every address of whoever is" in client.get(f"/staff/organisations/{bounces.id}").text
    page = staff(Role.EDITOR).get(f"/staff/organisations/{bounces.id}").text
    assert "Every address" not in page


def test_an_auditor_is_offered_no_change(staff, harbour):
    page = staff(Role.AUDITOR).get(f"/staff/organisations/{harbour.id}").text
    assert "/edit" not in page
    assert "Archive" not in page


def test_what_happened_can_be_narrowed_down(staff, session, harbour):
    client = staff()
    people = client.get(f"/staff/organisations/{harbour.id}?type=people").text
    assert "CANARY-note of staff" not in people
    notes = client.get(f"/staff/organisations/{harbour.id}?type=notes").text
    assert "CANARY-note of staff" in notes
    assert client.get(f"/staff/organisations/{harbour.id}?type=%00&show=x").status_code == 200


def test_earlier_entries_are_shown_on_request(staff, session, harbour):
    for number in range(15):
        change_organisation(session, harbour.id, city=f"City {number:02}")
    commit(session)
    client = staff()
    page = client.get(f"/staff/organisations/{harbour.id}").text
    assert "Show earlier" in page
    assert "City 00" not in page
    assert "City 00" in client.get(f"/staff/organisations/{harbour.id}?show=48").text


def test_an_organisation_that_is_not_there_is_not_found(staff):
    client = staff()
    for key in ("999999", "9223372036854775807", "99999999999999999999", "0"):
        assert client.get(f"/staff/organisations/{key}").status_code == 404


def test_states_are_told_in_words(staff, session):
    other = make_organisation(session, "Big House")
    left = make_organisation(
        session, "Gone Before",
        memberships=(Membership(date(2013, 1, 1), ended_on=date(2015, 1, 1), end_reason="Moved"),),
    )  # fmt: skip
    merged = make_organisation(session, "Twice", merged_into_id=other.id, is_listed=False)
    never = make_organisation(session, "Not Yet", memberships=())
    commit(session)
    client = staff()

    def page_of(one, part=""):
        return client.get(f"/staff/organisations/{one.id}{part}").text

    assert "Former member, until 1 January 2015" in page_of(left)
    assert "Moved" in page_of(left, "/membership")
    assert "leads on to another one" in page_of(merged)
    assert "Big House" in page_of(merged)
    assert "Twice" in page_of(other)
    assert "No member" in page_of(never)
    assert "never a member" in page_of(never, "/membership")


def test_look_alikes_and_duplicates_are_found_apart_from_the_page(staff, session, harbour):
    twin = make_organisation(
        session, "Child Protection Foundation", country="JO", city="Amman",
        domains=(Domain("harb0ur.example"),),
    )  # fmt: skip
    commit(session)
    client = staff()
    assert "/checks" in client.get(f"/staff/organisations/{harbour.id}").text
    page = client.get(f"/staff/organisations/{harbour.id}/checks").text
    assert "harb0ur.example" in page
    assert f'href="/staff/organisations/{twin.id}"' in page


def test_whoever_opens_a_record_is_remembered(staff, session, harbour):
    client = staff()
    client.get(f"/staff/organisations/{harbour.id}")
    client.get(f"/staff/organisations/{harbour.id}/contacts")
    (looked,) = who_looked(session, "organisation", harbour.id)
    assert (looked.name, looked.times) == (client.account.name, 2)
    client.get("/staff/organisations/999999")
    assert who_looked(session, "organisation", 999999) == []


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_hostile_words_of_the_closed_lists_are_shown_as_typed(staff, session, harbour, text):
    labels = {"en": text, "ar": text}
    session.execute(update(Category).values(names=labels, plurals=labels))
    session.execute(update(Country).values(names=labels))
    session.execute(update(Sector).values(names=labels))
    session.execute(update(AffiliationRole).values(names=labels))
    session.execute(update(IdentifierScheme).values(names=labels))
    announce(session, DirectoryChanged())
    commit(session)
    client = staff()
    for part in (*TABS, "/edit", "/edit/country", "/visibility", "/fields/country/history"):
        page = client.get(f"/staff/organisations/{harbour.id}{part}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_record_is_shown_in_both_languages(staff, harbour, language):
    client = staff()
    for part in (*TABS, "/edit", "/visibility", "/membership/open", "/delete", "/notes"):
        answer = client.get(f"/staff/organisations/{harbour.id}{part}?lang={language}")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.text


def test_nobody_who_is_not_signed_in_sees_a_record(client, harbour):
    for part in (*TABS, "/edit", "/checks", "/fields/name/history"):
        answer = client.get(f"/staff/organisations/{harbour.id}{part}")
        assert answer.status_code == 303
        assert "/sign-in" in answer.location
        assert "CANARY" not in answer.text

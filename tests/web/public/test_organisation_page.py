"""The page of one organisation: what it is, since when, and where it went."""

from datetime import date

import pytest

from alliance.directory.rules.records import Membership
from alliance.reactions import commit
from tests.factories.directory import change_organisation, make_organisations, organisation


def page_of(client, slug, query=""):
    answer = client.get(f"/members/{slug}{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_page_shows_names_register_and_website(client, alliance):
    page = page_of(client, "internet-watch-foundation")
    assert "IWF</bdi>" in page
    assert "acronym" in page
    assert 'href="https://iwf.example" rel="nofollow noopener"' in page
    assert "529900T8BM49AURSDO55" in page
    assert "search.gleif.org" in page
    assert "Member by 2022 at the latest" in page
    assert "Finds and removes images of abuse." in page


def test_a_name_keeps_its_language_and_direction(client, alliance):
    slug = next(one.slug for one in alliance if one.language == "ar")
    assert '<h1><bdi lang="ar">مؤسسة حماية الطفل</bdi></h1>' in page_of(client, slug)


def test_a_former_address_leads_on(client, session):
    (made,) = make_organisations(session, [organisation("Old Lantern")])
    change_organisation(session, made.id, name="New Lantern")
    commit(session)
    answer = client.get("/members/old-lantern")
    assert answer.status_code == 301
    assert answer.location.endswith("/members/new-lantern")
    kept = client.get("/members/old-lantern?as_of=2024-01-01")
    assert kept.location.endswith("/members/new-lantern?as_of=2024-01-01")


def test_a_merged_organisation_shows_where_it_went(client, session):
    (target,) = make_organisations(session, [organisation("Big House")])
    make_organisations(
        session,
        [
            organisation(
                "Small House",
                merged_into_id=target.id,
                dissolved_on=date(2023, 5, 1),
                memberships=(Membership(date(2020, 1, 1), ended_on=date(2023, 5, 1)),),
            )
        ],
    )
    commit(session)
    page = page_of(client, "small-house")
    assert "merged into another one" in page
    assert 'href="/members/big-house"' in page
    assert "Former member, until 1 May 2023" in page


def test_an_ended_membership_is_shown_with_its_days(client, alliance):
    page = page_of(client, "gone-before")
    assert "Former member, until 1 January 2015" in page
    assert "Membership ended" in page
    then = page_of(client, "gone-before", "?as_of=2014-06-03")
    assert "As it stood on 3 June 2014." in then
    assert "Member since 1 January 2013" in then
    assert "Membership ended" not in then


def test_a_day_before_joining_says_that_it_was_no_member(client, alliance):
    page = page_of(client, "ethiopia", "?as_of=2010-01-01")
    assert "Not a member on 1 January 2010" in page
    assert "Member since" not in page


def test_parts_and_their_parent_name_each_other(client, session):
    (state,) = make_organisations(session, [organisation("Atlantis", category="government")])
    make_organisations(
        session, [organisation("Ministry of Waves", category="government", parent_id=state.id)]
    )
    commit(session)
    assert 'href="/members/ministry-of-waves"' in page_of(client, "atlantis")
    assert 'href="/members/atlantis"' in page_of(client, "ministry-of-waves")


@pytest.mark.parametrize("query", ["?as_of=soon", "?colour=red", "?page=2"])
def test_wrong_parameters_of_the_page_are_refused_in_words(client, alliance, query):
    answer = client.get(f"/members/ethiopia{query}")
    assert answer.status_code == 400
    assert "as_of" in answer.get_data(as_text=True)

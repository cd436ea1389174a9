"""Organisations for machines: pages, filters, days, single ones; nothing hidden in any byte."""

from datetime import date
from urllib.parse import urlsplit

import pytest

from alliance.directory.rules.records import Domain, Identifier, Membership, Visibility
from alliance.reactions import commit
from tests.factories.directory import (
    change_organisation,
    make_affiliation,
    make_contact,
    make_organisation,
    organisation,
)

LIST = "/api/v1/organisations"


def names(found):
    return [one["name"] for one in found]


def test_an_item_holds_the_public_fields_and_its_two_addresses(items, members):
    found = items("organisations", q="iwf")
    assert found == [
        {
            "id": members[2].id,
            "slug": "internet-watch-foundation",
            "name": "Internet Watch Foundation",
            "names": [
                {
                    "kind": "acronym",
                    "text": "IWF",
                    "language": "en",
                    "valid_from": None,
                    "valid_until": None,
                }
            ],
            "category": "civil_society",
            "country": "GB",
            "city": "Cambridge",
            "description": "Finds and removes pictures.",
            "website": "https://iwf.example",
            "sectors": [],
            "memberships": [
                {
                    "joined_on": "2012-06-01",
                    "precision": "day",
                    "is_at_latest": False,
                    "ended_on": None,
                }
            ],
            "url": "http://localhost/members/internet-watch-foundation",
            "self": f"http://localhost{LIST}/{members[2].id}",
        }
    ]


def test_following_next_shows_every_member_once_although_others_join_and_leave(
    client, session, members
):
    seen, after = [], None
    while True:
        page = client.get(LIST, query_string={"limit": 2, "after": after or ""}).json
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
        if len(seen) == 2:
            newcomer = make_organisation(session, "Newcomer")
            change_organisation(session, members[0].id, is_listed=False)
            commit(session)
    assert seen == [one.id for one in members[:5]] + [newcomer.id]


def test_the_last_page_has_no_next_also_when_it_is_full(client, members):
    page = client.get(LIST, query_string={"limit": 5})
    assert len(page.json["items"]) == 5
    assert page.json["next"] is None
    assert "Link" not in page.headers


def test_the_header_link_leads_to_the_next_page_with_the_same_question(client, members):
    first = client.get(f"{LIST}?limit=1&category=government&category=company&after=0")
    target, _, relation = first.headers["Link"].partition("; ")
    assert relation == 'rel="next"'
    assert urlsplit(target.strip("<>")).netloc == "localhost"
    second = client.get(target.strip("<>"))
    assert names(second.json["items"]) == ["Côte d’Ivoire"]
    assert second.json["items"][0]["id"] > first.json["next"] == first.json["items"][0]["id"]


def test_an_empty_list_is_a_list(client, session):
    assert client.get(LIST).json == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"category": "government"}, ["Ethiopia", "Côte d’Ivoire"]),
        ({"category": ["government", "company"], "country": "CN"}, ["北京华信科技"]),
        ({"region": "africa"}, ["Ethiopia", "Côte d’Ivoire", "Late Comer"]),
        ({"region": "western-africa"}, ["Côte d’Ivoire"]),
        ({"country": ["ET", "GB"]}, ["Ethiopia", "Internet Watch Foundation"]),
        ({"q": "ethopia"}, ["Ethiopia"]),
        ({"q": "cote d'ivoire"}, ["Côte d’Ivoire"]),
        ({"q": "北京"}, ["北京华信科技"]),
        ({"q": "pictures", "country": "GB"}, ["Internet Watch Foundation"]),
        ({"q": "pictures", "country": "ET"}, []),
        ({"q": "nothing of this kind"}, []),
    ],
)
def test_search_and_filters_find_what_the_directory_finds(items, members, query, expected):
    assert names(items("organisations", **query)) == expected


def test_a_sector_is_found_with_those_below_it(client, items, session):
    sectors = items("sectors")
    below = next(one for one in sectors if one["parent"] is not None)
    ids = {
        slug: id
        for id, slug in session.connection().exec_driver_sql("SELECT id, slug FROM sectors")
    }
    make_organisation(session, "Digger", sectors=(ids[below["slug"]],))
    commit(session)
    for slug in (below["slug"], below["parent"]):
        (found,) = items("organisations", sector=slug)
        assert found["sectors"] == [below["slug"]]
    other = next(
        one["slug"] for one in sectors if one["slug"] not in (below["slug"], below["parent"])
    )
    assert items("organisations", sector=other) == []


@pytest.mark.parametrize("query", [{}, {"category": "civil_society"}, {"q": "comer"}])
def test_before_the_day_it_joined_an_organisation_is_in_no_list(items, members, query):
    before = items("organisations", as_of="2024-04-30", **query)
    assert "Late Comer" not in names(before)
    assert "Late Comer" in names(items("organisations", as_of="2024-05-01", **query))


def test_who_has_left_is_listed_on_the_days_it_was_a_member_and_on_no_other(client, items, members):
    gone = members[5]
    assert names(items("organisations", as_of="2014-12-31", country="ET")) == ["Gone Before"]
    assert "Gone Before" not in names(items("organisations", as_of="2015-01-01"))
    assert client.get(f"{LIST}/{gone.id}", query_string={"as_of": "2014-01-01"}).status_code == 200
    for query in ({}, {"as_of": "2015-01-01"}, {"as_of": "2012-12-31"}):
        assert client.get(f"{LIST}/{gone.id}", query_string=query).status_code == 404


def test_without_a_day_the_alliances_own_day_counts(client, session, monkeypatch):
    make_organisation(session, "Tomorrow", memberships=(Membership(date(2024, 5, 2)),))
    commit(session)
    monkeypatch.setattr("alliance.api.days.today", lambda zone: date(2024, 5, 1))
    assert client.get(LIST).json["items"] == []
    monkeypatch.setattr("alliance.api.days.today", lambda zone: date(2024, 5, 2))
    assert names(client.get(LIST).json["items"]) == ["Tomorrow"]


def test_one_organisation_is_the_same_in_the_list_by_its_number_and_by_its_address(
    client, items, members
):
    listed = items("organisations")[2]
    assert client.get(f"{LIST}/{members[2].id}").json == listed
    assert client.get(f"{LIST}/by-slug/internet-watch-foundation").json == listed


def test_a_former_address_leads_to_the_organisation(client, session, members):
    change_organisation(session, members[0].id, name="Federal Ethiopia")
    commit(session)
    found = client.get(f"{LIST}/by-slug/ethiopia")
    assert (found.json["slug"], found.json["id"]) == ("federal-ethiopia", members[0].id)


def test_hidden_and_absent_look_the_same(client, session, members):
    hidden = make_organisation(session, "Secret Canary", is_listed=False)
    never = make_organisation(session, "Only Applied", memberships=())
    commit(session)
    answers = []
    for id in (hidden.id, never.id, 987_654_321, 2**63, 10**30):
        response = client.get(f"{LIST}/{id}")
        assert response.status_code == 404
        answers.append({**response.json, "instance": None})
    answers += [
        {**client.get(f"{LIST}/by-slug/{slug}").json, "instance": None}
        for slug in ("secret-canary", "no-such", "a%00b")
    ]
    assert all(answer == answers[0] for answer in answers)


def test_a_hidden_field_is_in_no_byte_and_is_not_found(client, session, items):
    secret = Visibility.SECRETARIAT
    record = organisation(
        "Open Name",
        country="ET",
        city="canarycity",
        description="canarydescription",
        website="https://canarywebsite.example",
        street="canarystreet",
        postcode="canarypostcode",
        email="canarymail@open.example",
        phone="+25111canary",
        notes="canarynotes",
        source="canarysource",
        domains=(Domain("canarydomain.example"),),
        identifiers=(Identifier("lei", "213800WSGIIZCXF1P572"),),
        memberships=(
            Membership(date(2020, 1, 1), ended_on=date(2021, 1, 1), end_reason="canaryreason"),
            Membership(date(2022, 1, 1)),
        ),
        visibility={
            "city": secret,
            "description": secret,
            "website": Visibility.PORTAL,
            "identifiers": secret,
            "country": secret,
        },
    )
    open_name = make_organisation(session, **_values(record))
    make_affiliation(
        session,
        organisation=open_name,
        contact=make_contact(session, "Canary Contact", notes="canarycontactnotes"),
        job_title="canarytitle",
    )
    commit(session)
    asked = [
        LIST,
        f"{LIST}/{open_name.id}",
        f"{LIST}/by-slug/open-name",
        f"{LIST}?q=open",
        f"{LIST}?as_of=2020-06-01",
        "/api/v1/countries",
        "/api/v1/openapi.json",
    ]
    for address in asked:
        response = client.get(address)
        assert response.status_code == 200
        told = response.text.lower() + str(response.headers).lower()
        assert "canary" not in told
        assert "213800wsgiizcxf1p572" not in told
    for q in (
        "canarycity",
        "canarydescription",
        "canarynotes",
        "canarymail",
        "213800WSGIIZCXF1P572",
    ):
        assert client.get(LIST, query_string={"q": q}).json["items"] == []
    assert client.get(f"{LIST}?country=ET").json["items"] == []
    members_in = {
        one["code"]: one["members"] for one in client.get("/api/v1/countries").json["items"]
    }
    assert members_in["ET"] == 0


def _values(record):
    return {key: getattr(record, key) for key in record.__slots__ if key not in ("id", "slug")}


@pytest.mark.database
def test_a_list_takes_one_statement_and_a_search_at_most_three(client, session, statements):
    for name in ("Alpha", "Beta", "Gamma"):
        make_organisation(session, name)
    commit(session)
    for query, most in (
        ("", 1),
        ("?limit=2&after=1", 1),
        ("?as_of=2021-01-01", 1),
        ("?category=civil_society&region=africa", 2),
        ("?q=alpha", 2),
        ("?q=alhpa", 3),
        ("/1", 2),
        ("/by-slug/alpha", 2),
    ):
        client.get(LIST + query)
        with statements() as sent:
            assert client.get(LIST + query).status_code == 200
        assert 0 < len(sent) <= most, (query, sent)


@pytest.mark.database
def test_what_is_committed_shows_in_the_next_answer(client, session):
    assert client.get(LIST).json["items"] == []
    first = make_organisation(session, "First")
    commit(session)
    assert names(client.get(LIST).json["items"]) == ["First"]
    change_organisation(session, first.id, is_listed=False)
    commit(session)
    assert client.get(LIST).json["items"] == []

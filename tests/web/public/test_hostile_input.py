"""Hidden fields stay hidden, names run nowhere, and wrong addresses are answered in words."""

import csv
import io
import json
import re

import pytest

from alliance.directory.rules.open_data import harmless
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation
from tests.web.public.conftest import CANARY

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "javascript:alert(1)",
]
SQL = [
    "' OR '1'='1",
    "'; DROP TABLE listings; --",
    "1) UNION SELECT notes FROM organisations --",
    "\\'); SELECT pg_sleep(9); --",
    "%' AND 1=0 UNION ALL SELECT NULL --",
    "a':* & !b | (c",
]
PATHS = (
    "/",
    "/members",
    "/members?view=table",
    "/members?view=map",
    "/members.csv",
    "/members.json",
    "/members?q=discreet",
    "/members/discreet-friends",
    "/members/discreet-friends?as_of=2020-01-01",
    "/sitemap.xml",
    "/api/v1/organisations?limit=100",
)


def test_no_hidden_field_is_in_any_byte(client, alliance):
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert CANARY not in answer.get_data(as_text=True), path
        assert "668 18 00" not in answer.get_data(as_text=True), path
        assert CANARY not in str(answer.headers), path


@pytest.mark.parametrize(
    "field", ["city", "description", "shortname", "website", "notes", "email", "street", "domain"]
)
def test_a_hidden_field_is_not_found_by_search(client, alliance, field):
    page = client.get("/members", query_string={"q": f"{CANARY}{field}"}).get_data(as_text=True)
    assert "Discreet Friends" not in page
    assert client.get("/members.csv", query_string={"q": f"{CANARY}{field}"}).data.count(b"\n") == 1


@pytest.mark.parametrize("name", ["sort", "filter", "notes", "email", "order", "fields"])
def test_a_hidden_field_can_be_neither_sorted_nor_filtered_by(client, alliance, name):
    assert client.get("/members", query_string={name: "notes"}).status_code == 400
    assert client.get("/members.csv", query_string={name: "notes"}).status_code == 400


def test_who_is_not_listed_or_not_yet_a_member_has_no_page(client, alliance):
    assert client.get("/members/never-listed").status_code == 404
    assert client.get("/members/arrives-later").status_code == 404
    assert "arrives-later" not in client.get("/sitemap.xml").get_data(as_text=True)
    absent = client.get("/members/nobody-ever").get_data(as_text=True)
    hidden = client.get("/members/never-listed").get_data(as_text=True)
    clean = [
        re.sub(r"<code>\w+</code>|never-listed|nobody-ever", "", one) for one in (absent, hidden)
    ]
    assert clean[0] == clean[1]


def test_hostile_names_are_shown_as_typed_and_run_nowhere(client, session):
    made = make_organisations(
        session,
        [organisation(text, description=text, city=text, language="en") for text in HOSTILE],
    )
    commit(session)
    for path in ("/members", "/members?view=table", "/", *(f"/members/{one.slug}" for one in made)):
        page = client.get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert not re.search(r"<(img|svg)[^>]*on(error|load)", page), path
        assert "49" not in re.findall(r"\{\{7\*7\}\}|>49<", page)
    assert client.get("/members").get_data(as_text=True).count("&lt;script&gt;alert(1)") > 0


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_parameters_are_shown_as_typed_and_run_nowhere(client, alliance, text):
    for name in ("q", "category", "as_of", "page", text):
        page = client.get("/members", query_string={name: text}).get_data(as_text=True)
        assert "<script>alert" not in page
        assert not re.search(r"<(img|svg)[^>]*on(error|load)", page)


@pytest.mark.parametrize("text", SQL)
def test_sql_in_parameters_is_only_text(client, alliance, text):
    for path in ("/members", "/members.csv", "/members.json"):
        assert client.get(path, query_string={"q": text}).status_code in (200, 400)
        for name in ("category", "country", "sector", "sort", "as_of", "page", "region"):
            assert client.get(path, query_string={name: text}).status_code == 400
    assert client.get(f"/members/{text.replace('/', '')}").status_code == 404
    assert client.get("/members").get_data(as_text=True).count("rows__name") == 7


@pytest.mark.parametrize(
    ("query", "name", "remedy"),
    [
        ("colour=red", "colour", "the parameters are q, category"),
        ("page=0", "page", "whole number from 1"),
        ("page=two", "page", "whole number from 1"),
        ("as_of=3.6.2024", "as_of", "2024-06-03"),
        ("as_of=2023-02-29", "as_of", "2024-06-03"),
        ("category=charity", "category", "government, company, civil_society"),
        ("country=Ethiopia", "country", "ET for Ethiopia"),
        ("country=QQ", "country", "two letters"),
        ("region=atlantis", "region", "africa"),
        ("sector=alchemy", "sector", "child-helplines"),
        ("view=cards", "view", "list, table, map"),
        ("sort=email", "sort", "relevance, name, joined"),
        ("q=a&q=b", "q", "give it once"),
        ("q=" + "x" * 200, "q", "100 characters or fewer"),
        ("q=%00", "q", "control character"),
    ],
)
def test_a_wrong_parameter_is_named_with_its_remedy(client, alliance, query, name, remedy):
    page = client.get(f"/members?{query}")
    text = page.get_data(as_text=True)
    assert page.status_code == 400
    assert name in text
    assert remedy in text
    assert "error-summary" in text
    assert "rows__name" not in text
    for path in ("/members.csv", "/members.json"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        told = (
            json.loads(answer.data)["detail"] if "json" in path else answer.get_data(as_text=True)
        )
        assert remedy in told


def test_what_was_typed_with_a_wrong_parameter_stays(client, alliance):
    page = client.get("/members?q=harbour&category=company&as_of=soon").get_data(as_text=True)
    assert 'name="q" value="harbour"' in page
    assert re.search(r'id="category-company"[^>]* checked', page)
    assert "“soon” is no day" in page


@pytest.mark.parametrize("query", ["utm_source=letter&utm_x=1", "fbclid=abc", "gclid=1&q=malta"])
def test_what_others_append_to_addresses_is_ignored(client, alliance, query):
    assert client.get(f"/members?{query}").status_code == 200


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\u200b=1", "＝1+1", "＠x", " =1"]
)
def test_a_formula_in_a_cell_does_not_run(name):
    assert harmless(name) == f"'{name}"


def test_formulas_in_names_are_neutralised_in_the_download(client, session):
    make_organisations(session, [organisation("=HYPERLINK(1)", description="+1 | calc")])
    commit(session)
    text = client.get("/members.csv").get_data(as_text=True)
    (row,) = csv.DictReader(io.StringIO(text))
    assert row["name"] == "'=HYPERLINK(1)"
    assert row["description"] == "'+1 | calc"
    assert client.get("/members.json").json["members"][0]["name"] == "=HYPERLINK(1)"


@pytest.mark.parametrize(
    "path", ["/%09/evil.example", "/%5Cevil.example", "/%0A/evil.example", "/a%00"]
)
@pytest.mark.parametrize("choice", ["theme=dark", "lang=ar"])
def test_no_address_leads_to_another_host(client, alliance, path, choice):
    answer = client.get(f"{path}?{choice}", base_url="http://localhost")
    assert answer.status_code in (303, 404)
    led = [answer.headers.get("Location", "/")]
    led += re.findall(r'href="([^"]*(?:lang|theme)=[^"]*)"', answer.get_data(as_text=True))
    for address in led:
        assert re.match(r"/(?![/\\\s])[!-~]*$", address), address


@pytest.mark.parametrize("slug", ["%00", "malta%00", "a%00b", "%FF%FE", "%ED%A0%80"])
def test_an_address_that_no_member_can_have_is_answered_in_words(client, alliance, slug):
    assert client.get(f"/members/{slug}").status_code == 404
    assert client.get(f"/api/v1/organisations/by-slug/{slug}").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/organisations", "/members.csv", "/health/live"])
def test_colours_are_chosen_on_pages_only(client, alliance, path):
    answer = client.get(f"{path}?theme=dark")
    assert answer.status_code == (400 if path.startswith("/api") else 200)
    assert "Set-Cookie" not in answer.headers
    assert client.get("/api/v1/?theme=dark").status_code == 303
    assert client.get("/members?theme=dark&q=malta").headers["Location"] == "/members?q=malta"

"""The directory says the same in every form: list, table, map, downloads."""

import csv
import io
import re
from datetime import date

import pytest
from sqlalchemy import event

from alliance.directory.rules.records import Membership
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation

NAMES = {
    "Ethiopia",
    "Côte d’Ivoire",
    "Malta",
    "Internet Watch Foundation",
    "مؤسسة حماية الطفل",
    "Harbour Signals",
    "Discreet Friends",
}


def listed(client, query=""):
    """The names in the list of members, in order."""
    page = client.get(f"/members{query}")
    assert page.status_code == 200, query
    return re.findall(
        r'class="rows__name"><a href="[^"]*"><bdi[^>]*>([^<]*)<', page.get_data(as_text=True)
    )


def downloaded(client, query=""):
    text = client.get(f"/members.csv{query}").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text)))


def text_of(client, path):
    return client.get(path).get_data(as_text=True)


def test_list_table_csv_and_json_name_the_same_members(client, alliance):
    table = re.findall(
        r'class="table__name"[^>]*><bdi[^>]*>([^<]*)<', text_of(client, "/members?view=table")
    )
    assert set(listed(client)) == NAMES
    assert set(table) == NAMES
    assert {row["name"] for row in downloaded(client)} == NAMES
    assert {row["name"] for row in client.get("/members.json").json["members"]} == NAMES


def test_the_tallies_count_what_the_download_holds(client, alliance):
    rows = downloaded(client)
    for category in ("government", "company", "civil_society"):
        count = sum(row["category"] == category for row in rows)
        tally = rf'href="/members\?category={category}"[^>]*><b class="tally__number">{count}<'
        assert re.search(tally, text_of(client, "/members"))
        assert re.search(tally, text_of(client, "/"))
        assert f"{count} member" in text_of(client, f"/members?category={category}")


def test_the_map_and_its_table_agree_with_the_list(client, alliance):
    page = text_of(client, "/members?view=map")
    with_country = {row["country"] for row in downloaded(client) if row["country"]}
    assert (
        set(re.findall(r'<th scope="row"><a href="/members\?country=([A-Z]{2})', page))
        == with_country
    )
    assert "Without a country" in page
    assert page.count("<title>") == len(with_country) + 1
    assert "<circle" in page


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ethopia", "Ethiopia"),
        ("cote d'ivoire", "Côte d’Ivoire"),
        ("ivory coast", "Côte d’Ivoire"),
        ("إثيوبيا", "Ethiopia"),
        ("الأردن", "مؤسسة حماية الطفل"),
        ("iwf", "Internet Watch Foundation"),
        ("Safety Net", "Internet Watch Foundation"),
        ("malt", "Malta"),
    ],
)
def test_members_are_found_by_other_spellings_scripts_and_names(client, alliance, typed, name):
    page = client.get("/members", query_string={"q": typed})
    assert name in re.findall(
        r'rows__name"><a href="[^"]*"><bdi[^>]*>([^<]*)<', page.get_data(as_text=True)
    )


def test_a_match_that_the_name_does_not_show_is_explained(client, alliance):
    assert "IWF\u2069 (acronym)" in text_of(client, "/members?q=iwf")
    assert "matched on" not in text_of(client, "/members?q=internet")


def test_results_that_are_only_alike_say_so(client, alliance):
    page = text_of(client, "/members?q=Ethopia")
    assert "Nothing is spelt exactly like “Ethopia”" in page
    assert "Did you mean:" in page
    assert 'href="/members?q=Ethiopia"' in page


def test_nothing_found_says_what_to_do(client, alliance):
    page = text_of(client, "/members?q=qqqqzzzz")
    assert "No member found" in page
    assert "Show all members" in page


@pytest.mark.parametrize("view", ["", "&view=table", "&view=map"])
def test_before_a_member_joined_it_is_nowhere(client, alliance, view):
    page = text_of(client, f"/members?as_of=2012-12-04{view}")
    assert "0 members on 4 December 2012" in page
    assert "Ethiopia" not in page
    after = text_of(client, f"/members?as_of=2012-12-05{view}")
    assert "3 members on 5 December 2012" in after
    assert "Ethiopia" in after


def test_before_a_member_joined_no_file_holds_it(client, alliance):
    assert downloaded(client, "?as_of=2012-12-04") == []
    assert client.get("/members.json?as_of=2012-12-04").json["members"] == []
    assert len(downloaded(client, "?as_of=2012-12-05")) == 3


def test_who_left_is_a_member_of_its_own_days_only(client, alliance):
    assert "Gone Before" in listed(client, "?as_of=2014-12-31")
    assert "Gone Before" not in listed(client, "?as_of=2015-01-01")
    assert "Gone Before" not in listed(client)


def test_filters_of_one_kind_add_and_of_different_kinds_narrow(client, alliance):
    assert set(listed(client, "?country=ET&country=MT")) == {"Ethiopia", "Malta"}
    assert listed(client, "?country=ET&category=company") == []
    assert set(listed(client, "?region=africa&category=government")) == {
        "Ethiopia",
        "Côte d’Ivoire",
    }
    assert listed(client, "?country=et") == ["Ethiopia"]


def test_facets_count_under_the_other_filters(client, alliance):
    page = text_of(client, "/members?category=government")

    def count(name, value):
        found = re.search(
            rf'id="{name}-{value}"[^>]*><span class="facet__label">[^<]*</span><span'
            r' class="facet__count">([^<]*)<',
            page,
        )
        return found and int(found[1])

    assert count("region", "africa") == 2
    assert count("country", "ET") == 1
    assert count("country", "GB") is None
    assert count("category", "civil_society") == 3


def test_the_address_restores_the_whole_form(client, alliance):
    page = text_of(
        client,
        "/members?q=e&category=government&country=ET&as_of=2024-06-03&sort=joined&view=table",
    )
    assert re.search(r'name="q" value="e"', page)
    assert re.search(r'id="category-government"[^>]* checked', page)
    assert re.search(r'id="country-ET"[^>]* checked', page)
    assert 'value="2024-06-03"' in page
    assert '<option value="joined" selected>' in page
    assert '<input type="hidden" name="view" value="table">' in page
    assert "Members on 3 June 2024" in page
    assert (
        'href="/members.csv?q=e&amp;category=government&amp;country=ET&amp;as_of=2024-06-03' in page
    )


def test_pages_follow_one_another_without_gap_or_repeat(client, session):
    make_organisations(session, [organisation(f"Member {number:03}") for number in range(60)])
    commit(session)
    names = [name for page in (1, 2, 3) for name in listed(client, f"?page={page}")]
    assert names == [f"Member {number:03}" for number in range(60)]
    assert listed(client, "?page=99") == names[50:]


def test_the_newest_members_can_come_first(client, alliance):
    assert listed(client, "?sort=joined")[0] == "Internet Watch Foundation"


def test_since_is_never_more_exact_than_it_is_known(client, alliance):
    page = text_of(client, "/members")
    assert "Member by 2022 at the latest" in page
    assert "Member since June 2019" in page
    assert "Member since 5 December 2012" in page


def test_who_left_and_came_back_has_two_memberships(client, session):
    periods = (
        Membership(date(2010, 1, 1), ended_on=date(2012, 1, 1)),
        Membership(date(2020, 1, 1)),
    )
    make_organisations(session, [organisation("Back Again", memberships=periods)])
    commit(session)
    assert listed(client, "?as_of=2011-01-01") == listed(client) == ["Back Again"]
    assert listed(client, "?as_of=2015-01-01") == []
    assert "Member since 1 January 2020" in text_of(client, "/members")
    assert "Member since 1 January 2010" in text_of(client, "/members?as_of=2011-01-01")
    assert downloaded(client)[0]["member_since"] == "2020-01-01"
    assert downloaded(client, "?as_of=2011-01-01")[0]["member_since"] == "2010-01-01"


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/members", 2),
        ("/members?category=government&country=ET", 2),
        ("/members?q=eth", 2),
        ("/members?q=Ethopia", 3),
        ("/members?view=map", 2),
        ("/members/ethiopia", 2),
        ("/members.csv", 2),
        ("/", 2),
    ],
)
def test_a_page_takes_few_statements(client, session, alliance, path, most):
    client.get("/about")
    sent = []
    connection = session.connection()

    def note(*arguments):
        if "SAVEPOINT" not in arguments[2]:
            sent.append(arguments[2])

    event.listen(connection, "before_cursor_execute", note)
    assert client.get(path).data
    event.remove(connection, "before_cursor_execute", note)
    assert 0 < len(sent) <= most, "\n".join(sent)

"""Closed lists for machines, with the number of members on a day."""

import pytest

from alliance.reactions import commit
from tests.factories.directory import change_organisation


def counts(found, key):
    return {one[key]: one["members"] for one in found}


def test_countries_lie_in_regions_and_count_members_at_home_there(items, members):
    found = items("countries")
    by_code = {one["code"]: one for one in found}
    assert by_code["ET"] | {"names": None} == {
        "code": "ET",
        "names": None,
        "region": "africa",
        "subregion": "eastern-africa",
        "members": 1,
    }
    assert {"en", "ar", "fr", "es", "pt", "ru", "zh", "de"} <= set(by_code["CI"]["names"])
    assert by_code["XK"]["names"]["en"] == "Kosovo"
    assert sum(one["members"] for one in found) == 5
    assert [one["code"] for one in found] == sorted(by_code)


def test_a_member_counts_in_its_sub_region_and_the_region_above(items, members):
    found = counts(items("regions"), "slug")
    assert (found["africa"], found["eastern-africa"], found["western-africa"]) == (3, 2, 1)
    assert found["antarctica"] == 0
    parents = {one["slug"]: one["parent"] for one in items("regions")}
    assert parents["eastern-africa"] == "africa"
    assert parents["africa"] is None


def test_a_member_counts_in_its_sector_and_those_above(items, session, members):
    below = next(one for one in items("sectors") if one["parent"] is not None)
    rows = session.connection().exec_driver_sql("SELECT slug, id FROM sectors")
    change_organisation(session, members[0].id, sectors=(dict(rows.all())[below["slug"]],))
    commit(session)
    found = counts(items("sectors"), "slug")
    assert found[below["slug"]] == found[below["parent"]] == 1
    assert sum(found.values()) == 2


def test_categories_come_in_the_alliances_order_with_their_shapes(items, members):
    found = items("categories")
    assert [(one["code"], one["shape"], one["members"]) for one in found] == [
        ("government", "square", 2),
        ("company", "circle", 1),
        ("civil_society", "leaf", 2),
        ("international_organisation", "diamond", 0),
        ("regional_organisation", "diamond", 0),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-04-30", 1), ("2024-05-01", 2), ("2014-01-01", 2), ("2012-05-31", 0)],
)
def test_counts_are_those_of_the_day(items, members, day, expected):
    found = counts(items("categories", as_of=day), "code")
    assert found["civil_society"] == expected


@pytest.mark.database
@pytest.mark.parametrize("resource", ["countries", "regions", "sectors", "categories"])
def test_a_closed_list_takes_one_statement(client, session, statements, resource):
    client.get(f"/api/v1/{resource}")
    with statements() as sent:
        assert client.get(f"/api/v1/{resource}").status_code == 200
    assert len(sent) == 1

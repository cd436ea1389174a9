"""A newcomer finds the example alliance; whoever has members of their own never meets it."""

import csv
from collections import Counter
from pathlib import Path

import alliance.cli.example as example
from alliance.cli.example import load_example
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation

MEMBERS = Path(example.__file__).with_name("members.csv")


def test_the_example_is_what_its_file_says_by_category(example_client):
    with MEMBERS.open(encoding="utf-8", newline="") as file:
        listed = Counter(row["category"] for row in csv.DictReader(file))
    shown = example_client.get("/members.json").get_json()["members"]
    assert Counter(one["category"] for one in shown) == listed


def test_the_second_file_adds_to_the_same_members(example_client):
    shown = example_client.get("/members.json").get_json()["members"]
    (snap,) = (one for one in shown if one["name"] == "Snap")
    assert {"kind": "former", "text": "Snapchat", "language": None} in snap["other_names"]
    assert snap["sectors"] == ["social-media", "messaging"]


def test_it_is_never_loaded_beside_members_of_ones_own(client, session):
    make_organisations(session, [organisation("Our own member")])
    commit(session)
    assert load_example(session) is False
    shown = client.get("/members.json").get_json()["members"]
    assert [one["name"] for one in shown] == ["Our own member"]

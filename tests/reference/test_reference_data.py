"""The reference data is complete, and every spelling in it leads to one entry only."""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from alliance.core.text import fold

ROOT = Path(__file__).parents[2]
DATA = ROOT / "migrations" / "data"
EXAMPLE = ROOT / "alliance" / "cli" / "example"
FILES = [
    "regions",
    "countries",
    "categories",
    "body_kinds",
    "sectors",
    "affiliation_roles",
    "identifier_schemes",
]
LANGUAGES = {"en", "ar", "fr", "es", "pt", "ru", "zh", "de"}

# What the benchmark's generator writes into its files.
GENERATED_COUNTRIES = """
DE Germany|AT Austria|CH Switzerland|GB United Kingdom|IE Ireland|US United States|CA Canada
AU Australia|NZ New Zealand|IN India|NG Nigeria|KE Kenya|ZA South Africa|FR France|BE Belgium
LU Luxembourg|SN Senegal|ES Spain|MX Mexico|AR Argentina|CO Colombia|CL Chile|PT Portugal|BR Brazil
IT Italy|NL Netherlands|SE Sweden|NO Norway|DK Denmark|FI Finland|IS Iceland|PL Poland|CZ Czechia
SK Slovakia|HU Hungary|RO Romania|TR Türkiye|GR Greece|EG Egypt|SA Saudi Arabia
AE United Arab Emirates|MA Morocco|JO Jordan|CN China|TW Taiwan|SG Singapore|UA Ukraine
KZ Kazakhstan|BG Bulgaria|RS Serbia|AM Armenia
"""
GENERATED_SECTORS = """
Agriculture|Automotive|Banking|Biotechnology|Chemicals|Construction|Consulting|Culture
Cybersecurity|Data & AI|Defence|Education|Energy|Environment|Food|Health|Housing|Insurance|Legal
Logistics|Manufacturing|Media|Mobility|Public Administration|Research|Retail|Robotics|Space|Telecom
Textiles|Tourism|Water
"""


def cells(text: str) -> list[str]:
    return [cell for line in text.split("\n") for cell in line.split("|") if cell]


def entries(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return found


def key(spelling: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(spelling).replace("&", " and ")).strip()


def spellings(entry: dict[str, Any]) -> list[str]:
    codes = [entry[name] for name in ("code", "alpha3", "slug") if isinstance(entry.get(name), str)]
    labels = [*entry["names"].values(), *entry.get("plurals", {}).values()]
    return [*codes, *labels, *entry.get("aliases", [])]


def meanings(lists: Iterable[str]) -> dict[str, set[str]]:
    """Every folded spelling of some lists, with the entries that it may stand for."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in lists:
        for entry in entries(name):
            for spelling in spellings(entry):
                found[key(spelling)].add(f"{name}:{entry.get('code', entry.get('slug'))}")
    return found


def rows(name: str) -> list[dict[str, str]]:
    with (EXAMPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "lists",
    [
        ["regions"],
        ["countries"],
        ["categories", "body_kinds"],
        ["sectors"],
        ["affiliation_roles"],
        ["identifier_schemes"],
    ],
)
def test_a_spelling_stands_for_one_entry_only(lists: list[str]) -> None:
    shared = {spelling: found for spelling, found in meanings(lists).items() if len(found) > 1}
    assert shared == {}
    assert "" not in meanings(lists)


@pytest.mark.parametrize("name", FILES)
def test_no_code_is_given_twice_and_every_label_is_there_in_english_and_arabic(name: str) -> None:
    found = entries(name)
    counts = Counter(entry.get("code", entry.get("slug")) for entry in found)
    assert [code for code, count in counts.items() if count > 1] == []
    for entry in found:
        for labels in [entry["names"], entry.get("plurals", entry["names"])]:
            assert labels["en"] == labels["en"].strip() != ""
            assert re.search("[\u0621-\u064a]", labels["ar"]), entry


def test_every_country_of_iso_3166_and_kosovo_is_there_in_eight_languages() -> None:
    countries = entries("countries")
    assert len(countries) == 250
    assert sum(country["is_un_member"] for country in countries) == 193
    assert all(set(country["names"]) == LANGUAGES for country in countries)
    assert all(all(country["names"].values()) for country in countries)
    assert [country["code"] for country in countries if country["m49"] is None] == ["XK"]


def test_every_country_lies_in_a_sub_region_and_every_sub_region_in_a_region() -> None:
    regions = {region["code"]: region["parent_code"] for region in entries("regions")}
    tops = {code for code, parent in regions.items() if parent is None}
    assert {parent for parent in regions.values() if parent is not None} == tops - {10}
    for country in entries("countries"):
        assert regions[country["region_code"]] in tops or country["code"] == "AQ", country["code"]


def test_every_sector_below_another_names_a_sector_that_is_there_and_no_circle_is_drawn() -> None:
    above = {sector["slug"]: sector["parent"] for sector in entries("sectors")}
    for slug, parent in above.items():
        passed, at = {slug}, parent
        while at is not None:
            assert at in above
            assert at not in passed
            passed.add(at)
            at = above[at]


def test_every_kind_of_body_and_every_role_names_a_category_that_is_there() -> None:
    categories = {category["code"] for category in entries("categories")}
    assert {kind["category_code"] for kind in entries("body_kinds")} == categories
    assert {role["category_code"] for role in entries("affiliation_roles")} <= categories | {None}


@pytest.mark.parametrize("name", FILES[2:])
def test_positions_count_from_one_under_each_parent(name: str) -> None:
    group = {"sectors": "parent", "body_kinds": "category_code"}.get(name)
    places: dict[str | None, list[int]] = defaultdict(list)
    for entry in entries(name):
        places[entry[group] if group else None].append(entry["position"])
    assert all(place == list(range(1, len(place) + 1)) for place in places.values())


def test_a_role_never_allows_fewer_contacts_than_it_needs() -> None:
    for role in entries("affiliation_roles"):
        assert 0 <= role["minimum"] <= (role["maximum"] or 99)


def test_links_to_registers_are_safe_and_have_one_place_for_the_identifier() -> None:
    for scheme in entries("identifier_schemes"):
        link = scheme["link"]
        assert link is None or (link.startswith("https://") and link.count("{value}") == 1)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *[(pair[3:], pair[:2]) for pair in cells(GENERATED_COUNTRIES)],
        *[(pair[:2], pair[:2]) for pair in cells(GENERATED_COUNTRIES)],
        ("ivory coast", "CI"),
        ("cote d'ivoire", "CI"),
        ("Swaziland", "SZ"),
        ("Burma", "MM"),
        ("Turkey", "TR"),
        ("Macedonia", "MK"),
        ("South Korea", "KR"),
        ("Korea, Republic of", "KR"),
        ("Moldova, Republic of", "MD"),
        ("The Netherlands", "NL"),
        ("Holland", "NL"),
        ("Lesotho (The Kingdom of)", "LS"),
        ("Great Britain", "GB"),
        ("UK", "GB"),
        ("U.S.A.", "US"),
        ("UAE", "AE"),
        ("DRC", "CD"),
        ("Viet Nam", "VN"),
        ("Deutschland", "DE"),
        ("مصر", "EG"),
        ("日本", "JP"),
        ("Україна", "UA"),
        ("Ελλάδα", "GR"),
        ("भारत", "IN"),
    ],
)
def test_a_country_is_known_by_the_spelling(written: str, code: str) -> None:
    assert meanings(["countries"])[key(written)] == {f"countries:{code}"}


@pytest.mark.parametrize("label", cells(GENERATED_SECTORS))
def test_a_sector_of_the_economy_is_known_by_its_label(label: str) -> None:
    assert len(meanings(["sectors"])[key(label)]) == 1


@pytest.mark.parametrize(
    ("label", "category"),
    [
        ("company", "company"),
        ("startup", "company"),
        ("private sector", "company"),
        ("association", "civil_society"),
        ("ngo", "civil_society"),
        ("university", "civil_society"),
        ("charity", "civil_society"),
        ("CSO", "civil_society"),
        ("public-body", "government"),
        ("public body", "government"),
        ("state", "government"),
        ("IGO", "international_organisation"),
        ("UN agency", "international_organisation"),
        ("regional organization", "regional_organisation"),
    ],
)
def test_a_category_follows_from_its_own_label_or_that_of_a_kind_of_body(
    label: str, category: str
) -> None:
    kinds = {kind["code"]: kind["category_code"] for kind in entries("body_kinds")}
    (found,) = meanings(["categories", "body_kinds"])[key(label)]
    place, code = found.split(":")
    assert (kinds[code] if place == "body_kinds" else code) == category


def test_the_example_alliance_uses_known_countries_and_categories_only() -> None:
    countries, categories = meanings(["countries"]), meanings(["categories"])
    for row in rows("members.csv"):
        assert len(categories[key(row["category"])]) == 1
        if row["country"]:
            assert countries[key(row["country"])] == {f"countries:{row['country']}"}
        if row["category"] == "government":
            assert countries[key(row["name"])] == {f"countries:{row['country']}"}


def test_the_further_details_of_the_example_are_about_the_same_members_in_the_same_words() -> None:
    members, details = rows("members.csv"), rows("details.csv")
    assert [(row["name"], row["category"], row["country"]) for row in members] == [
        (row["name"], row["category"], row["country"]) for row in details
    ]
    sectors = meanings(["sectors"])
    for row in details:
        for label in filter(None, row["sectors"].split("; ")):
            assert len(sectors[key(label)]) == 1, label
        assert row["category"] != "government" or row["name (ar)"]

"""Which spellings mean the same organisation or person, and which do not."""

import pytest

from alliance.imports.matching.names import organisation_form, person_words
from alliance.imports.matching.organisations import (
    OrganisationFacts,
    OrganisationIndex,
    name_similarity,
)
from alliance.imports.matching.people import PersonFacts, likeliest
from alliance.imports.matching.people import name_similarity as person_similarity

SAME = [
    ("Müller & Söhne GmbH", "Mueller und Soehne Ges.m.b.H."),
    ("Company of Trade S.A.", "COMPANY OF TRADE SA"),
    ("ООО «Вектор Энергия»", "Общество с ограниченной ответственностью Вектор Энергия"),
    ("上海华信科技有限公司", "Shanghai Huaxin Keji Youxian Gongsi"),
    ("Energy Nordic AB", "Nordic Energy Aktiebolag"),
    ("Straße der Hoffnung e.V.", "Strasse der Hoffnung eingetragener Verein"),
    ("Dansk Børneværn ApS", "Dansk Bornevarn"),
]
DIFFERENT = [
    ("Internet Watch Foundation", "Internet Society Foundation"),
    ("Ministry of Justice", "Ministry of Health"),
    ("Children First", "Women First"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_legal_forms_scripts_accents_and_order_do_not_matter(left, right):
    assert name_similarity(organisation_form(left), organisation_form(right)) > 0.93


@pytest.mark.parametrize(("left", "right"), DIFFERENT)
def test_names_that_share_words_are_not_the_same(left, right):
    assert name_similarity(organisation_form(left), organisation_form(right)) < 0.85


def found(row: OrganisationFacts, *known: OrganisationFacts):
    return OrganisationIndex(known).likenesses(row)


def facts(key=1, name="Harbour Light", country="KE", **values):
    return OrganisationFacts(key=key, name=name, country=country, **values)


def test_the_reason_says_what_agrees():
    domains = frozenset(["light.example.org"])
    (best,) = found(
        facts(-2, "Harbor Light", domains=domains, city="nairobi"),
        facts(domains=domains, city="nairobi"),
    )
    assert best.reason == "name 96 % alike, same web domain, same city"
    assert best.score > 0.9
    assert not best.is_certain


def test_a_register_number_is_certain_whatever_the_name():
    numbers = frozenset([("lei", "213800WSGIIZCXF1P572")])
    (best,) = found(facts(-2, "Renamed", identifiers=numbers), facts(identifiers=numbers))
    assert (best.is_certain, best.reason) == (True, "same LEI number")


def test_the_record_once_more_is_certain_unless_something_contradicts():
    assert found(facts(-2), facts())[0].is_certain
    elsewhere = found(facts(-2, city="mombasa"), facts(city="nairobi"))
    assert not any(one.is_certain for one in elsewhere)


def test_namesakes_that_differ_in_all_else_are_other_organisations():
    known = facts(city="lagos", phone="123456789", street="moi avenue 1", postcode="100")
    row = facts(-2, city="abuja", phone="987654321", street="hill road 7", postcode="200")
    assert not found(row, known)


def test_another_country_speaks_against_a_mere_name():
    assert not found(facts(-2, country="PE"), facts())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("William Smith", "Bill Smith"),
        ("William Smith", "W. Smith"),
        ("William Smith", "Smith William"),
        ("William Smith", "Willaim Smith"),
        ("Jürgen Weiß", "JUERGEN WEISS"),
        ("王伟", "Wei Wang"),
        ("王伟", "伟王"),
        ("Олексій Шевченко", "Oleksij Shevchenko"),
        ("محمد الحسن", "محمّد الحسن"),
    ],
)
def test_a_person_is_known_by_other_spellings(left, right):
    row = PersonFacts.of(-2, [right], [], [])
    assert likeliest(row, [PersonFacts.of(1, [left], [], [])])


@pytest.mark.parametrize(
    ("left", "right"),
    [("William Smith", "Walter Brown"), ("王伟", "李伟"), ("Anna Weber", "Anna Wagner")],
)
def test_colleagues_are_not_taken_for_each_other(left, right):
    assert person_similarity(person_words(left), person_words(right)) < 0.85
    row = PersonFacts.of(-2, [right], [], ["555000111"])
    assert not likeliest(row, [PersonFacts.of(1, [left], [], ["555000222"])])


def test_an_address_finds_a_person_at_another_organisation_and_a_name_alone_does_not():
    known = PersonFacts.of(1, ["Ada Braun"], ["a@x.org"], [])
    row = PersonFacts.of(-2, ["Ada Braun"], ["a@x.org"], [])
    assert likeliest(row, [known], at_same_organisation=False).is_certain
    other = PersonFacts.of(-3, ["Ada Braun"], ["b@y.org"], [])
    assert not likeliest(other, [known], at_same_organisation=False)

"""The one check of a document: what it makes of what is typed, and what it refuses."""

from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.core.errors import BadInput
from alliance.directory.rules.contacts import tidy_affiliation, tidy_contact
from alliance.directory.rules.organisations import tidy
from alliance.directory.rules.reaching import phone_number
from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Visibility,
)
from alliance.directory.rules.reference import (
    BodyKindTerm,
    CategoryTerm,
    CountryTerm,
    Reference,
    RoleTerm,
    SchemeTerm,
    SectorTerm,
)

LISTS = Reference(
    countries={code: CountryTerm(code, {}, (), None, True) for code in ("KE", "UG", "GB")},
    categories={code: CategoryTerm(code, {}, {}, "", ()) for code in ("company", "government")},
    body_kinds={"ministry": BodyKindTerm("ministry", "government", {}, ())},
    sectors={
        1: SectorTerm(1, "a", None, {}, (), None),
        2: SectorTerm(2, "b", None, {}, (), date(2020, 1, 1)),
    },
    roles={"deputy": RoleTerm("deputy", {}, (), 0, None, None)},
    schemes={code: SchemeTerm(code, {}, None, ()) for code in ("lei", "wikidata")},
)
PLAIN = OrganisationRecord(name="Harbour Light", category="company", id=1, slug="harbour-light")


def tidied(**values: Any) -> OrganisationRecord:
    return tidy(replace(PLAIN, **values), LISTS)


KEPT = [
    ("name", "  Harbour \u00a0 Light ", "Harbour Light"),
    ("name", "Cafe\u0301", "Café"),
    ("name", "Har\u200bbour", "Harbour"),
    ("city", "  ", None),
    ("description", "One.\r\n\r\n\r\nTwo.  End ", "One.\n\nTwo. End"),
    ("language", "PT_br", "pt-BR"),
    ("language", "zh-hans", "zh-Hans"),
    ("language", "", None),
    ("website", "harbour-light.example", "https://harbour-light.example"),
    ("website", "HTTP://WWW.Harbour.Example:8080/Path?a=B#c", "http://www.harbour.example:8080/Path?a=B#c"),
    ("website", "//harbour.example/x", "https://harbour.example/x"),
    ("website", "https://bücher.example/", "https://bücher.example/"),
    ("email", " Info@Harbour.EXAMPLE ", "info@harbour.example"),
    ("email", "mailto:a.b+c@bücher.example", "a.b+c@xn--bcher-kva.example"),
    ("phone", "020 7946 0018", "020 7946 0018"),
    ("phone", "+44 (0)20 7946-0018", "+442079460018"),
    ("phone", "0044 20 7946 0018", "+442079460018"),
    ("phone", "+4402079460018", "+442079460018"),
    ("phone", "116 111", "116 111"),
    ("phone", "+44 20 7946 0018 ext. 12", "+442079460018 x12"),
    ("countries", ("UG", "KE", "UG"), ("KE", "UG")),
    ("sectors", (2, 1, 2), (1, 2)),
    ("identifiers", (Identifier("wikidata", "q42"), Identifier("wikidata", "Q42")),
     (Identifier("wikidata", "Q42"),)),
    ("names", (Name(NameKind.SHORT, "Harbour Light"), Name(NameKind.ACRONYM, " HL ")),
     (Name(NameKind.ACRONYM, "HL"),)),
    ("names", (Name(NameKind.FORMER, "Harbour Light", None, None, date(2001, 1, 1)),),
     (Name(NameKind.FORMER, "Harbour Light", None, None, date(2001, 1, 1)),)),
    ("names",
     (Name(NameKind.FORMER, "Beacon", None, date(2001, 1, 1), date(2002, 1, 1)),
      Name(NameKind.FORMER, "Beacon", "en", date(2003, 1, 1), date(2004, 1, 1))),
     (Name(NameKind.FORMER, "Beacon", "en", date(2001, 1, 1), date(2004, 1, 1)),)),
    ("domains",
     (Domain("https://www.harbour.example/x"),
      Domain("harbour.example", True, date(2020, 1, 1), "A")),
     (Domain("harbour.example", True, date(2020, 1, 1), "A"),)),
    ("logo", "", None),
]  # fmt: skip
REFUSED = [
    ("name", " ", "give a name"),
    ("name", "x" * 5000, "5000 characters; shorten it to 300"),
    ("name", "Harbour\x07", "control character"),
    ("name", "Harbour\u202egnp", "turns the direction"),
    ("name", "\u3164", "only invisible characters"),
    ("name", "Harbour \ufffd", "lost in an earlier conversion"),
    ("city", "x" * 121, "shorten it to 120"),
    ("category", "club", "no “club” in the list"),
    ("body_kind", "ministry", "no kind of company"),
    ("body_kind", "club", "no “club” in the list"),
    ("country", "ZZ", "no “ZZ” in the list"),
    ("countries", ("KE", "ZZ"), "no “ZZ” in the list"),
    ("sectors", (1, 99), "no “99” in the list"),
    ("language", "klingonish", "no language “klingonish”"),
    ("language", "gr", "no language “gr”"),
    ("website", "javascript:alert(1)", "no web address"),
    ("website", "ftp://harbour.example/", "no web address"),
    ("website", "https://user:secret@harbour.example/", "user name and password"),
    ("website", "https://evil.example\\@harbour.example/", "no web address"),
    ("website", "https://192.0.2.1/", "no web address"),
    ("website", "https://harbour.example/<script>", "sign that none may hold"),
    ("website", "see our page", "no web address"),
    ("email", "info@harbour", "write it like"),
    ("email", "a@b.example, c@d.example", "Two addresses"),
    ("email", "info@harbour.test", "no e-mail address"),
    ("email", "a..b@harbour.example", "before @ is not valid"),
    ("phone", "call us", "no phone number"),
    ("phone", "info44@harbour.example", "no phone number"),
    ("names", (Name(NameKind.SHORT, " "),), "give a name"),
    ("names", (Name(NameKind.FORMER, "B", None, date(2002, 1, 1), date(2001, 1, 1)),),
     "ends before it begins"),
    ("names", (Name(NameKind.FORMER, "B", "klingonish"),), "no language"),
    ("identifiers", (Identifier("lei", "123"),), "20 letters and digits"),
    ("identifiers", (Identifier("club_card", "123"),), "no “club_card” in the list"),
    ("domains", (Domain("harbour.example", False, date(2020, 1, 1)),), "who verified"),
    ("dissolved_on", date(1066, 10, 14), "cannot be meant"),
    ("merged_into_id", 1, "cannot be merged into itself"),
    ("merged_into_id", 2, "day on which it was dissolved"),
    ("parent_id", 1, "cannot stand above itself"),
    ("logo", "../../etc/passwd", "store the picture first"),
    ("slug", "Harbour Light", "cannot stand in an address"),
    ("visibility", {"notes": Visibility.PORTAL}, "nobody can choose"),
    ("visibility", {"name": Visibility.PORTAL}, "nobody can choose"),
    ("visibility", {"email": Visibility.PUBLIC}, "never shown to the public"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "typed", "kept"), KEPT)
def test_a_field_is_kept_in_its_tidy_form(field, typed, kept):
    once = tidied(**{field: typed})
    assert getattr(once, field) == kept
    assert tidy(once, LISTS) == once


@pytest.mark.parametrize(("field", "typed", "words"), REFUSED)
def test_a_field_that_cannot_be_meant_is_refused_by_its_name_with_a_remedy(field, typed, words):
    with pytest.raises(BadInput, match=words) as refused:
        tidied(**{field: typed})
    assert refused.value.field == field


@pytest.mark.parametrize("field", ["email", "phone", "street", "postcode"])
@pytest.mark.parametrize("level", [Visibility.PORTAL, Visibility.SECRETARIAT])
def test_the_portal_may_be_shown_how_to_reach_an_organisation(field, level):
    levels = MappingProxyType({field: level})
    assert tidied(visibility=levels).visibility == levels


def test_a_number_without_its_countrys_code_is_read_as_dialled_at_home():
    assert tidied(phone="020 7946 0018", country="GB").phone == "+442079460018"
    at_home = tidied(phone="020 7946 0018")
    moved = tidy(replace(at_home, country="GB"), LISTS, at_home)
    assert moved.phone == "+442079460018"


def test_what_has_not_changed_is_not_checked_again():
    stored = replace(PLAIN, country="SU", sectors=(99,), website="gopher://old")
    assert tidy(replace(stored, city="Nairobi"), LISTS, stored).city == "Nairobi"
    with pytest.raises(BadInput, match="no “ZZ”"):
        tidy(replace(stored, country="ZZ"), LISTS, stored)


def test_a_change_of_name_drops_the_short_name_that_says_the_same():
    stored = replace(PLAIN, names=(Name(NameKind.SHORT, "Beacon"),))
    assert tidy(replace(stored, name="Beacon"), LISTS, stored).names == ()


def test_a_retired_sector_may_stay():
    assert tidied(sectors=(2,)).sectors == (2,)


def test_memberships_are_put_in_order():
    later, earlier = (
        Membership(date(2022, 1, 1)),
        Membership(date(2020, 1, 1), ended_on=date(2021, 1, 1)),
    )
    assert tidied(memberships=(later, earlier)).memberships == (earlier, later)


def test_an_untouched_record_is_handed_back_as_it_is():
    assert tidied() == PLAIN
    assert tidy(PLAIN, LISTS) is PLAIN


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("name", " Wanjiru  Maina ", "Wanjiru Maina"),
        ("latin_name", " ", None),
        ("time_zone", "Africa/Nairobi", "Africa/Nairobi"),
        ("language", "SW", "sw"),
        ("notes", "a\n\n\n\nb", "a\n\nb"),
        ("phones", ("+254 20 123 4567", "+254201234567"), ("+254201234567",)),
        (
            "addresses",
            (Address("W@B.Example", AddressState.VERIFIED), Address("w@b.example")),
            (Address("w@b.example", AddressState.VERIFIED),),
        ),
    ],
)
def test_a_contact_is_kept_in_its_tidy_form(field, typed, kept):
    once = tidy_contact(replace(ContactRecord("Wanjiru"), **{field: typed}))
    assert getattr(once, field) == kept
    assert tidy_contact(once) == once


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", "", "give a name"),
        ("name", "x" * 201, "shorten it to 200"),
        ("latin_name", "a\x00b", "control character"),
        ("time_zone", "Mars/Olympus", "no time zone"),
        ("time_zone", "../../etc/passwd", "no time zone"),
        ("language", "xx-yy-zz-aa", "no language"),
        ("phones", ("none",), "no phone number"),
        ("addresses", (Address("no address"),), "no e-mail address|write it like"),
        ("addresses", (Address("a@b.example"),) * 21, "too many"),
    ],
)
def test_a_contacts_field_is_refused_by_its_name_with_a_remedy(field, typed, words):
    with pytest.raises(BadInput, match=words) as refused:
        tidy_contact(replace(ContactRecord("Wanjiru"), **{field: typed}))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "boss"}, "role"),
        ({"job_title": "x" * 201}, "job_title"),
        ({"started_on": date(2020, 1, 2), "ended_on": date(2020, 1, 1)}, "ended_on"),
        ({"started_on": date(1020, 1, 2)}, "started_on"),
    ],
)
def test_an_impossible_affiliation_is_refused(values, field):
    record = replace(AffiliationRecord(1, 2, "deputy"), **values)
    with pytest.raises(BadInput) as refused:
        tidy_affiliation(record, LISTS)
    assert refused.value.field == field


@given(st.text(max_size=30), st.sampled_from([None, "KE", "GB", "US", "IT"]))
def test_a_phone_number_is_tidied_once_and_for_all(typed, country):
    try:
        kept = phone_number(typed, country)
    except BadInput:
        return
    assert phone_number(kept, country) == kept


@given(
    st.from_regex(r"\+?[0-9 ()/.-]{3,18}(x[0-9]{1,4})?", fullmatch=True),
    st.sampled_from([None, "KE", "GB", "US", "IT", "DE"]),
)
def test_what_looks_like_a_phone_number_is_tidied_once_and_for_all(typed, country):
    try:
        kept = phone_number(typed, country)
    except BadInput:
        return
    assert phone_number(kept, country) == kept


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_is_tidied_once_and_for_all_or_refused(name, website, email):
    try:
        once = tidied(name=name, website=website, email=email)
    except BadInput:
        return
    assert tidy(once, LISTS) == once

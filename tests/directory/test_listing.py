"""Nothing that is not public reaches the tables that public pages read."""

import json
from dataclasses import fields, replace
from datetime import date
from types import MappingProxyType

import pytest
from sqlalchemy import Date, cast, func, select

from alliance.directory.models import Listing, ListingWord, SearchVariant
from alliance.directory.operations.listings import rebuild_listings
from alliance.directory.operations.saving import save_organisations
from alliance.directory.queries.reference import reference
from alliance.directory.rules.listing import ALWAYS_PUBLIC, DEFAULT_VISIBILITY
from alliance.directory.rules.records import (
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Visibility,
)
from tests.factories.directory import (
    STAFF,
    change_organisation,
    make_organisation,
    organisation,
)

# A value for each field that is nowhere else, and the text by which it would be recognised.
CANARIES = {
    "city": ("Zqcity", "zqcity"),
    "postcode": ("ZQPOSTCODE", "zqpostcode"),
    "street": ("Zqstreet 1", "zqstreet"),
    "email": ("zqemail@zqemail.example", "zqemail"),
    "phone": ("+254201999777", "254201999777"),
    "website": ("https://zqwebsite.example/", "zqwebsite"),
    "description": ("Zqdescription of work.", "zqdescription"),
    "logo": ("zqlogo.webp", "zqlogo"),
    "notes": ("Zqnotes about them.", "zqnotes"),
    "source": ("zqsource list", "zqsource"),
    "names": ((Name(NameKind.TRADING, "Zqnames"),), "zqnames"),
    "identifiers": ((Identifier("wikidata", "Q8642097531"),), "8642097531"),
    "domains": ((Domain("zqdomains.example", False, date(2021, 2, 3), "Zqverifier"),), "zqdomains"),
    "countries": (("TV",), '"tv"'),
    "body_kind": ("ngo", '"ngo"'),
}
# Who sees a field: as usual, or by a choice that there is; test_tidying.py refuses the others.
CHOICES = {
    **dict.fromkeys(CANARIES, (None,)),
    **dict.fromkeys(
        ("email", "phone", "street", "postcode"),
        (None, Visibility.PORTAL, Visibility.SECRETARIAT),
    ),
    **dict.fromkeys(set(CANARIES) & set(DEFAULT_VISIBILITY), (None, *Visibility)),
}


def everything(session) -> str:
    """All that stands in the projection, as text in lower case."""
    told = []
    for table in (Listing, ListingWord, SearchVariant):
        for row in session.execute(select(table.__table__)).mappings():
            told.append(json.dumps(dict(row), ensure_ascii=False, default=str))
    return "\n".join(told).lower()


def test_every_field_that_holds_something_has_a_canary_or_says_nothing_of_itself():
    silent = {
        "id", "slug", "former_slugs", "memberships", "visibility", "is_listed", "archived_on",
        "delete_on",
    }  # fmt: skip
    by_code = {"country", "sectors", "parent_id"}
    known = {*CANARIES, *ALWAYS_PUBLIC, *silent, *by_code}
    assert {field.name for field in fields(OrganisationRecord)} == known


@pytest.fixture
def kind(session) -> str:
    """A kind of body of the category that canaries have."""
    kinds = reference(session).body_kinds.values()
    return next(one.code for one in kinds if one.category == "civil_society")


def value_and_sign(field: str, kind: str):
    return (kind, f'"{kind}"') if field == "body_kind" else CANARIES[field]


@pytest.mark.parametrize(
    ("field", "level"),
    [(field, level) for field, levels in sorted(CHOICES.items()) for level in levels],
)
def test_a_field_is_in_the_projection_only_when_it_is_public(session, kind, field, level):
    value, sign = value_and_sign(field, kind)
    visibility = MappingProxyType({} if level is None else {field: level})
    make_organisation(session, country=None, **{field: value}, visibility=visibility)
    is_public = level in (None, Visibility.PUBLIC) and field in DEFAULT_VISIBILITY
    assert (sign in everything(session)) is is_public


def test_a_field_that_is_hidden_later_is_taken_out_with_its_words(session):
    stored = make_organisation(session, names=(Name(NameKind.TRADING, "Zqnames"),))
    assert "zqnames" in everything(session)
    hidden = MappingProxyType({"names": Visibility.SECRETARIAT})
    change_organisation(session, stored.id, visibility=hidden)
    assert "zqnames" not in everything(session)
    assert "zqname" not in everything(session)


@pytest.mark.parametrize("level", [Visibility.PORTAL, Visibility.SECRETARIAT])
def test_a_hidden_country_sector_or_parent_is_in_no_column(session, level):
    lists = reference(session)
    sector = next(iter(lists.sectors))
    parent = make_organisation(session, "Federation", is_listed=False)
    hidden = MappingProxyType(dict.fromkeys(("country", "sectors", "parent_id"), level))
    stored = make_organisation(
        session, country="TV", sectors=(sector,), parent_id=parent.id, visibility=hidden
    )
    row = session.get(Listing, stored.id)
    assert (row.country, row.sector_ids) == (None, [])
    assert "tv" not in row.slug
    assert not {"country", "parent_id"} & set(row.document)
    assert row.document["sectors"] == []


def told_of(session, id: int) -> dict[str, object]:
    session.expire_all()
    document = session.get(Listing, id).document
    return {key: document[key] for key in ("parent_id", "merged_into_id") if key in document}


def test_a_parent_or_successor_is_told_of_only_while_it_is_listed(session):
    above = make_organisation(session, "Federation", is_listed=False)
    child = make_organisation(
        session, "Chapter", parent_id=above.id, dissolved_on=date(2024, 1, 1), country="KE"
    )
    change_organisation(session, child.id, merged_into_id=above.id)
    if session.get(Listing, child.id) is None:
        change_organisation(session, child.id, is_listed=True)
    assert told_of(session, child.id) == {}
    change_organisation(session, above.id, is_listed=True)
    both = {"parent_id": above.id, "merged_into_id": above.id}
    assert told_of(session, child.id) == both
    hidden = MappingProxyType({"parent_id": Visibility.PORTAL})
    change_organisation(session, child.id, visibility=hidden)
    assert told_of(session, child.id) == {"merged_into_id": above.id}
    change_organisation(session, child.id, visibility=MappingProxyType({}))
    assert told_of(session, child.id) == both
    change_organisation(session, above.id, is_listed=False)
    assert told_of(session, child.id) == {}
    rebuild_listings(session)
    assert told_of(session, child.id) == {}


def test_who_was_never_a_member_or_is_not_listed_is_not_there(session):
    never = make_organisation(session, "Zqnever", memberships=())
    unlisted = make_organisation(session, "Zqunlisted", is_listed=False)
    assert session.get(Listing, never.id) is None
    assert session.get(Listing, unlisted.id) is None
    assert "zqnever" not in everything(session)
    assert "zqunlisted" not in everything(session)


@pytest.mark.parametrize(
    ("day", "is_listed"),
    [
        (date(2020, 2, 29), False),
        (date(2020, 3, 1), True),
        (date(2021, 12, 31), True),
        (date(2022, 1, 1), False),
        (date(2022, 6, 1), False),
        (date(2023, 1, 1), True),
        (date(2024, 1, 1), False),
    ],
)
def test_who_is_listed_on_a_day_follows_from_the_ledger(session, day, is_listed):
    stored = make_organisation(
        session,
        memberships=(
            Membership(date(2020, 3, 1), ended_on=date(2022, 1, 1), end_reason="withdrew"),
            Membership(date(2023, 1, 1)),
        ),
        dissolved_on=date(2024, 1, 1),
    )
    found = session.scalar(
        select(func.count()).where(
            Listing.organisation_id == stored.id, Listing.periods.contains(cast(day, Date))
        )
    )
    assert found == is_listed


def test_the_reason_of_an_end_is_not_public(session):
    ended = Membership(date(2020, 3, 1), ended_on=date(2022, 1, 1), end_reason="Zqreason")
    make_organisation(session, memberships=(ended,))
    assert "zqreason" not in everything(session)


def test_a_rebuilt_projection_is_the_same(session):
    save_organisations(
        session,
        [organisation("Harbour Light", city="Mombasa"), organisation("Нова Хвиля", country="UA")],
        actor=STAFF,
    )
    before = everything(session)
    assert rebuild_listings(session) == 2
    session.expire_all()
    assert sorted(everything(session).split("\n")) == sorted(before.split("\n"))


def test_a_renamed_organisation_is_found_by_its_new_name_only(session):
    stored = make_organisation(session, "Zqbefore")
    save_organisations(session, [replace(stored, name="Zqafter")], actor=STAFF)
    words = session.scalars(select(ListingWord.word)).all()
    assert "zqafter" in words
    assert "zqbefore" not in words

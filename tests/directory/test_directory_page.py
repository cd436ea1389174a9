"""The directory answers searches, filters, days and pages, in few statements and without leaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.directory.queries.directory import find_page, ids_after, ids_for, open_directory
from alliance.directory.rules.records import Membership, Name, NameKind, Visibility
from alliance.directory.rules.searching import DirectoryCriteria
from alliance.reactions import commit
from tests.factories.directory import change_organisation, make_organisations, organisation

TODAY = date(2026, 1, 15)


@pytest.fixture
def directory(session: Session) -> Session:
    """A session on a directory of eight members."""
    make_organisations(
        session,
        [
            organisation("Ethiopia", category="government", country="ET"),
            organisation("Côte d’Ivoire", category="government", country="CI"),
            organisation("Zambia", category="government", country="ZM"),
            organisation(
                "Internet Watch Foundation",
                country="GB",
                memberships=(Membership(date(2012, 6, 1)),),
                names=(
                    Name(NameKind.ACRONYM, "IWF"),
                    Name(NameKind.FORMER, "Safety Net Hotline"),
                ),
            ),
            organisation("Müller Straßenhilfe", country="DE", description="Works with Zebras."),
            organisation(
                "Addis Harbour",
                country="ET",
                description="Secret unicorns.",
                visibility={"description": Visibility.SECRETARIAT},
            ),
            organisation("北京华信科技", category="company", country="CN"),
            organisation(
                "Gone Before",
                country="ET",
                memberships=(Membership(date(2013, 1, 1), ended_on=date(2015, 1, 1)),),
            ),
        ],
    )
    commit(session)
    return session


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(connection, cursor, statement, parameters, context, executemany):
        sent.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def page_of(session, **asked):
    return find_page(session, DirectoryCriteria(**{"as_of": TODAY, **asked}))


def found(session, **asked):
    return [row.name for row in page_of(session, **asked).rows]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ethiopia", "Ethiopia"),
        ("ETHIO", "Ethiopia"),
        ("Ethopia", "Ethiopia"),
        ("إثيوبيا", "Ethiopia"),
        ("اثيوبيا", "Ethiopia"),
        ("cote d'ivoire", "Côte d’Ivoire"),
        ("cote divoire", "Côte d’Ivoire"),
        ("ivory coast", "Côte d’Ivoire"),
        ("Elfenbeinküste", "Côte d’Ivoire"),
        ("iwf", "Internet Watch Foundation"),
        ("hotline", "Internet Watch Foundation"),
        ("watch internet", "Internet Watch Foundation"),
        ("intrenet wach", "Internet Watch Foundation"),
        ("internetwatch", "Internet Watch Foundation"),
        ("muller", "Müller Straßenhilfe"),
        ("mueller strassen", "Müller Straßenhilfe"),
        ("华信", "北京华信科技"),
        ("huaxin", "北京华信科技"),
        ("zebras", "Müller Straßenhilfe"),
        ("foundation kingdom", "Internet Watch Foundation"),
    ],
)
def test_a_search_finds_what_was_meant(directory, typed, first):
    assert found(directory, q=typed)[:1] == [first]


def test_a_country_name_finds_the_state_before_others_in_the_country(directory):
    assert found(directory, q="ethiopia") == ["Ethiopia", "Addis Harbour"]
    assert found(directory, q="ethopia") == ["Ethiopia", "Addis Harbour"]


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("iwf", "acronym", "IWF"),
        ("hotline", "former", "Safety Net Hotline"),
        ("zebras", "description", "Works with Zebras."),
        ("Vereinigtes", "country", "Vereinigtes Königreich"),
        ("watch", None, None),
        ("hotlin nett", "former", "Safety Net Hotline"),
    ],
)
def test_a_result_says_what_it_matched_on(directory, typed, kind, text):
    reason = page_of(directory, q=typed).rows[0].matched_on
    assert (reason.kind, reason.text) == (kind, text) if kind else reason is None


def test_results_that_are_only_alike_are_marked_and_suggest_the_best(directory):
    page = page_of(directory, q="Ethopia")
    assert page.is_approximate
    assert page.suggestion == "Ethiopia"
    assert not page_of(directory, q="Ethiopia").is_approximate


def test_nonsense_finds_nothing(directory):
    page = page_of(directory, q="qwxyz vbnmk")
    assert (page.total, page.rows, page.suggestion) == (0, [], None)


@pytest.mark.parametrize("typed", ["unicorns", "unicorn", "secret"])
def test_what_is_hidden_is_not_found(directory, typed):
    assert "Addis Harbour" not in found(directory, q=typed)


def test_a_search_finds_only_members_of_the_day(directory):
    assert found(directory, q="gone") == []
    assert found(directory, q="gone", as_of=date(2014, 1, 1)) == ["Gone Before"]
    assert found(directory, as_of=date(2013, 6, 1)) == ["Gone Before", "Internet Watch Foundation"]
    assert found(directory, as_of=date(2012, 5, 31)) == []


def test_facets_respect_the_choices_in_the_others(directory):
    page = page_of(directory, categories=("government",), regions=("africa",))
    assert [row.name for row in page.rows] == ["Côte d’Ivoire", "Ethiopia", "Zambia"]
    assert page.facets["category"] == {"government": 3, "civil_society": 1}
    assert page.facets["region"] == {"africa": 3}
    assert page.facets["country"] == {"ET": 1, "CI": 1, "ZM": 1}
    assert page.total == 3


def test_facets_count_what_a_search_found(directory):
    page = page_of(directory, q="ethiopia", categories=("company",))
    assert page.total == 0
    assert page.facets["category"] == {"government": 1, "civil_society": 1}


def test_pages_follow_the_order_that_is_asked_for(directory):
    everybody = found(directory, sort="name")
    assert everybody == sorted(everybody, key=lambda name: name.casefold())
    assert found(directory, sort="name", page=2, per_page=3) == everybody[3:6]
    assert found(directory, sort="joined")[-1] == "Internet Watch Foundation"
    assert page_of(directory, per_page=3).pages == 3
    assert found(directory, page=99) == []


def test_all_ids_come_in_the_order_of_the_pages(directory):
    criteria = DirectoryCriteria(as_of=TODAY, q="ethiopia")
    rows = find_page(directory, criteria).rows
    assert ids_for(directory, criteria) == [row.id for row in rows]


def test_readers_of_everything_go_on_from_an_id(directory):
    criteria = DirectoryCriteria(as_of=TODAY)
    everybody = sorted(ids_for(directory, criteria))
    assert ids_after(directory, criteria, after=0, limit=3) == everybody[:3]
    assert ids_after(directory, criteria, after=everybody[2], limit=99) == everybody[3:]
    assert ids_after(directory, criteria, after=everybody[-1], limit=3) == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"categories": ("robots",)}, "category"),
        ({"countries": ("XX",)}, "country"),
        ({"regions": ("atlantis",)}, "region"),
        ({"sectors": ("nothing",)}, "sector"),
        ({"sort": "email"}, "sort"),
        ({"page": 0}, "page"),
        ({"q": "x" * 101}, "q"),
    ],
)
def test_values_that_do_not_exist_are_refused_by_name(directory, asked, field):
    with pytest.raises(BadInput) as refused:
        page_of(directory, **asked)
    assert refused.value.field == field


@pytest.mark.parametrize(
    "typed", ["'", "\\", "a':*|b", "%_", "<script>", "!!", "a & b | !c", "(" * 9]
)
def test_signs_in_a_query_are_only_signs(directory, typed):
    assert page_of(directory, q=typed).total >= 0


def test_a_change_is_seen_as_soon_as_it_is_committed(directory):
    ethiopia = page_of(directory, q="ethiopia").rows[0]
    change_organisation(directory, ethiopia.id, name="Abyssinia")
    commit(directory)
    assert found(directory, q="abyss") == ["Abyssinia"]


@pytest.mark.parametrize(
    ("typed", "most"), [("", 2), ("ethio", 2), ("ivory coast", 2), ("Ethopia", 3)]
)
def test_a_page_takes_few_statements(directory, typed, most):
    page_of(directory)
    with statements(directory) as sent:
        page_of(directory, q=typed)
    assert len(sent) <= most


def test_a_directory_opened_once_is_not_asked_for_again(directory):
    page_of(directory)
    with statements(directory) as sent:
        opened = open_directory(directory, "ethio")
        find_page(directory, DirectoryCriteria(as_of=TODAY, q="ethio"), opened=opened)
    assert len(sent) == 2

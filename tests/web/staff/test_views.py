"""Saved views: kept, shared, arranged, opened with; another's own view is not there."""

import re

import pytest

from alliance.accounts.permissions import Role
from alliance.accounts.queries.views import own_views
from alliance.accounts.rules.views import view_query
from alliance.core.errors import BadInput
from alliance.reactions import commit
from tests.factories.directory import make_organisations, organisation
from tests.statements import statements_sent

LIST = "/staff/organisations"
NEW = "/staff/views/new/organisations"


@pytest.fixture(autouse=True)
def made(session):
    make_organisations(
        session,
        [
            organisation("Harbour Light"),
            organisation("Kinderlicht", country="DE"),
            organisation("Malta", category="government", country="MT"),
        ],
    )
    commit(session)


@pytest.fixture
def owner(staff):
    return staff(Role.MEMBERSHIP_MANAGER)


def text_of(response):
    return response.get_data(as_text=True)


def names(response):
    return re.findall(r'class="table__name"[^>]*><bdi[^>]*>(.*?)</bdi>', text_of(response))


def save(client, name="Germans", query="country=DE&sort=-name&col=city", **values):
    response = client.send(f"{NEW}?{query}", {"name": name, **values})
    assert response.status_code == 303, text_of(response)
    return int(re.search(r"view=(\d+)", response.location)[1])


def test_a_view_keeps_filters_order_and_columns(owner):
    page = text_of(owner.get(f"{NEW}?country=DE"))
    assert "Country: Germany" in page
    view = save(owner)
    shown = owner.get(f"{LIST}?view={view}")
    assert names(shown) == ["Kinderlicht"]
    assert re.search(r'aria-current="page"><bdi>Germans</bdi>', text_of(shown))
    assert "City" in text_of(shown)


def test_pages_of_a_view_keep_it_and_its_last_filter_leaves_it(owner):
    view = save(owner, query="country=DE&country=MT")
    assert names(owner.get(f"{LIST}?view={view}&sort=-name")) == ["Malta", "Kinderlicht"]
    page = text_of(owner.get(f"{LIST}?country=DE&view={view}"))
    assert 'href="/staff/organisations"><span class="visually-hidden">Remove filter' in page


def test_an_own_view_is_not_there_for_others_and_a_shared_one_is(staff, owner):
    own, shared = save(owner, "Own"), save(owner, "Shared", is_shared="y")
    other = staff(Role.EDITOR)
    assert other.get(f"{LIST}?view={own}").status_code == 404
    assert other.get(f"/staff/views/{own}/edit").status_code == 404
    assert other.get(f"/staff/views/{own}/delete").status_code == 404
    assert other.send(f"/staff/views/{own}/act", {"act": "open"}).status_code == 404
    assert names(other.get(f"{LIST}?view={shared}")) == ["Kinderlicht"]
    page = text_of(other.get("/staff/views/organisations"))
    assert "Shared" in page
    assert "Own" not in page


def test_a_shared_view_is_changed_by_its_owner_and_by_administrators(staff, owner, session):
    view = save(owner, "Shared", is_shared="y")
    other = staff(Role.EDITOR)
    for path, sent in (("edit", {"name": "Taken over"}), ("delete", {})):
        assert other.send(f"/staff/views/{view}/{path}", sent).status_code in (400, 403, 409, 422)
    assert other.send(f"/staff/views/{view}/act", {"act": "unshare"}).status_code == 422
    assert text_of(other.get(f"{LIST}?view={view}")).count("Shared")
    administrator = staff(Role.ADMINISTRATOR)
    done = administrator.send(
        f"/staff/views/{view}/edit", {"name": "Everybody's", "is_shared": "y"}
    )
    assert done.status_code == 303
    assert "Everybody&#39;s" in text_of(owner.get(LIST))


def test_names_are_asked_for_and_not_given_twice(owner):
    save(owner)
    for name, words in (("", "Give the view a name"), ("Germans", "of this name already"),
                        ("a" * 61, "Shorten"), ("\x07", "control")):  # fmt: skip
        response = owner.send(f"{NEW}?country=DE", {"name": name})
        assert response.status_code == 422, name
        assert words in text_of(response)
    assert owner.send(f"{NEW}?country=DE", {"name": "A", "owner": "7"}).status_code == 422
    assert owner.get(f"{NEW}?country=XX").status_code == 400
    assert owner.get("/staff/views/new/secrets").status_code == 404


def test_twenty_copies_of_the_form_make_one_view(owner, session):
    for _ in range(20):
        sent = {"name": "Once", "submission": "the-same-key"}
        assert owner.send(f"{NEW}?country=DE", sent).status_code == 303
    found = own_views(session, owner.account.id, "organisations")
    assert [one.name for one in found.views] == ["Once"]


def test_views_are_renamed_moved_and_deleted(owner):
    first, second = save(owner, "First"), save(owner, "Second")
    owner.send(f"/staff/views/{second}/act", {"act": "earlier"})
    page = text_of(owner.get(LIST))
    assert page.index("Second") < page.index("First")
    owner.send(f"/staff/views/{first}/edit", {"name": HOSTILE})
    page = text_of(owner.get(LIST))
    assert HOSTILE not in page
    assert "&lt;b&gt;" in page
    assert owner.send(f"/staff/views/{first}/delete", {}).status_code == 303
    assert owner.get(f"{LIST}?view={first}").status_code == 404


def test_a_list_opens_with_the_view_that_is_chosen_for_it(owner, staff):
    view = save(owner, opens="y")
    assert names(owner.get(LIST)) == ["Kinderlicht"]
    assert len(names(owner.get(f"{LIST}?sort=name"))) == 3
    assert len(names(staff(Role.EDITOR).get(LIST))) == 3
    owner.send(f"/staff/views/{view}/act", {"act": "whole"})
    assert len(names(owner.get(LIST))) == 3


def test_a_deleted_view_opens_nothing(owner):
    view = save(owner, opens="y")
    owner.send(f"/staff/views/{view}/delete", {})
    assert len(names(owner.get(LIST))) == 3


def test_a_view_takes_no_statement_more(app, owner):
    view = save(owner)
    owner.get(f"{LIST}?view={view}")
    with statements_sent(app) as sent:
        owner.get(f"{LIST}?view={view}")
    assert len(sent) <= 4, sent


def test_acts_on_shared_views_stand_in_the_history(owner, session):
    from alliance.audit.queries import history_of

    view, own = save(owner, "Shared", is_shared="y"), save(owner, "Own")
    owner.send(f"/staff/views/{view}/delete", {})
    assert [one.action for one in history_of(session, "saved_view", view)] == ["removed", "created"]
    assert not list(history_of(session, "saved_view", own))


@pytest.mark.parametrize(
    "document",
    [{"q": 1}, {"chosen": []}, {"chosen": {"a": "b"}}, {"columns": [1]}, {"evil": 1},
     {"q": "a" * 101}, {"density": "huge"}, {"chosen": {"a": ["b" * 101]}}],
)  # fmt: skip
def test_a_stored_query_that_is_none_is_refused(document):
    with pytest.raises(BadInput):
        view_query(document)


HOSTILE = "<b>View</b>"


def test_people_have_views_of_their_own(owner):
    response = owner.send("/staff/views/new/contacts?q=wan", {"name": "Wan"})
    assert response.status_code == 303
    assert "“wan”" in text_of(owner.get("/staff/views/contacts"))
    assert "Wan" not in text_of(owner.get("/staff/views/organisations"))
    assert owner.get(response.location).status_code == 200

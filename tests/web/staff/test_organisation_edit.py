"""Adding and editing organisations: what is stored, what is refused, and that nothing is lost."""

from datetime import date

import pytest
from sqlalchemy import func, select

from alliance.accounts.permissions import Role
from alliance.audit.models import Entry
from alliance.audit.queries import history_of
from alliance.directory.models import Organisation
from alliance.directory.operations.merging import merge_into
from alliance.directory.operations.saving import remove_organisations
from alliance.directory.queries.records import get_record
from alliance.directory.rules.records import Domain, Identifier, Membership, Name, NameKind
from alliance.reactions import commit
from tests.factories.directory import STAFF, change_organisation, make_organisation
from tests.web.staff.forms import fill_in, filled, form_at, send

NEW = "/staff/organisations/new"
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    '=HYPERLINK("http://x")',
    "' OR 1=1 --",
    "مؤسسة حماية الطفل",
)


def edit_url(one):
    return f"/staff/organisations/{one.id}/edit"


@pytest.fixture
def harbour(session):
    made = make_organisation(
        session,
        language="en",
        city="Nairobi",
        street="Moi Avenue 1\nThird floor",
        description="Answers calls.\n\nDay and night.",
        notes="CANARY-notes",
        names=(Name(NameKind.ACRONYM, "HL", "en"),),
        countries=("KE", "TZ"),
        identifiers=(Identifier("lei", "529900T8BM49AURSDO55"),),
        domains=(Domain("harbour.example", True, date(2024, 1, 2), "Ada"),),
    )
    commit(session)
    return made


def entries(session):
    return session.scalar(select(func.count()).select_from(Entry).where(Entry.action != "refused"))


def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(staff, session, harbour):
    before = entries(session)
    answer = fill_in(staff(), edit_url(harbour))
    assert answer.status_code == 303
    session.expire_all()
    assert get_record(session, harbour.id) == harbour
    assert entries(session) == before


def test_what_is_typed_is_stored_and_told(staff, session, harbour):
    client = staff()
    answer = fill_in(client, edit_url(harbour), city="  Mombasa ", phone="020 1234567")
    assert answer.location == f"/staff/organisations/{harbour.id}"
    stored = get_record(session, harbour.id)
    assert (stored.city, stored.phone) == ("Mombasa", "+254201234567")
    (last, *_) = history_of(session, "organisation", harbour.id)
    assert set(last.changes) == {"city", "phone"}
    assert last.actor_name == client.account.name
    assert "Saved." in client.get(answer.location).text


def test_repeated_entries_are_added_and_removed_without_script(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    more = send(client, url, [*filled(fields, city="Typed"), ("add", "names")])
    assert more.status_code == 200
    again = form_at(more.text, url)
    assert ("city", "Typed") in again
    assert ("names-1-text", "") in again
    fewer = send(
        client, url,
        [*filled(again, {"names-1-text": "Light", "names-1-kind": "short"}),
         ("remove", "names-0")],
    )  # fmt: skip
    last = form_at(fewer.text, url)
    assert [value for name, value in last if name.endswith("-text")] == ["Light"]
    assert send(client, url, last).status_code == 303
    stored = get_record(session, harbour.id)
    assert [one.text for one in stored.names] == ["Light"]
    assert stored.city == "Typed"


def test_a_domain_is_marked_as_verified_by_whoever_ticks_the_box(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    more = [("domains-1-domain", "safe.example"), ("domains-1-is_verified", "y")]
    assert send(client, url, [*fields, *more]).status_code == 303
    kept, new = get_record(session, harbour.id).domains
    assert kept == harbour.domains[0]
    assert new.verified_by == client.account.name


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "give a name"),
        ("name", "x" * 301, "shorten it to 300"),
        ("name", "a\x00b", "U+0000"),
        ("name", "a\u202eb", "This text"),
        ("country", "XX", "there is no “XX”"),
        ("category", "wizards", "there is no “wizards”"),
        ("email", "nobody", "address"),
        ("website", "javascript:alert(1)", "web"),
        ("phone", "12", "hone"),
        ("language", "xx-yy-zz", "There is no language"),
        ("countries-0", "QQ", "there is no “QQ”"),
        ("identifiers-0-value", "12", "dentifier"),
        ("identifiers-0-scheme", "nothing", "there is no “nothing”"),
        ("domains-0-domain", "gmail.com", "free-mail"),
        ("domains-0-domain", "co.uk", "Anybody can have"),
        ("names-0-kind", "nickname", "what “HL” is"),
        ("names-0-valid_from", "31/12/2020", "is no day"),
        ("memberships-0-joined_on", "2020-02-31", "is no day"),
        ("memberships-0-precision", "hour", "how exactly"),
        ("memberships-0-ended_on", "2019-01-01", "give a later end"),
        ("sectors", "1; DROP TABLE", "of the list"),
        ("source", "x" * 1001, "shorten it to 1000"),
    ],
)
def test_what_cannot_be_used_is_refused_beside_its_field_with_all_kept(
    staff, session, harbour, field, value, words
):
    before = entries(session)
    answer = fill_in(staff(), edit_url(harbour), {"city": "Kept City", field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'role="alert"' in answer.text
    assert 'value="Kept City"' in answer.text
    assert get_record(session, harbour.id) == harbour
    assert entries(session) == before


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_typed(staff, session, harbour, text):
    client = staff()
    answer = fill_in(
        client, edit_url(harbour),
        {"name": text, "city": text, "description": text, "street": text, "notes": text,
         "source": text, "names-0-text": f"{text} 2"},
    )  # fmt: skip
    assert answer.status_code == 303
    assert get_record(session, harbour.id).name == text
    for part in ("", "/edit", "/history", "/membership", "/fields/name/history", "/checks"):
        page = client.get(f"/staff/organisations/{harbour.id}{part}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_name_of_300_characters_stands_everywhere(staff, session, harbour):
    client = staff()
    assert fill_in(client, edit_url(harbour), name="ح" * 300).status_code == 303
    for part in ("", "/edit", "/contacts", "/membership", "/history"):
        assert client.get(f"/staff/organisations/{harbour.id}{part}").status_code == 200


@pytest.mark.parametrize(
    "field", ["id", "slug", "merged_into_id", "verified_by", "role", "archived_on"]
)
def test_a_field_that_the_form_does_not_have_is_refused(staff, session, harbour, field):
    client = staff()
    url = edit_url(harbour)
    answer = send(client, url, [*form_at(client.get(url).text, url), (field, "1")])
    assert answer.status_code == 422
    assert get_record(session, harbour.id) == harbour


@pytest.mark.parametrize(
    "name", ["names-²-text", "names--text", "names-99999999999-text", "names-1"]
)
def test_forged_numbers_of_entries_do_no_harm(staff, session, harbour, name):
    client = staff()
    url = edit_url(harbour)
    answer = send(client, url, [*form_at(client.get(url).text, url), (name, "x")])
    assert answer.status_code in (303, 422)
    assert get_record(session, harbour.id).names == harbour.names


def test_an_editor_edits_without_seeing_or_losing_notes(staff, session, harbour):
    client = staff(Role.EDITOR)
    url = edit_url(harbour)
    page = client.get(url).text
    assert "CANARY" not in page
    assert 'name="notes"' not in page
    assert send(client, url, filled(form_at(page, url), city="Kisumu")).status_code == 303
    assert get_record(session, harbour.id).notes == "CANARY-notes"
    forged = send(client, url, [*form_at(client.get(url).text, url), ("notes", "overwritten")])
    assert forged.status_code == 422
    assert get_record(session, harbour.id).notes == "CANARY-notes"
    assert client.get(f"{url}/notes").status_code == 404


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.AUDITOR])
def test_roles_without_the_right_neither_see_the_form_nor_send_it(staff, session, harbour, role):
    client = staff(role)
    for url in (NEW, edit_url(harbour), f"{edit_url(harbour)}/city"):
        assert client.get(url).status_code == 403
        forged = client.post(url, data={"csrf_token": client.csrf_token, "city": "x"})
        assert forged.status_code == 403
    assert get_record(session, harbour.id) == harbour


def test_a_form_without_its_token_is_refused(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    bare = [pair for pair in filled(fields, city="Forged") if pair[0] != "csrf_token"]
    assert send(client, url, bare).status_code == 400
    assert get_record(session, harbour.id) == harbour


def test_an_organisation_is_added(staff, session):
    client = staff(Role.EDITOR)
    answer = fill_in(client, NEW, name="Quiet Harbour", category="civil_society", country="KE")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Quiet Harbour" in page
    assert "The organisation was added." in page


def test_one_that_may_be_there_already_is_asked_about_once_more(staff, session, harbour):
    client = staff()
    number = session.scalar(select(func.count()).select_from(Organisation))
    typed = {"name": "Harbour Light", "category": "civil_society", "country": "KE",
             "city": "Nairobi"}  # fmt: skip
    answer = fill_in(client, NEW, typed)
    assert answer.status_code == 422
    assert f'href="/staff/organisations/{harbour.id}"' in answer.text
    assert session.scalar(select(func.count()).select_from(Organisation)) == number
    again = form_at(answer.text, NEW)
    assert ("city", "Nairobi") in again
    assert send(client, NEW, [*again, ("anyway", "y")]).status_code == 303
    assert session.scalar(select(func.count()).select_from(Organisation)) == number + 1


def test_a_register_entry_of_another_is_refused_with_its_name(staff, session, harbour):
    typed = {
        "name": "Something Else",
        "category": "company",
        "anyway": "y",
        "identifiers-0-scheme": "lei",
        "identifiers-0-value": "529900T8BM49AURSDO55",
    }
    answer = fill_in(staff(), NEW, typed)
    assert answer.status_code == 422
    assert "belongs to “Harbour Light” already" in answer.text


def test_look_alikes_are_told_while_one_types(staff, session, harbour):
    client = staff()
    url = "/staff/organisations/look-alikes"
    sent = {"csrf_token": client.csrf_token, "name": "Harbor Light", "country": "KE"}
    answer = client.post(url, data=sent)
    assert answer.status_code == 200
    assert f'href="/staff/organisations/{harbour.id}"' in answer.text
    assert "<html" not in answer.text
    for name in ("", "a\x00b", "x" * 5000, "%%%", "Quite Another Thing"):
        answer = client.post(url, data={**sent, "name": name})
        assert answer.status_code == 200
        assert "/staff/organisations/" not in answer.text


def test_two_who_change_other_fields_both_have_their_way(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    change_organisation(session, harbour.id, description="By another.")
    commit(session)
    assert send(client, url, filled(fields, city="Mombasa")).status_code == 303
    stored = get_record(session, harbour.id)
    assert (stored.city, stored.description) == ("Mombasa", "By another.")


def test_two_who_change_one_field_see_both_answers_and_choose(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    change_organisation(session, harbour.id, city="Theirs", postcode="00200")
    commit(session)
    typed = filled(fields, city="Mine", description="Also mine.\r\nIn lines.")
    answer = send(client, url, typed)
    assert answer.status_code == 409
    for shown in ("Nairobi", "Theirs", "Mine", "Also mine.", "Ada of the secretariat"):
        assert shown in answer.text
    assert get_record(session, harbour.id).city == "Theirs"
    chosen = filled(form_at(answer.text, url), {"keep-city": "yours"})
    assert send(client, url, chosen).status_code == 303
    stored = get_record(session, harbour.id)
    assert (stored.city, stored.postcode) == ("Mine", "00200")
    assert stored.description == "Also mine.\nIn lines."
    assert stored.names == harbour.names


def test_whoever_keeps_the_other_answer_keeps_his_own_other_fields(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    change_organisation(session, harbour.id, city="Theirs")
    commit(session)
    answer = send(client, url, filled(fields, city="Mine", postcode="00300"))
    chosen = filled(form_at(answer.text, url), {"keep-city": "theirs"})
    assert send(client, url, chosen).status_code == 303
    stored = get_record(session, harbour.id)
    assert (stored.city, stored.postcode) == ("Theirs", "00300")


def test_a_third_who_comes_between_is_met_as_well(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    change_organisation(session, harbour.id, city="Second")
    commit(session)
    answer = send(client, url, filled(fields, city="Mine"))
    change_organisation(session, harbour.id, city="Third")
    commit(session)
    chosen = filled(form_at(answer.text, url), {"keep-city": "yours"})
    again = send(client, url, chosen)
    assert again.status_code == 409
    assert "Third" in again.text
    assert get_record(session, harbour.id).city == "Third"


def test_a_form_without_a_version_overwrites_nothing(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    assert send(client, url, filled(fields, city="Mine", version="")).status_code == 409
    assert send(client, url, filled(fields, city="Mine", version="f" * 20)).status_code == 409
    assert get_record(session, harbour.id) == harbour


def test_one_that_was_merged_meanwhile_is_told_where(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    other = make_organisation(session, "Big House")
    merge_into(session, harbour.id, other.id, actor=STAFF)
    commit(session)
    answer = send(client, url, filled(fields, city="Typed City"))
    assert answer.status_code == 422
    assert f'href="/staff/organisations/{other.id}"' in answer.text
    assert 'value="Typed City"' in answer.text
    assert get_record(session, harbour.id).city != "Typed City"


def test_one_that_was_deleted_or_removed_meanwhile_is_told(staff, session, harbour):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    change_organisation(session, harbour.id, delete_on=date(2999, 1, 1))
    commit(session)
    answer = send(client, url, filled(fields, city="Typed City"))
    assert answer.status_code == 422
    assert "restore it before you change it" in answer.text
    assert 'value="Typed City"' in answer.text
    assert client.get(url).status_code == 303
    remove_organisations(session, [harbour.id], actor=STAFF)
    commit(session)
    answer = send(client, url, filled(fields, city="Typed City"))
    assert answer.status_code == 409
    assert "Typed City" in answer.text
    assert "removed for good" in answer.text


def test_a_second_copy_of_a_form_leads_where_the_first_did(staff, session):
    client = staff()
    fields = form_at(client.get(NEW).text, NEW)
    typed = filled(fields, name="Once Only", category="company")
    first, second = send(client, NEW, typed), send(client, NEW, typed)
    assert first.location == second.location
    found = session.scalar(
        select(func.count()).select_from(Organisation).where(Organisation.name == "Once Only")
    )
    assert found == 1


def test_a_form_sent_again_with_other_contents_asks_once_more(staff, session):
    client = staff()
    fields = form_at(client.get(NEW).text, NEW)
    send(client, NEW, filled(fields, name="First One", category="company"))
    other = send(client, NEW, filled(fields, name="Very Different", category="company"))
    assert other.status_code == 422
    assert 'value="Very Different"' in other.text
    assert send(client, NEW, form_at(other.text, NEW)).status_code == 303


@pytest.mark.parametrize("key", ["", "a\x00b", "x" * 500])
def test_a_form_without_a_good_key_is_asked_for_again(staff, session, harbour, key):
    client = staff()
    url = edit_url(harbour)
    fields = form_at(client.get(url).text, url)
    answer = send(client, url, filled(fields, city="Typed City", submission=key))
    assert answer.status_code == 422
    assert 'value="Typed City"' in answer.text


def test_a_membership_may_be_entered_with_the_rest(staff, session):
    typed = {"name": "Joined Long Ago", "category": "company",
             "memberships-0-joined_on": "2012-06-01", "memberships-0-precision": "month",
             "memberships-0-is_at_latest": "y"}  # fmt: skip
    answer = fill_in(staff(), NEW, typed)
    stored = get_record(session, int(answer.location.rpartition("/")[2]))
    assert stored.memberships == (Membership(date(2012, 6, 1), "month", True),)

"""Adding a person, moving, leaving, ending and correcting roles, each in one form."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from alliance.accounts.permissions import Role
from alliance.core import clock
from alliance.directory.queries.people import people_at
from alliance.directory.queries.records import affiliations_of, contacts_of
from alliance.directory.queries.relations import affiliations_at, affiliations_by
from alliance.directory.rules.records import Address
from alliance.directory.rules.versions import version_of
from tests.factories.directory import make_affiliation, make_contact, make_organisation

ON = date(2026, 3, 1)
_TABLES = ("contacts", "contact_addresses", "contact_phones", "affiliations", "history_entries")


def text_of(answer):
    return answer.get_data(as_text=True)


def digest(session):
    session.expire_all()
    return [
        session.scalar(text(f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                            f" FROM {table} AS t"))
        for table in _TABLES
    ]  # fmt: skip


def undo_in(answer):
    return re.search(r'action="(/staff/contacts/\d+/undo/\w+)"', text_of(answer))[1]


@pytest.fixture
def harbour(session):
    return make_organisation(session, "Harbour Light")


@pytest.fixture
def shore(session):
    return make_organisation(session, "Safe Shore")


@pytest.fixture
def works(session, harbour):
    return make_affiliation(session, organisation=harbour, contact=make_contact(session))


def move(works, place, **values):
    return {
        "leaves": works.organisation_id, "organisation": f"{place.name} #{place.id}",
        "role": "primary_contact", "on": ON.isoformat(), **values,
    }  # fmt: skip


def test_a_person_is_added_with_name_address_and_role_in_one_form(session, staff, harbour):
    client = staff(Role.ENGAGEMENT_OFFICER)
    path = f"/staff/organisations/{harbour.id}/people/add"
    assert 'name="email"' in text_of(client.get(path))
    data = {"name": "Ngozi Okafor", "email": "Ngozi@Harbour.example", "role": "deputy",
            "on": ON.isoformat(), "job_title": "Head of policy"}  # fmt: skip
    answer = client.send(path, data, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, f"/staff/organisations/{harbour.id}")
    (person,) = people_at(session, harbour.id, ON)
    assert (person.name, person.role, person.since, person.job_title) == (
        "Ngozi Okafor", "deputy", ON, "Head of policy",
    )  # fmt: skip
    assert person.addresses == (Address("ngozi@harbour.example"),)


def test_adding_somebody_new_is_taken_back_whole(session, staff, harbour):
    client = staff()
    before = digest(session)[:4]
    client.send(
        f"/staff/organisations/{harbour.id}/people/add",
        {"name": "Ngozi Okafor", "role": "deputy", "on": ON.isoformat()},
    )
    page = client.get("/staff/lists")
    assert client.send(undo_in(page)).status_code == 303
    assert digest(session)[:4] == before


def test_somebody_known_is_offered_and_given_the_role_instead(session, staff, shore, works):
    client = staff()
    path = f"/staff/organisations/{shore.id}/people/add"
    known = contacts_of(session, [works.contact_id])[works.contact_id]
    data = {"name": known.name[:6], "role": "press", "on": ON.isoformat()}
    before = digest(session)
    refused = client.send(path, data)
    assert refused.status_code == 422
    assert "Somebody like this is known already" in text_of(refused)
    assert known.name in text_of(refused)
    assert digest(session) == before
    assert client.send(path, {**data, "person": str(known.id)}).status_code == 303
    assert [one.contact_id for one in affiliations_at(session, [shore.id])] == [known.id]


def test_a_person_that_was_not_offered_cannot_be_slipped_in(session, staff, shore, works):
    before = digest(session)
    answer = staff().send(
        f"/staff/organisations/{shore.id}/people/add",
        {"name": "Quite Different", "person": str(works.contact_id), "role": "press",
         "on": ON.isoformat()},
    )  # fmt: skip
    assert answer.status_code == 303
    assert affiliations_by(session, works.contact_id) == [works]
    assert digest(session) != before


def test_somebody_new_may_share_an_address_once_that_was_said(session, staff, harbour, works):
    known = contacts_of(session, [works.contact_id])[works.contact_id]
    client, path = staff(), f"/staff/organisations/{harbour.id}/people/add"
    data = {"name": "Someone Else", "email": known.addresses[0].email, "role": "press",
            "on": ON.isoformat()}  # fmt: skip
    refused = client.send(path, data)
    assert (refused.status_code, "same e-mail address" in text_of(refused)) == (422, True)
    assert client.send(path, {**data, "person": "new"}).status_code == 303
    assert len(affiliations_at(session, [harbour.id])) == 2


def test_a_role_that_is_full_says_who_holds_it_and_is_handed_over(session, staff, harbour, works):
    client, path = staff(), f"/staff/organisations/{harbour.id}/people/add"
    holder = contacts_of(session, [works.contact_id])[works.contact_id]
    data = {"name": "Ngozi Okafor", "role": "primary_contact", "on": ON.isoformat()}
    before = digest(session)
    refused = client.send(path, data)
    assert refused.status_code == 422
    assert f"\u2068{holder.name}\u2069 hands it over" in text_of(refused)
    assert digest(session) == before
    assert client.send(path, {**data, "hand_over": str(holder.id)}).status_code == 303
    held = affiliations_at(session, [harbour.id])
    assert [(one.contact_id == holder.id, one.ended_on) for one in held] == [
        (True, ON), (False, None),
    ]  # fmt: skip


def test_a_role_is_not_handed_over_by_somebody_who_has_not_got_it(session, staff, harbour, works):
    stranger = make_contact(session, "Stranger")
    before = digest(session)
    answer = staff().send(
        f"/staff/organisations/{harbour.id}/people/add",
        {"name": "Ngozi Okafor", "role": "primary_contact", "on": ON.isoformat(),
         "hand_over": str(stranger.id)},
    )  # fmt: skip
    assert answer.status_code == 422
    assert digest(session) == before


def test_moving_ends_all_there_begins_here_and_keeps_the_past(
    session, staff, harbour, shore, works
):
    make_affiliation(
        session, organisation=harbour, role="press",
        contact=contacts_of(session, [works.contact_id])[works.contact_id],
    )  # fmt: skip
    client = staff()
    path = f"/staff/contacts/{works.contact_id}/move"
    assert "Harbour Light" in text_of(client.get(path))
    answer = client.send(path, move(works, shore, job_title="Chair"), follow_redirects=True)
    told = text_of(answer)
    assert "moves from" in told
    assert "Nobody holds the role “Primary contact”." in told
    assert "toast--late" in told
    found = affiliations_by(session, works.contact_id)
    assert [(one.organisation_id, one.role, one.started_on, one.ended_on) for one in found] == [
        (harbour.id, "primary_contact", date(2020, 4, 1), ON),
        (harbour.id, "press", date(2020, 4, 1), ON),
        (shore.id, "primary_contact", ON, None),
    ]
    assert client.send(undo_in(answer)).status_code == 303
    ends = [one.ended_on for one in affiliations_by(session, works.contact_id)]
    assert ends == [None, None]


def test_a_move_that_is_refused_leaves_everything_as_it_was(session, staff, shore, works):
    make_affiliation(session, organisation=shore, contact=make_contact(session, "Thabo Nkosi"))
    before = digest(session)
    client, path = staff(), f"/staff/contacts/{works.contact_id}/move"
    refusals = (
        (move(works, shore), "One of them can hand it over."),
        (move(works, shore, organisation="Nowhere at all"), "No organisation is called so"),
        (move(works, shore, organisation=""), "Name an organisation."),
        (move(works, shore, role="responsible_minister"), "role in a government only"),
        (move(works, shore, role="boss"), "Not a valid choice"),
        (move(works, shore, on="yesterday"), "Not a valid date"),
        (move(works, shore, on="0099-01-01"), "cannot be meant"),
        (move(works, shore, leaves="999"), "Choose an organisation for which"),
        (move(works, shore, organisation=f"#{works.organisation_id}"), "the same organisation"),
        (move(works, shore, ended_on="2020-01-01"), "that it does not have"),
    )
    for data, words in refusals:
        answer = client.send(path, data)
        assert (answer.status_code, words in text_of(answer)) == (422, True), words
        assert digest(session) == before, words


def test_a_move_that_is_refused_keeps_what_was_typed(staff, shore, works):
    answer = staff().send(
        f"/staff/contacts/{works.contact_id}/move",
        move(works, shore, role="boss", job_title="Chair of all", reason="typed"),
    )
    page = text_of(answer)
    assert 'value="Chair of all"' in page
    assert 'value="typed"' in page
    assert f"Safe Shore #{shore.id}" in page


def test_a_move_may_lie_ahead(session, staff, shore, works):
    later = clock.now().date() + timedelta(days=90)
    client = staff()
    answer = client.send(
        f"/staff/contacts/{works.contact_id}/move", move(works, shore, on=later.isoformat()),
        follow_redirects=True,
    )  # fmt: skip
    assert "From later on" in text_of(answer)
    old, new = affiliations_by(session, works.contact_id)
    assert (old.ended_on, new.started_on) == (later, later)


def test_twenty_copies_of_a_move_move_once(session, staff, shore, works):
    client = staff()
    data = move(works, shore, submission="m" * 32)
    for _ in range(20):
        assert client.send(f"/staff/contacts/{works.contact_id}/move", data).status_code == 303
    assert len(affiliations_by(session, works.contact_id)) == 2


def test_leaving_one_organisation_and_all(session, staff, harbour, shore, works):
    contact = contacts_of(session, [works.contact_id])[works.contact_id]
    make_affiliation(session, organisation=shore, contact=contact, role="press")
    client, path = staff(), f"/staff/contacts/{contact.id}/leave"
    answer = client.send(
        path, {"organisation": shore.id, "on": ON.isoformat()}, follow_redirects=True
    )
    assert "leaves" in text_of(answer)
    assert [one.ended_on for one in affiliations_by(session, contact.id)] == [None, ON]
    client.send(undo_in(answer))
    answer = client.send(path, {"organisation": "all", "on": ON.isoformat()}, follow_redirects=True)
    assert "Nobody holds the role “Primary contact”." in text_of(answer)
    assert [one.ended_on for one in affiliations_by(session, contact.id)] == [ON, ON]
    assert "works for no organisation" in text_of(client.get(path))
    assert client.send(path, {"organisation": harbour.id, "on": ON.isoformat()}).status_code == 422


def test_one_role_ends_and_the_others_go_on(session, staff, harbour, works):
    contact = contacts_of(session, [works.contact_id])[works.contact_id]
    other = make_affiliation(session, organisation=harbour, contact=contact, role="press")
    client, path = staff(), f"/staff/affiliations/{other.id}/end"
    assert client.get(path).status_code == 200
    assert client.send(path, {"on": ON.isoformat()}).status_code == 303
    assert [one.ended_on for one in affiliations_by(session, contact.id)] == [None, ON]
    assert client.send(path, {"on": ON.isoformat()}).status_code == 422


def test_a_role_is_corrected_and_the_correction_checked(session, staff, harbour, works):
    client, path = staff(), f"/staff/affiliations/{works.id}/edit"
    data = {"version": version_of(works), "role": "primary_contact", "job_title": "Chair",
            "started_on": "2020-05-01", "ended_on": "2019-01-01"}  # fmt: skip
    before = digest(session)
    refused = client.send(path, data)
    assert (refused.status_code, "cannot end on" in text_of(refused)) == (422, True)
    assert digest(session) == before
    assert client.send(path, {**data, "ended_on": ""}).status_code == 303
    session.expire_all()
    after = affiliations_of(session, [works.id])[works.id]
    assert (after.job_title, after.started_on) == ("Chair", date(2020, 5, 1))
    press = make_affiliation(
        session, organisation=harbour, contact=make_contact(session, "Thabo"), role="press"
    )
    full = client.send(
        f"/staff/affiliations/{press.id}/edit",
        {"version": version_of(press), "role": "primary_contact", "started_on": "2021-01-01"},
    )
    assert full.status_code == 422


def test_two_who_correct_the_same_role_are_shown_both_answers(staff, works):
    path = f"/staff/affiliations/{works.id}/edit"
    data = {"version": version_of(works), "role": "primary_contact", "started_on": "2020-04-01"}
    assert staff().send(path, {**data, "job_title": "Chair"}).status_code == 303
    answer = staff().send(path, {**data, "job_title": "Director"})
    assert answer.status_code == 409
    assert "Chair" in text_of(answer)
    assert "Director" in text_of(answer)


def test_what_was_entered_in_error_is_removed_and_put_back(session, staff, works):
    client = staff()
    answer = client.send(f"/staff/affiliations/{works.id}/remove", follow_redirects=True)
    assert affiliations_by(session, works.contact_id) == []
    client.send(undo_in(answer))
    (again,) = affiliations_by(session, works.contact_id)
    assert (again.role, again.started_on) == (works.role, works.started_on)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
def test_who_may_not_change_people_changes_no_role(session, staff, harbour, shore, works, role):
    client = staff(role)
    for path, data in (
        (f"/staff/organisations/{harbour.id}/people/add", {"name": "X", "role": "press"}),
        (f"/staff/contacts/{works.contact_id}/move", move(works, shore)),
        (f"/staff/contacts/{works.contact_id}/leave", {"organisation": "all", "on": "2026-01-01"}),
        (f"/staff/affiliations/{works.id}/end", {"on": "2026-01-01"}),
        (f"/staff/affiliations/{works.id}/edit", {}),
        (f"/staff/affiliations/{works.id}/remove", {}),
        ("/staff/contacts/new", {"name": "X"}),
        ("/staff/contacts/duplicates", {"name": "X"}),
    ):
        assert client.send(path, data).status_code == 403
    assert affiliations_by(session, works.contact_id) == [works]


def test_somebody_new_is_stored_with_or_without_a_role(session, staff, harbour):
    client = staff()
    assert client.get("/staff/contacts/new").status_code == 200
    alone = client.send(
        "/staff/contacts/new",
        {"name": "Ngozi Okafor", "addresses-0-email": "n@x.example",
         "addresses-0-state": "unverified", "phones": ""},
    )  # fmt: skip
    id = int(alone.location.rpartition("/")[2])
    assert contacts_of(session, [id])[id].addresses[0].email == "n@x.example"
    both = client.send(
        "/staff/contacts/new",
        {"name": "Thabo Nkosi", "organisation": "harbour light", "role": "deputy",
         "on": ON.isoformat()},
    )  # fmt: skip
    id = int(both.location.rpartition("/")[2])
    assert [one.organisation_id for one in affiliations_by(session, id)] == [harbour.id]
    before = digest(session)
    for data in ({"name": ""}, {"name": "X", "organisation": "harbour light"},
                 {"name": "X", "role": "press", "on": ON.isoformat()}):  # fmt: skip
        assert client.send("/staff/contacts/new", data).status_code == 422
    assert digest(session) == before


def test_twenty_copies_of_a_new_contact_make_one(session, staff):
    client = staff()
    data = {"name": "Ngozi Okafor", "submission": "n" * 32}
    places = {client.send("/staff/contacts/new", data).location for _ in range(20)}
    assert len(places) == 1


def test_duplicates_are_pointed_out_while_typing(session, staff, harbour, works):
    known = contacts_of(session, [works.contact_id])[works.contact_id]
    client = staff()
    near = client.send(
        "/staff/contacts/duplicates",
        {"name": "Wanjiru Mainna", "organisation": f"Harbour Light #{harbour.id}"},
    )
    assert known.name in text_of(near)
    there = client.send(
        f"/staff/contacts/duplicates?organisation={harbour.id}", {"name": "Wanjiru Mainna"}
    )
    assert known.name in text_of(there)
    same = client.send(
        "/staff/contacts/duplicates", {"addresses-0-email": known.addresses[0].email.upper()}
    )
    assert "same e-mail address" in text_of(same)
    nobody = client.send("/staff/contacts/duplicates", {"name": "Wanjiru Maina"})
    assert known.name not in text_of(nobody)


def test_pickers_find_organisations_and_people_by_how_they_begin(staff, harbour, works, shore):
    client = staff(Role.EDITOR)
    page = text_of(client.get("/staff/pick/organisations?q=harb"))
    assert "Harbour Light" in page
    assert "Safe Shore" not in page
    assert "Wanjiru Maina" in text_of(client.get("/staff/pick/people?q=wanj"))
    nothing = text_of(client.get("/staff/pick/people?q=wanjirumaina@harbour-light.example"))
    assert "Wanjiru" not in nothing
    assert "Harbour" not in text_of(client.get("/staff/pick/organisations?q=%25"))

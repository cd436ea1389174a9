"""The record of a person: what it shows to whom, how it is changed, and what a conflict tells."""

import re
from datetime import date

import pytest

from alliance.accounts.permissions import Role
from alliance.audit.queries import history_of
from alliance.directory.queries.records import contacts_of
from alliance.directory.rules.records import Address, AddressState
from alliance.directory.rules.versions import version_of
from tests.factories.directory import make_affiliation, make_contact, make_organisation

SECRETS = ("canary@hidden.example", "+254 20 555123", "+25420555123", "canary-remark")


def make_known(session, **values):
    return make_contact(
        session,
        "Amina Canary",
        addresses=(
            Address("canary@hidden.example", AddressState.VERIFIED),
            Address("old@hidden.example", AddressState.BOUNCING),
        ),
        phones=("+25420555123",),
        notes="canary-remark",
        **values,
    )


def text_of(answer):
    return answer.get_data(as_text=True)


def now(session, contact):
    session.expire_all()
    return contacts_of(session, [contact.id])[contact.id]


def edit_form(contact, **values):
    data = {
        "version": version_of(contact), "name": contact.name,
        "latin_name": contact.latin_name or "", "sort_name": contact.sort_name or "",
        "language": contact.language or "", "time_zone": contact.time_zone or "",
        "phones": "\n".join(contact.phones),
    }  # fmt: skip
    for at, one in enumerate(contact.addresses):
        data[f"addresses-{at}-email"] = one.email
        data[f"addresses-{at}-state"] = one.state.value
    return {**data, **values}


def test_the_record_shows_who_it_is_where_it_works_and_how_it_is_reached(session, staff):
    contact = make_known(session, latin_name="Amina C.", language="sw", time_zone="Africa/Nairobi")
    place = make_organisation(session, "Harbour Light")
    make_affiliation(session, organisation=place, contact=contact, job_title="Director")
    make_affiliation(
        session, organisation=make_organisation(session, "Safe Shore"), contact=contact,
        role="press", ended_on=date(2021, 1, 1),
    )  # fmt: skip
    answer = staff().get(f"/staff/contacts/{contact.id}")
    assert answer.status_code == 200
    page = text_of(answer)
    for shown in (
        "Amina Canary", "Amina C.", "Swahili", "Africa/Nairobi", "Harbour Light", "Director",
        "Safe Shore", "1 earlier role", "canary@hidden.example", "Verified", "Bouncing",
        "is written to", "+25420555123", "canary-remark", "1 Apr 2020",
    ):  # fmt: skip
        assert shown in page


def test_nobody_without_the_right_gets_a_byte_of_addresses_numbers_or_remarks(session, staff):
    contact = make_known(session)
    other = make_contact(session, "Other Person", addresses=(Address("canary@hidden.example"),))
    client = staff(Role.EDITOR)
    for path in ("", "/peek", "/history"):
        answer = client.get(f"/staff/contacts/{contact.id}{path}")
        assert answer.status_code == 200
        for secret in (*SECRETS, "hidden.example", other.name):
            assert secret not in text_of(answer), (path, secret)
    for field in ("addresses", "phones", "notes"):
        assert client.get(f"/staff/contacts/{contact.id}/history/{field}").status_code == 404


def test_an_auditor_sees_addresses_and_no_remark(session, staff):
    contact = make_known(session)
    page = text_of(staff(Role.AUDITOR).get(f"/staff/contacts/{contact.id}"))
    assert "canary@hidden.example" in page
    assert "canary-remark" not in page


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
@pytest.mark.parametrize(
    "path",
    ["/edit", "/edit/name", "/affiliate", "/move", "/leave", "/archive", "/delete", "/restore"],
)
def test_who_may_not_change_people_gets_no_form(session, staff, role, path):
    contact = make_known(session)
    assert staff(role).get(f"/staff/contacts/{contact.id}{path}").status_code == 403


def test_an_officer_may_change_people_and_not_delete_them(session, staff):
    contact = make_known(session)
    client = staff(Role.ENGAGEMENT_OFFICER)
    assert client.get(f"/staff/contacts/{contact.id}/edit").status_code == 200
    answer = client.send(f"/staff/contacts/{contact.id}/delete")
    assert answer.status_code == 403
    assert now(session, contact).delete_on is None


def test_who_works_nowhere_and_is_not_reached_is_pointed_out(session, staff):
    contact = make_contact(session, addresses=())
    page = text_of(staff().get(f"/staff/contacts/{contact.id}"))
    assert "No letter reaches this person." in page
    assert "works for no organisation" in page


def test_a_shared_address_is_a_hint_and_no_mistake(session, staff):
    contact = make_known(session)
    make_contact(session, "Other Person", addresses=(Address("canary@hidden.example"),))
    page = text_of(staff().get(f"/staff/contacts/{contact.id}"))
    assert "Other Person" in page
    assert "Several people may share one." in page


def test_all_fields_are_changed_in_one_form_and_taken_back_from_the_toast(session, staff):
    contact = make_known(session)
    client = staff()
    data = edit_form(
        contact, name="Amina Diallo", phones="+221 33 555 0101",
        **{"addresses-0-email": "Amina@New.example", "addresses-0-state": "unverified"},
        reason="wrote to us",
    )  # fmt: skip
    answer = client.send(f"/staff/contacts/{contact.id}/edit", data, follow_redirects=True)
    assert answer.status_code == 200
    after = now(session, contact)
    assert after.name == "Amina Diallo"
    assert after.addresses[0] == Address("amina@new.example", AddressState.UNVERIFIED)
    assert after.addresses[1].email == "old@hidden.example"
    assert after.phones == ("+221335550101",)
    assert after.notes == "canary-remark"
    entry = history_of(session, "contact", contact.id)[0]
    assert (entry.reason, entry.actor_name) == ("wrote to us", client.account.name)
    undo = re.search(r'action="(/staff/contacts/\d+/undo/\w+)"', text_of(answer))[1]
    assert client.send(undo).status_code == 303
    assert now(session, contact) == contact


def test_the_act_of_somebody_else_is_not_taken_back(session, staff):
    contact = make_known(session)
    client = staff()
    answer = client.send(
        f"/staff/contacts/{contact.id}/edit/name",
        {"version": version_of(contact), "name": "Amina Diallo"}, follow_redirects=True,
    )  # fmt: skip
    undo = re.search(r'action="(/staff/contacts/\d+/undo/\w+)"', text_of(answer))[1]
    assert staff().send(undo).status_code == 404
    assert now(session, contact).name == "Amina Diallo"


def test_what_was_changed_since_is_not_taken_back(session, staff):
    contact = make_known(session)
    client = staff()
    path = f"/staff/contacts/{contact.id}/edit/name"
    answer = client.send(
        path, {"version": version_of(contact), "name": "Amina Diallo"}, follow_redirects=True
    )
    undo = re.search(r'action="(/staff/contacts/\d+/undo/\w+)"', text_of(answer))[1]
    client.send(path, {"version": version_of(now(session, contact)), "name": "Amina Sow"})
    told = text_of(client.send(undo, follow_redirects=True))
    assert "changed since" in told
    assert now(session, contact).name == "Amina Sow"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": " "}, "give a name"),
        ({"name": "a\x00b"}, ""),
        ({"name": "x" * 300}, ""),
        ({"language": "xx"}, "Not a valid choice"),
        ({"time_zone": "Mars/Base"}, "There is no time zone"),
        ({"addresses-0-email": "nonsense"}, "nonsense"),
        ({"addresses-0-state": "dead"}, "Not a valid choice"),
        ({"phones": "call me"}, ""),
        ({"archived_on": "2026-01-01"}, "a field “archived_on” that it does not have"),
        ({"delete_on": "2026-01-01"}, "a field “delete_on” that it does not have"),
        ({"notes": "mine"}, "a field “notes” that it does not have"),
    ],
)
def test_what_cannot_be_used_changes_nothing_and_keeps_what_was_typed(
    session, staff, change, words
):
    contact = make_known(session)
    data = edit_form(contact, sort_name="typed before", **change)
    answer = staff().send(f"/staff/contacts/{contact.id}/edit", data)
    assert answer.status_code == 422
    page = text_of(answer)
    assert words in page
    assert "error-summary" in page
    assert 'value="typed before"' in page
    assert now(session, contact) == contact


def test_one_more_address_is_asked_for_without_script(session, staff):
    contact = make_known(session)
    client, path = staff(), f"/staff/contacts/{contact.id}/edit"
    page = text_of(client.send(path, edit_form(contact, add="addresses", name="Typed Name")))
    assert 'name="addresses-2-email"' in page
    assert 'value="Typed Name"' in page
    page = text_of(client.send(path, edit_form(contact, remove="addresses-0")))
    assert 'value="canary@hidden.example"' not in page
    assert 'value="old@hidden.example"' in page
    assert now(session, contact) == contact


def test_two_who_change_the_same_field_are_shown_both_answers(session, staff):
    contact = make_known(session)
    first, second = staff(), staff()
    path = f"/staff/contacts/{contact.id}/edit"
    assert first.send(path, edit_form(contact, name="Amina Sow")).status_code == 303
    answer = second.send(path, edit_form(contact, name="Amina Ba", sort_name="Ba, Amina"))
    assert answer.status_code == 409
    page = text_of(answer)
    for shown in ("Amina Canary", "Amina Sow", "Amina Ba", "Ba, Amina", first.account.name):
        assert shown in page
    assert now(session, contact).name == "Amina Sow"
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields.pop("csrf_token", None)
    fields.pop("submission", None)
    chosen = {**fields, "keep-name": "theirs", "keep-sort_name": "yours"}
    assert second.send(path, chosen).status_code == 303
    after = now(session, contact)
    assert (after.name, after.sort_name) == ("Amina Sow", "Ba, Amina")


def test_two_who_change_different_fields_both_succeed(session, staff):
    contact = make_known(session)
    path = f"/staff/contacts/{contact.id}/edit"
    staff().send(path, edit_form(contact, name="Amina Sow"))
    assert staff().send(path, edit_form(contact, sort_name="Sow")).status_code == 303
    after = now(session, contact)
    assert (after.name, after.sort_name) == ("Amina Sow", "Sow")


def test_one_field_is_changed_in_its_place(session, staff):
    contact = make_known(session)
    client, path = staff(), f"/staff/contacts/{contact.id}/edit/time_zone"
    page = text_of(client.get(path))
    assert 'data-fragment="field"' in page
    assert 'name="name"' not in page
    data = {"version": version_of(contact), "time_zone": "Asia/Dhaka"}
    answer = client.send(path, data)
    assert answer.location == f"/staff/contacts/{contact.id}#fact-time_zone"
    assert now(session, contact).time_zone == "Asia/Dhaka"
    refused = client.send(path, {**data, "name": "Other"})
    assert refused.status_code == 422
    assert client.get(f"/staff/contacts/{contact.id}/edit/delete_on").status_code == 404


def test_the_history_of_a_field_tells_who_and_puts_back_what_was_before(session, staff):
    contact = make_known(session)
    client = staff()
    client.send(
        f"/staff/contacts/{contact.id}/edit/name",
        {"version": version_of(contact), "name": "Amina Sow", "reason": "married"},
    )
    page = text_of(client.get(f"/staff/contacts/{contact.id}/history/name"))
    for shown in ("Amina Canary", "Amina Sow", client.account.name, "married"):
        assert shown in page
    revert = re.search(r'action="([^"]+/revert)"', page)[1]
    assert staff(Role.EDITOR).send(revert).status_code == 403
    assert client.send(revert).status_code == 303
    assert now(session, contact).name == "Amina Canary"


def test_a_note_is_written_by_staff_and_read_by_those_who_may(session, staff):
    contact = make_contact(session)
    officer = staff(Role.ENGAGEMENT_OFFICER)
    path = f"/staff/contacts/{contact.id}"
    answer = officer.send(f"{path}/notes", {"text": "prefers Tuesdays"}, follow_redirects=True)
    assert "prefers Tuesdays" in text_of(answer)
    for role in (Role.EDITOR, Role.AUDITOR):
        client = staff(role)
        assert "prefers Tuesdays" not in text_of(client.get(path))
        assert client.send(f"{path}/notes", {"text": "x"}).status_code == 403
    assert officer.send(f"{path}/notes", {"text": " "}).status_code == 422


def test_archiving_deleting_and_restoring(session, staff):
    contact = make_known(session)
    client, path = staff(), f"/staff/contacts/{contact.id}"
    answer = client.send(f"{path}/archive", {"reason": "left the field"}, follow_redirects=True)
    assert "This contact is archived." in text_of(answer)
    assert client.send(f"{path}/restore").status_code == 303
    assert now(session, contact) == contact
    assert client.send(f"{path}/delete").status_code == 303
    assert now(session, contact).delete_on is not None
    assert "gone for good" in text_of(client.get(path))
    assert staff(Role.EDITOR).get(path).status_code == 404
    assert client.get(f"{path}/edit").status_code == 422
    client.send(f"{path}/restore")
    assert now(session, contact) == contact


def test_twenty_copies_of_one_form_change_once(session, staff):
    contact = make_known(session)
    client = staff()
    data = {"version": version_of(contact), "name": "Amina Sow", "submission": "k" * 32}
    answers = {
        client.send(f"/staff/contacts/{contact.id}/edit/name", data).location for _ in range(20)
    }
    assert answers == {f"/staff/contacts/{contact.id}#fact-name"}
    changed = [one for one in history_of(session, "contact", contact.id) if one.action == "changed"]
    assert len(changed) == 1


def test_who_is_not_there_is_not_found(session, staff):
    client = staff()
    for path in ("", "/edit", "/move", "/leave", "/peek", "/history", "/archive", "/affiliate"):
        assert client.get(f"/staff/contacts/987654321{path}").status_code == 404

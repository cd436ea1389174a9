"""Single fields, earlier values, notes, membership and states: each by a form of its own."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from alliance.accounts.permissions import Role
from alliance.audit.models import Entry
from alliance.audit.queries import history_of
from alliance.directory.models import StaffNote
from alliance.directory.operations.notes import add_note
from alliance.directory.queries.records import get_record
from alliance.directory.rules.records import Visibility
from alliance.reactions import commit
from tests.factories.directory import STAFF, change_organisation, make_organisation
from tests.web.staff.forms import fill_in, filled, form_at, send


@pytest.fixture
def harbour(session):
    made = make_organisation(session, city="Nairobi", notes="CANARY-notes")
    commit(session)
    return made


def at(one, part=""):
    return f"/staff/organisations/{one.id}{part}"


def undo_of(page):
    """The address that the toast of a page offers, and the token of its form."""
    start = page.index("/revert?entry=")
    return page[page.rindex('"', 0, start) + 1 : page.index('"', start)]


def test_a_single_field_is_edited_and_taken_back(staff, session, harbour):
    client = staff()
    url = at(harbour, "/edit/city")
    assert 'data-fragment="field"' in client.get(url).text
    answer = fill_in(client, url, city="Mombasa")
    assert answer.location == at(harbour, "#fact-city")
    page = client.get(at(harbour)).text
    assert "City saved." in page
    assert get_record(session, harbour.id).city == "Mombasa"
    undo = undo_of(page)
    done = client.post(undo, data={"csrf_token": client.csrf_token})
    assert done.status_code == 303
    assert get_record(session, harbour.id).city == "Nairobi"
    number = len(history_of(session, "organisation", harbour.id))
    client.post(undo, data={"csrf_token": client.csrf_token})
    assert len(history_of(session, "organisation", harbour.id)) == number


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("description", "One.\r\n\r\nTwo.", "One.\n\nTwo."),
        ("country", "TZ", "TZ"),
        ("city", "", None),
        ("is_listed", "", False),
        ("name", "Harbour Lights", "Harbour Lights"),
        ("website", "https://x.example", "https://x.example"),
        ("notes", "New words", "New words"),
    ],
)
def test_fields_of_every_kind_are_edited_in_their_place(
    staff, session, harbour, field, value, stored
):
    assert fill_in(staff(), at(harbour, f"/edit/{field}"), {field: value}).status_code == 303
    assert getattr(get_record(session, harbour.id), field) == stored


def test_sectors_are_ticked_in_their_place(staff, session, harbour):
    client = staff()
    url = at(harbour, "/edit/sectors")
    page = client.get(url).text
    first = page.partition('name="sectors"')[2].partition('value="')[2].partition('"')[0]
    assert send(client, url, [*form_at(page, url), ("sectors", first)]).status_code == 303
    assert get_record(session, harbour.id).sectors == (int(first),)


def test_a_single_field_that_cannot_be_used_comes_back_with_its_error(staff, session, harbour):
    answer = fill_in(staff(), at(harbour, "/edit/website"), website="javascript:1")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "javascript:1" in answer.text


def test_a_single_field_changed_by_two_shows_both_answers(staff, session, harbour):
    client = staff()
    url = at(harbour, "/edit/city")
    fields = form_at(client.get(url).text, url)
    change_organisation(session, harbour.id, city="Theirs", postcode="00200")
    commit(session)
    answer = send(client, url, filled(fields, city="Mine"))
    assert answer.status_code == 409
    again = filled(form_at(answer.text, url), {"keep-city": "yours"})
    assert send(client, url, again).status_code == 303
    assert get_record(session, harbour.id).city == "Mine"
    assert get_record(session, harbour.id).postcode == "00200"


@pytest.mark.parametrize("field", ["id", "slug", "merged_into_id", "nothing", "memberships", "%00"])
def test_what_is_no_single_field_is_not_found(staff, harbour, field):
    assert staff().get(at(harbour, f"/edit/{field}")).status_code == 404


def test_the_history_of_a_field_tells_who_changed_it_and_puts_a_value_back(staff, session, harbour):
    change_organisation(session, harbour.id, city="Mombasa")
    change_organisation(session, harbour.id, city="Kisumu")
    commit(session)
    client = staff()
    page = client.get(at(harbour, "/fields/city/history")).text
    for told in ("Nairobi", "Mombasa", "Kisumu", "Ada of the secretariat"):
        assert told in page
    url = at(harbour, "/fields/city/revert")
    oldest = history_of(session, "organisation", harbour.id)[1]
    fields = filled(form_at(page, url), entry=str(oldest.id))
    assert send(client, url, fields).status_code == 303
    assert get_record(session, harbour.id).city == "Nairobi"
    assert history_of(session, "organisation", harbour.id)[0].cause == f"revert:{oldest.id}"


def test_an_earlier_value_that_does_not_fit_any_more_is_refused_with_words(staff, session, harbour):
    parent = make_organisation(session, "Above")
    change_organisation(session, harbour.id, parent_id=parent.id)
    change_organisation(session, harbour.id, parent_id=None)
    entry = history_of(session, "organisation", harbour.id)[0]
    change_organisation(session, parent.id, parent_id=harbour.id)
    commit(session)
    client = staff()
    answer = client.send(at(harbour, "/fields/parent_id/revert"), {"entry": str(entry.id)})
    assert answer.status_code == 303
    assert "stands under" in client.get(answer.location).text
    assert get_record(session, harbour.id).parent_id is None


@pytest.mark.parametrize("entry", ["", "0", "abc", "99999999999999999999", "1\x00"])
def test_an_entry_that_there_is_not_puts_nothing_back(staff, session, harbour, entry):
    answer = staff().send(at(harbour, "/fields/city/revert"), {"entry": entry})
    assert answer.status_code == 404
    assert get_record(session, harbour.id) == harbour


def test_an_entry_of_another_record_puts_nothing_back(staff, session, harbour):
    other = make_organisation(session, "Other", city="Here")
    change_organisation(session, other.id, city="There")
    commit(session)
    entry = history_of(session, "organisation", other.id)[0]
    client = staff()
    answer = client.send(at(harbour, "/fields/city/revert"), {"entry": str(entry.id)})
    assert answer.status_code == 404
    assert get_record(session, harbour.id) == harbour


def test_the_history_of_hidden_fields_is_hidden(staff, session, harbour):
    client = staff(Role.EDITOR)
    assert client.get(at(harbour, "/fields/notes/history")).status_code == 404
    change_organisation(session, harbour.id, notes="Other")
    commit(session)
    entry = history_of(session, "organisation", harbour.id)[0]
    answer = client.send(at(harbour, "/fields/notes/revert"), {"entry": str(entry.id)})
    assert answer.status_code == 404
    assert get_record(session, harbour.id).notes == "Other"


def test_notes_are_added_changed_and_removed_by_their_author(staff, session, harbour):
    client = staff(Role.ENGAGEMENT_OFFICER)
    url = at(harbour, "/notes")
    assert fill_in(client, url, text="Calls back\r\non Monday.").status_code == 303
    (note,) = session.scalars(select(StaffNote)).all()
    assert note.text == "Calls back\non Monday."
    assert "Calls back" in client.get(at(harbour)).text
    assert fill_in(client, f"{url}/{note.id}/edit", text="On Tuesday.").status_code == 303
    assert "On Tuesday." in client.get(at(harbour)).text
    assert fill_in(client, f"{url}/{note.id}/remove").status_code == 303
    assert "On Tuesday." not in client.get(at(harbour)).text
    told = session.scalars(select(Entry).where(Entry.subject_kind == "note")).all()
    assert [one.action for one in told] == ["created", "changed", "removed"]
    assert "Monday" not in str([one.changes for one in told])
    assert "Tuesday" not in str([one.changes for one in told])


def test_notes_of_others_are_removed_by_administrators_alone(staff, session, harbour):
    note = add_note(session, "organisation", harbour.id, "Of Ada", actor=STAFF)
    commit(session)
    manager, administrator = staff(), staff(Role.ADMINISTRATOR)
    url = at(harbour, f"/notes/{note}")
    assert "Of Ada" in manager.get(at(harbour)).text
    assert f"{url}/edit" not in manager.get(at(harbour)).text
    assert fill_in(manager, f"{url}/edit", text="Mine now").status_code == 422
    assert fill_in(manager, f"{url}/remove").status_code == 422
    assert session.scalar(select(StaffNote.text)) == "Of Ada"
    assert fill_in(administrator, f"{url}/remove").status_code == 303
    assert session.scalar(select(StaffNote.text)) is None


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR])
def test_who_may_not_see_notes_neither_reads_nor_writes_them(staff, session, harbour, role):
    note = add_note(session, "organisation", harbour.id, "CANARY-note", actor=STAFF)
    commit(session)
    client = staff(role)
    for part in ("/notes", f"/notes/{note}/edit", f"/notes/{note}/remove"):
        answer = client.get(at(harbour, part))
        assert answer.status_code == 403
        assert "CANARY" not in answer.text
        assert client.send(at(harbour, part), {"text": "x"}).status_code == 403
    assert session.scalar(select(StaffNote.text)) == "CANARY-note"


@pytest.mark.parametrize("text", ["", "  ", "a\x00b", "x" * 20_001])
def test_a_note_that_cannot_be_kept_is_refused(staff, session, harbour, text):
    answer = fill_in(staff(), at(harbour, "/notes"), text=text)
    assert answer.status_code == 422
    assert session.scalar(select(StaffNote.id)) is None


def test_a_note_of_another_record_is_not_found(staff, session, harbour):
    other = make_organisation(session, "Other")
    note = add_note(session, "organisation", other.id, "Elsewhere", actor=STAFF)
    commit(session)
    assert staff().get(at(harbour, f"/notes/{note}/edit")).status_code == 404


def test_a_member_leaves_is_archived_and_restored(staff, session, harbour):
    client = staff()
    assert fill_in(client, at(harbour, "/archive")).status_code == 422
    day = "2024-01-02"
    assert fill_in(client, at(harbour, "/membership/end"), on=day).status_code == 422
    ended = fill_in(client, at(harbour, "/membership/end"), on=day, reason="It asked to")
    assert ended.location == at(harbour, "/membership")
    assert "It asked to" in client.get(ended.location).text
    assert fill_in(client, at(harbour, "/archive"), reason="Gone quiet").status_code == 303
    assert get_record(session, harbour.id).archived_on is not None
    page = client.get(at(harbour)).get_data(as_text=True)
    undo = re.search(
        r'<form method="post" action="([^"]+)"[^>]*><input[^>]*><button[^>]*button--night', page
    )[1]
    assert client.post(undo, data={"csrf_token": client.csrf_token}).status_code == 303
    assert get_record(session, harbour.id).archived_on is None
    assert fill_in(client, at(harbour, "/archive"), reason="Gone quiet").status_code == 303
    assert "Archived" in client.get(at(harbour)).text
    assert fill_in(client, at(harbour, "/restore")).status_code == 303
    assert get_record(session, harbour.id).archived_on is None


def test_deleting_takes_a_fresh_proof_and_can_be_taken_back(staff, session):
    one = make_organisation(session, "Typed By Mistake", memberships=())
    commit(session)
    stale = staff(minutes_ago=30)
    assert stale.get(at(one, "/delete")).status_code == 303
    stale.send(at(one, "/delete"))
    assert get_record(session, one.id).delete_on is None
    client = staff()
    assert "for good on" in client.get(at(one, "/delete")).text
    assert fill_in(client, at(one, "/delete"), reason="Twice").status_code == 303
    page = client.get(at(one)).text
    assert "Deleted, gone for good on" in page
    assert at(one, "/restore") in page
    assert at(one, "/edit") not in page
    assert client.get(at(one, "/edit/city")).status_code == 303
    assert fill_in(client, at(one, "/restore")).status_code == 303
    assert get_record(session, one.id).delete_on is None


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.EDITOR, Role.AUDITOR])
@pytest.mark.parametrize("part", ["/archive", "/restore", "/delete"])
def test_putting_records_away_takes_the_right_to(staff, session, harbour, role, part):
    client = staff(role)
    assert client.get(at(harbour, part)).status_code == 403
    assert client.send(at(harbour, part)).status_code == 403
    assert get_record(session, harbour.id) == harbour


def test_an_organisation_joins_is_renamed_moves_and_ends(staff, session):
    client = staff()
    one = make_organisation(session, "Old Lantern", memberships=())
    above = make_organisation(session, "Big House")
    commit(session)
    joined = fill_in(client, at(one, "/membership/open"), on="2021-05-01", precision="month")
    assert joined.status_code == 303
    assert "since May 2021" in client.get(at(one, "/membership")).text
    named = fill_in(client, at(one, "/rename"), name="New Lantern", on="2024-01-01")
    assert named.status_code == 303
    assert "Old Lantern" in client.get(at(one)).text
    under = fill_in(client, at(one, "/parent"), parent=f"Big House #{above.id}")
    assert under.status_code == 303
    assert "Big House" in client.get(at(one, "/membership")).text
    hidden = fill_in(client, at(one, "/listed"))
    assert hidden.status_code == 303
    assert "taken out of the directory" in client.get(at(one, "/membership")).text
    ended = fill_in(
        client, at(one, "/dissolve"), on="2025-01-01", reason="Merged", into="big-house"
    )
    assert ended.status_code == 303
    stored = get_record(session, one.id)
    assert (stored.dissolved_on, stored.merged_into_id) == (date(2025, 1, 1), above.id)


@pytest.mark.parametrize(
    ("part", "typed", "words"),
    [
        ("/membership/open", {"on": "2021-01-01"}, "cannot join again"),
        ("/membership/open", {"on": ""}, "Give the day"),
        ("/membership/open", {"on": "soon"}, "is no day"),
        ("/membership/end", {"on": "1999-01-01", "reason": "x"}, "later end"),
        ("/rename", {"name": "Harbour Light"}, "already"),
        ("/rename", {"name": " "}, "Give the new name"),
        ("/rename", {"name": "a\x00b"}, "U+0000"),
        ("/parent", {"parent": "#999999"}, "There is no organisation"),
        ("/parent", {"parent": "\x00"}, "There is no organisation"),
        ("/parent", {"parent": "#99999999999999999999"}, "There is no organisation"),
        ("/dissolve", {"on": "2025-01-01", "reason": ""}, "Say why"),
        ("/listed", {"reason": "a\x00b"}, "U+0000"),
        ("/listed", {"reason": "x" * 501}, "shorten it to 500"),
        ("/membership/end", {"on": "2024-01-01", "reason": "\x00"}, "U+0000"),
        ("/listed", {"role": "administrator"}, "does not have"),
    ],
)
def test_acts_that_cannot_be_are_refused_with_words(staff, session, harbour, part, typed, words):
    answer = fill_in(staff(), at(harbour, part), typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert get_record(session, harbour.id) == harbour


def test_who_sees_a_field_is_chosen_and_shown(staff, session, harbour):
    client = staff()
    url = at(harbour, "/visibility")
    assert fill_in(client, url, city="secretariat", email="portal").status_code == 303
    stored = get_record(session, harbour.id)
    assert dict(stored.visibility) == {
        "city": Visibility.SECRETARIAT, "email": Visibility.PORTAL,
    }  # fmt: skip
    assert "Members can see this" in client.get(at(harbour)).text
    assert "Nairobi" not in client.get("/members/harbour-light").text
    refused = fill_in(client, url, email="public")
    assert refused.status_code == 422
    assert fill_in(client, url, city="nobody").status_code == 422


@pytest.mark.parametrize("role", [Role.ENGAGEMENT_OFFICER, Role.AUDITOR])
@pytest.mark.parametrize(
    "part",
    ["/membership/open", "/membership/end", "/dissolve", "/parent", "/rename", "/listed",
     "/visibility", "/fields/city/revert"],
)  # fmt: skip
def test_acts_take_the_right_to_edit(staff, session, harbour, role, part):
    answer = staff(role).send(at(harbour, part), {"on": "2025-01-01", "reason": "x"})
    assert answer.status_code == 403
    assert get_record(session, harbour.id) == harbour

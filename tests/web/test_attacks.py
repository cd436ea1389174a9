"""What an attacker tries at the pages: each try ends in a refusal that says so, and no more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import text

from alliance.accounts.permissions import Role
from alliance.directory.operations.states import delete_contact
from alliance.reactions import commit
from tests.factories.directory import STAFF, make_affiliation, make_contact, make_organisation
from tests.web.staff.test_imports import HEADINGS, check, fields, upload

NUL = "\x00"
HUGE = "9" * 30


@pytest.fixture
def harbour(session):
    made = make_organisation(session)
    commit(session)
    return made


@pytest.fixture
def wanjiru(session):
    made = make_contact(session)
    commit(session)
    return made


@pytest.mark.parametrize("reason", ["because\x00", "\u202ebecause", "x" * 501])
@pytest.mark.parametrize("act", ["archive", "delete"])
def test_a_reason_that_cannot_be_kept_is_refused_beside_its_field(staff, wanjiru, act, reason):
    client = staff(Role.MEMBERSHIP_MANAGER)
    answer = client.send(f"/staff/contacts/{wanjiru.id}/{act}", {"reason": reason})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_the_reason_of_a_bulk_edit_is_tidied_too(staff, session, harbour):
    client = staff(Role.MEMBERSHIP_MANAGER)
    fields = {
        "ids": str(harbour.id), "act": "set_country", "country": "UG", "step": "apply",
        "expected_count": "1", "reason": "because\x00",
    }  # fmt: skip
    answer = client.send("/staff/organisations/bulk", fields)
    assert answer.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM change_sets")) == 0


PATHS = [
    "/staff/contacts/{huge}", "/staff/contacts/{huge}/edit", "/staff/contacts/{huge}/peek",
    "/staff/contacts/{huge}/history", "/staff/contacts/{huge}/history/name",
    "/staff/contacts/{huge}/archive", "/staff/contacts/{huge}/move",
    "/staff/contacts/{huge}/restore",
    "/staff/contacts/{huge}/affiliate", "/staff/affiliations/{huge}/edit",
    "/staff/affiliations/{huge}/end", "/staff/organisations/{huge}/look",
    "/staff/organisations/{huge}/people/add", "/staff/imports/{huge}",
    "/staff/imports/staged/{huge}", "/staff/imports/staged/{huge}/rows",
    "/staff/imports/staged/{huge}/errors.csv", "/staff/imports/staged/{huge}/progress",
    "/staff/views/{huge}/edit", "/staff/views/{huge}/delete", "/staff/change-sets/{huge}",
    "/staff/history/{huge}", "/staff/organisations/{huge}", "/staff/lists/sector/{huge}",
    "/staff/organisations/{huge}/notes/{huge}/edit", "/staff/accounts/{huge}",
    "/staff/lists/category/%00", "/staff/lists/role/%00", "/staff/lists/country/%00",
    "/staff/lists/%00", "/staff/views/new/%00", "/staff/contacts/1/history/%00",
    "/staff/imports/9223372036854775807", "/staff/contacts/9223372036854775808",
    "/staff/organisations/9223372036854775807/look",
    "/staff/organisations/1/edit/%00", "/staff/organisations/1/fields/%00/history",
]  # fmt: skip


def test_a_number_or_name_that_no_record_can_have_is_not_found(staff):
    client = staff(Role.ADMINISTRATOR)
    for path in PATHS:
        assert client.get(path.format(huge=HUGE)).status_code == 404, path


POSTS = [
    "/staff/contacts/1/undo/%00", "/staff/contacts/{huge}/undo/abc",
    "/staff/contacts/{huge}/notes", "/staff/contacts/{huge}/restore",
    "/staff/contacts/{huge}/history/name/{huge}/revert",
    "/staff/contacts/1/history/name/{huge}/revert",
    "/staff/imports/{huge}/undo", "/staff/imports/staged/{huge}/run",
    "/staff/imports/staged/{huge}/discard", "/staff/views/{huge}/act",
    "/staff/views/{huge}/delete",
    "/staff/history/export.%00", "/staff/lists/category/%00/revert",
    "/staff/lists/sector/{huge}/revert",
    "/staff/organisations/1/fields/%00/revert",
    "/staff/change-sets/999999999999999999/undo", "/staff/account/sessions/999999999999/end",
    "/staff/tokens/999999999999/revoke",
]  # fmt: skip


def test_a_form_for_a_record_that_cannot_be_is_refused(staff):
    client = staff(Role.ADMINISTRATOR)
    for path in POSTS:
        answer = client.send(path.format(huge=HUGE), {"act": "open", "text": "x"})
        assert answer.status_code in (303, 400, 404, 422), path


@pytest.mark.parametrize("entry", ["abc", "²", HUGE, NUL, "-1", "1e3"])
@pytest.mark.parametrize("path", ["/staff/settings/revert", "/staff/lists/category/company/revert"])
def test_an_entry_that_is_no_number_cannot_be_taken_back(staff, path, entry):
    client = staff(Role.ADMINISTRATOR)
    assert client.send(path, {"entry": entry}).status_code in (400, 422)


@pytest.mark.parametrize("ids", ["²", "1,²", HUGE, NUL, "1;2", ","])
@pytest.mark.parametrize("area", ["organisations", "contacts"])
def test_an_export_of_records_with_odd_numbers_is_no_failure(staff, area, ids):
    client = staff(Role.MEMBERSHIP_MANAGER)
    answer = client.send(f"/staff/{area}/export", {"kind": "csv", "ids": ids, "query": ""})
    assert answer.status_code < 500


@pytest.mark.parametrize("query", ["q=%00", NUL, "q=a&q=b", "page=0", "sort=notes", "x" * 5000])
@pytest.mark.parametrize("area", ["organisations", "contacts"])
def test_an_export_with_an_odd_query_is_no_failure(staff, area, query):
    client = staff(Role.MEMBERSHIP_MANAGER)
    answer = client.send(f"/staff/{area}/export", {"kind": "csv", "ids": "", "query": query})
    assert answer.status_code in (400, 422, 200)
    answer = client.send(
        f"/staff/{area}/bulk", {"ids": "", "query": query, "act": "archive", "step": "values"}
    )
    assert answer.status_code < 500


@pytest.mark.parametrize("ids", ["²", "1,²", HUGE, NUL, "1;2", "0"])
def test_a_bulk_edit_of_odd_numbers_is_refused(staff, ids):
    client = staff(Role.MEMBERSHIP_MANAGER)
    answer = client.send(
        "/staff/organisations/bulk",
        {"ids": ids, "query": "", "act": "set_country", "country": "UG", "step": "values"},
    )
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "//x", "\x01javascript:1"],
)
def test_the_address_of_the_licence_is_an_address_of_the_web(staff, session, address):
    client = staff(Role.ADMINISTRATOR)
    client.send("/staff/settings", {
        "contact_address": "office@alliance.example", "time_zone": "Europe/London",
        "languages": "en",
        "licence": "CC0", "licence_url": address, "name_en": "Alliance",
    })  # fmt: skip
    assert "javascript:" not in client.get("/").text.lower()
    kept = session.scalar(text("SELECT value FROM settings WHERE key = 'licence_url'"))
    assert kept is None or str(kept).startswith("http")


def test_an_account_has_one_limit_however_its_address_is_spelt(client, staff):
    account = staff(Role.EDITOR).account
    local, _, domain = account.email.partition("@")
    spelt = [
        account.email, f"mailto:{account.email}", account.email.upper(),
        f"{local}@{domain.replace('.', '。')}", f" {account.email} ",
    ]  # fmt: skip
    page = client.get("/sign-in").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    codes = []
    for number in range(11):
        answer = client.post(
            "/sign-in",
            data={"csrf_token": token, "email": spelt[number % 5], "password": uuid4().hex},
            environ_base={"REMOTE_ADDR": f"192.0.2.{number + 1}"},
        )
        codes.append(answer.status_code)
    assert codes == [400] * 10 + [429]


@pytest.mark.parametrize("name", ["who", "kind", "id", "action", "field", "from", "to", "cause"])
def test_a_filter_of_the_history_that_nothing_can_hold_is_told(staff, name):
    client = staff(Role.AUDITOR)
    answer = client.get("/staff/history", query_string={name: "a\x00"})
    assert answer.status_code == 400
    sent = client.send(f"/staff/history/export.csv?{name}=a%00")
    assert sent.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/staff/organisations", "/staff/contacts", "/staff/search", "/staff/palette",
        "/staff/pick/organisations", "/staff/pick/people", "/staff/lists/sector",
        "/staff/change-sets", "/staff/imports", "/staff/history", "/staff/views/new/organisations",
        "/staff/contacts/new", "/staff/organisations/new", "/staff/accounts",
    ],
)  # fmt: skip
def test_what_an_address_cannot_ask_for_is_no_failure(staff, path):
    client = staff(Role.ADMINISTRATOR)
    for name in ("q", "view", "sort", "col", "state", "before", "page"):
        for value in ("a\x00", "²", HUGE):
            assert client.get(path, query_string={name: value}).status_code < 500


@pytest.mark.parametrize("kind", ["csv", "json", "vcf"])
def test_a_deleted_contact_is_in_no_file_of_those_who_cannot_restore_it(staff, session, kind):
    gone = make_contact(session, "Gone Person")
    delete_contact(session, gone.id, on=date(2026, 1, 5), actor=STAFF)
    commit(session)
    sent = {"kind": kind, "ids": str(gone.id), "query": ""}
    file = staff(Role.AUDITOR).send("/staff/contacts/export", sent)
    assert file.status_code == 200
    assert "gone" not in file.get_data(as_text=True).lower()
    whole = staff(Role.MEMBERSHIP_MANAGER).send("/staff/contacts/export", sent)
    assert "Gone Person" in whole.get_data(as_text=True)


def test_a_record_is_once_in_a_file_however_often_its_number_is_sent(staff, harbour):
    client = staff(Role.AUDITOR)
    sent = {"kind": "csv", "ids": ",".join([str(harbour.id)] * 500), "query": ""}
    file = client.send("/staff/organisations/export", sent).get_data(as_text=True)
    assert file.count(harbour.name) == 1


def test_a_deleted_contact_is_not_on_the_pages_of_its_organisation(staff, session, harbour):
    gone = make_contact(session, "Gone Person")
    make_affiliation(session, organisation=harbour, contact=gone)
    base = f"/staff/organisations/{harbour.id}"
    commit(session)
    client = staff(Role.ENGAGEMENT_OFFICER)
    assert "goneperson@" in client.get(f"{base}/contacts").text
    delete_contact(session, gone.id, on=date(2026, 1, 5), actor=STAFF)
    commit(session)
    for path in (base, f"{base}/contacts", f"{base}/look", f"{base}/membership"):
        text_of_page = client.get(path).text
        assert "goneperson@" not in text_of_page
        assert f"/staff/contacts/{gone.id}" not in text_of_page


def test_a_correction_of_an_import_that_no_cell_can_hold_is_refused(staff):
    client = staff(Role.MEMBERSHIP_MANAGER)
    rows = [HEADINGS, ["Harbour Light", "Nonsense", "Kenya", "Ada", "Obi", "ada@x.example", ""]]
    staged = upload(client, rows)
    page = client.get(f"{staged}/columns").text
    answer = client.send(
        f"{staged}/columns",
        {**fields(page), "default-main-category": "a\x00", "act": "check"},
    )
    assert answer.status_code == 422
    check(client, staged)
    for name in ("fix-main-2-1", "fix-main-2-" + "9" * 5000, "more-main-2-sectors"):
        answer = client.send(f"{staged}/rows", {name: "a\x00"})
        assert answer.status_code in (400, 422), name


def test_the_address_of_a_password_link_is_told_to_nobody(client):
    page = client.get("/sign-in/password?token=secret")
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.database
def test_twenty_copies_at_once_make_one_note_and_one_entry(app, staff, session, harbour):
    client = staff(Role.MEMBERSHIP_MANAGER)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    sent = {"csrf_token": client.csrf_token, "submission": uuid4().hex, "text": "once"}

    def send(_):
        copy = app.test_client()
        copy.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
        return copy.post(f"/staff/organisations/{harbour.id}/notes", data=sent).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(20)))
    assert set(answers) <= {303, 503}
    assert 303 in answers
    assert session.scalar(text("SELECT count(*) FROM staff_notes")) == 1
    noted = "SELECT count(*) FROM history_entries WHERE subject_kind = 'note'"
    assert session.scalar(text(noted)) == 1


def test_a_key_of_somebody_else_leads_to_nothing_of_theirs(staff, session, harbour):
    key = uuid4().hex
    path = f"/staff/organisations/{harbour.id}/notes"
    for number, client in enumerate((staff(Role.MEMBERSHIP_MANAGER), staff(Role.ADMINISTRATOR))):
        assert client.send(path, {"submission": key, "text": f"note {number}"}).status_code == 303
    assert session.scalar(text("SELECT count(*) FROM staff_notes")) == 2
    changed = client.send(path, {"submission": key, "text": "something else"})
    assert changed.status_code == 422
    assert session.scalar(text("SELECT count(*) FROM staff_notes")) == 2

"""Administrators keep accounts; what raises somebody takes two of them."""

import re
from threading import Thread

import pytest
from sqlalchemy import select, text

from alliance.accounts.models import Account, PasswordLink
from alliance.accounts.permissions import Role
from tests.factories.accounts import make_account
from tests.web.sign_in.test_signing_in import sign_in, token_of

NEW = "four grey herons wait at noon"


def shown_link(page):
    return re.search(r"(/sign-in/password\?token=[\w-]+)", page.text)[1]


def proposal_of(client):
    return re.search(r"/staff/accounts/proposals/(\d+)", client.get("/staff/accounts").text)[1]


def test_a_new_account_gets_its_password_by_a_link_that_works_once(staff, app, session):
    admin = staff(Role.ADMINISTRATOR)
    made = admin.send(
        "/staff/accounts/new", {"email": "Eve@Example.org", "name": "Eve", "role": "editor"}
    )
    assert made.status_code == 303
    path = made.headers["Location"]
    link = shown_link(admin.send(f"{path}/link"))
    visitor = app.test_client()
    asked = visitor.get(link)
    data = {"csrf_token": token_of(asked), "token": link.partition("=")[2], "password": NEW}
    assert visitor.post("/sign-in/password", data=data).status_code == 200
    assert visitor.post("/sign-in/password", data=data).status_code == 410
    assert visitor.get(link).status_code == 410
    assert sign_in(visitor, "eve@example.org", NEW).status_code == 303
    assert visitor.get("/staff/").status_code == 200


def test_a_forged_host_does_not_get_into_the_link(staff, session):
    admin = staff(Role.ADMINISTRATOR)
    account = make_account(session, password=None)
    path, forwarded = f"/staff/accounts/{account.id}/link", {"X-Forwarded-Host": "evil.example"}
    page = admin.send(path, headers=forwarded)
    assert "http://localhost/sign-in/password?token=" in page.text
    assert "evil.example" not in page.text
    forged = admin.send(path, headers={"Host": "evil.example"})
    assert forged.status_code == 400


def test_a_new_link_ends_the_one_before(staff, client, session):
    admin = staff(Role.ADMINISTRATOR)
    account = make_account(session, password=None)
    first = shown_link(admin.send(f"/staff/accounts/{account.id}/link"))
    second = shown_link(admin.send(f"/staff/accounts/{account.id}/link"))
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_a_link_never_takes_the_second_factor_away(staff, client, session):
    admin, other = staff(Role.ADMINISTRATOR), staff(Role.EDITOR, with_factor=True)
    link = shown_link(admin.send(f"/staff/accounts/{other.account.id}/link"))
    data = {"csrf_token": token_of(client.get(link)), "token": link.partition("=")[2],
            "password": NEW}  # fmt: skip
    assert client.post("/sign-in/password", data=data).status_code == 200
    response = sign_in(client, other.account.email, NEW)
    assert response.headers["Location"].startswith("/sign-in/factor")


def test_a_changed_role_counts_at_the_next_request(staff, session):
    admin, editor = staff(Role.ADMINISTRATOR), staff(Role.EDITOR)
    assert editor.get("/staff/lists").status_code == 200
    path = f"/staff/accounts/{editor.account.id}/role"
    assert admin.send(path, {"role": "auditor"}).status_code == 303
    refused = editor.get("/staff/lists")
    assert refused.status_code == 403
    assert "Auditor" in refused.text


def test_a_disabled_account_is_out_at_the_next_request(staff):
    admin, editor = staff(Role.ADMINISTRATOR), staff(Role.EDITOR)
    admin.send(f"/staff/accounts/{editor.account.id}/disable")
    assert editor.get("/staff/").status_code == 303
    admin.send(f"/staff/accounts/{editor.account.id}/enable")
    assert editor.get("/staff/").status_code == 303


def test_an_administrator_is_made_by_two(staff, session):
    first, second = staff(Role.ADMINISTRATOR), staff(Role.ADMINISTRATOR)
    editor = staff(Role.EDITOR)
    first.send(f"/staff/accounts/{editor.account.id}/role", {"role": "administrator"})
    session.refresh(editor.account)
    assert editor.account.role is Role.EDITOR
    id = proposal_of(first)
    first.send(f"/staff/accounts/proposals/{id}", {"approve": "yes"})
    session.refresh(editor.account)
    assert editor.account.role is Role.EDITOR
    assert "takes a second administrator" in first.get("/staff/accounts").text
    assert second.send(f"/staff/accounts/proposals/{id}", {"approve": "yes"}).status_code == 303
    session.refresh(editor.account)
    assert editor.account.role is Role.ADMINISTRATOR


def test_who_added_an_administrator_keeps_no_way_in(staff, session):
    first, second = staff(Role.ADMINISTRATOR), staff(Role.ADMINISTRATOR)
    puppet = staff(Role.EDITOR)
    first.send(f"/staff/accounts/{puppet.account.id}/link")
    first.send(f"/staff/accounts/{puppet.account.id}/role", {"role": "administrator"})
    second.send(f"/staff/accounts/proposals/{proposal_of(second)}", {"approve": "yes"})
    session.refresh(puppet.account)
    assert puppet.account.role is Role.ADMINISTRATOR
    assert puppet.account.password_hash is None
    assert session.scalars(select(PasswordLink)).all() == []
    assert puppet.get("/staff/").status_code == 303
    assert second.send(f"/staff/accounts/{puppet.account.id}/link").status_code == 200


def test_nobody_gives_himself_a_role(staff, session):
    admin = staff(Role.ADMINISTRATOR)
    staff(Role.ADMINISTRATOR)
    admin.send(f"/staff/accounts/{admin.account.id}/role", {"role": "editor"})
    session.refresh(admin.account)
    assert admin.account.role is Role.ADMINISTRATOR
    manager = staff(Role.MEMBERSHIP_MANAGER)
    own = manager.account.id
    assert manager.send(f"/staff/accounts/{own}/role", {"role": "administrator"}).status_code == 403
    manager.send("/staff/account", {"name": "M", "language": "", "role": "administrator"})
    session.refresh(manager.account)
    assert manager.account.role is Role.MEMBERSHIP_MANAGER


def test_a_second_administrator_who_is_proposed_cannot_approve_himself(staff, session):
    first, second = staff(Role.ADMINISTRATOR), staff(Role.ADMINISTRATOR)
    editor = staff(Role.EDITOR)
    path = f"/staff/accounts/{editor.account.id}/role"
    first.send(path, {"role": "administrator"})
    id = proposal_of(first)
    assert editor.send(f"/staff/accounts/proposals/{id}", {"approve": "yes"}).status_code == 403
    assert second.send(f"/staff/accounts/proposals/{id}", {"approve": "no"}).status_code == 303
    session.refresh(editor.account)
    assert editor.account.role is Role.EDITOR


def test_an_administrator_added_by_the_page_begins_as_nobody(staff, session):
    first = staff(Role.ADMINISTRATOR)
    first.send("/staff/accounts/new", {"email": "new@example.org", "role": "administrator"})
    account = session.query(Account).filter_by(email="new@example.org").one()
    assert account.role is Role.ANYONE
    assert staff(account=account).get("/staff/").status_code == 403


def test_a_lost_factor_is_reset_by_two(staff, session):
    first, second = staff(Role.ADMINISTRATOR), staff(Role.ADMINISTRATOR)
    editor = staff(Role.EDITOR, with_factor=True)
    first.send(f"/staff/accounts/{editor.account.id}/reset-factors")
    assert editor.get("/staff/").status_code == 200
    id = proposal_of(second)
    second.send(f"/staff/accounts/proposals/{id}", {"approve": "yes"})
    assert editor.get("/staff/").status_code == 303
    assert (
        "Second factor</dt><dd><bdi>none" in second.get(f"/staff/accounts/{editor.account.id}").text
    )


def test_the_last_administrator_stays(staff, session):
    admin = staff(Role.ADMINISTRATOR)
    admin.send(f"/staff/accounts/{admin.account.id}/disable")
    session.refresh(admin.account)
    assert admin.account.disabled_at is None


def test_tokens_are_shown_once_and_listed_without_their_secret(staff):
    admin = staff(Role.ADMINISTRATOR)
    made = admin.send(
        "/staff/tokens/new", {"name": "<b>Feed", "scopes": "contacts:read", "days": "30"}
    )
    token = re.search(r"alliance_[\w-]{43}", made.text)[0]
    listed = admin.get("/staff/tokens").text
    assert token not in listed
    assert token[:15] in listed
    assert "<b>Feed" not in listed
    id = re.search(r"/staff/tokens/(\d+)/revoke", listed)[1]
    assert admin.send(f"/staff/tokens/{id}/revoke").status_code == 303
    assert "Revoked" in admin.get("/staff/tokens").text


def test_a_colleague_without_factor_is_not_taken_over_by_a_link(staff, session):
    first = staff(Role.ADMINISTRATOR)
    bare = make_account(session, Role.ADMINISTRATOR)
    refused = first.send(f"/staff/accounts/{bare.id}/link")
    assert refused.status_code == 422
    assert "at the console" in refused.text


def test_every_change_leaves_its_entry(staff, session):
    admin, second = staff(Role.ADMINISTRATOR), staff(Role.ADMINISTRATOR)
    editor = staff(Role.EDITOR, with_factor=True)
    id = editor.account.id

    def entries():
        statement = "SELECT count(*) FROM history_entries"
        return session.execute(text(statement)).scalar_one()

    def acts():
        yield lambda: admin.send(f"/staff/accounts/{id}/role", {"role": "auditor"})
        yield lambda: admin.send(f"/staff/accounts/{id}/link")
        yield lambda: admin.send(f"/staff/accounts/{id}/reset-factors")
        yield lambda: second.send(
            f"/staff/accounts/proposals/{proposal_of(second)}", {"approve": "no"}
        )
        yield lambda: admin.send(f"/staff/accounts/{id}/end-sessions")
        yield lambda: admin.send(f"/staff/accounts/{id}/disable")
        yield lambda: admin.send(f"/staff/accounts/{id}/enable")
        yield lambda: admin.send(
            "/staff/tokens/new", {"name": "Feed", "scopes": "history:read", "days": "1"}
        )
        yield lambda: admin.send("/staff/account", {"name": "Other", "language": ""})
        yield lambda: admin.send("/staff/account/password", {"password": NEW})
        yield lambda: admin.send("/staff/account/recovery-codes")
        yield lambda: admin.send("/staff/account/sessions/end")
        yield lambda: admin.send("/sign-out")

    for number, act in enumerate(acts()):
        before = entries()
        response = act()
        assert response.status_code in (200, 303), number
        assert entries() > before, number


@pytest.mark.database
def test_copies_of_a_form_that_arrive_together_make_one_account(app, staff, session):
    admin = staff(Role.ADMINISTRATOR)
    cookie = admin.get_cookie("session").value
    sent = {"email": "twin@example.org", "role": "editor", "submission": "k" * 32,
            "csrf_token": admin.csrf_token}  # fmt: skip
    answers = []

    def send():
        client = app.test_client()
        client.set_cookie("session", cookie)
        answers.append(client.post("/staff/accounts/new", data=sent).headers["Location"])

    copies = [Thread(target=send) for _ in range(6)]
    for each in copies:
        each.start()
    for each in copies:
        each.join(60)
    assert len(answers) == 6
    assert len(set(answers)) == 1
    session.rollback()
    told = "SELECT count(*) FROM history_entries WHERE subject_name = 'twin'"
    assert session.execute(text(told)).scalar_one() == 1

"""The sign-in and the pages of accounts in a real browser: passkeys, axe, narrow screens."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from alliance.accounts.models import AccountSession
from alliance.accounts.permissions import Role
from alliance.accounts.rules.sessions import PROOF_HOLDS
from alliance.core import clock
from tests.browser.visits import COLOUR_RULES, Visit
from tests.browsers import served, sign_browser_in
from tests.factories.accounts import PASSWORD, code_now, give_totp, make_account

pytestmark = [pytest.mark.browser, pytest.mark.database]

OPEN = ("/sign-in", "/sign-in/password?token=none")
OWN = (
    "/staff/account", "/staff/account/password", "/staff/account/factors/new", "/sign-in/confirm",
    "/sign-out", "/staff/accounts", "/staff/accounts/new", "/staff/tokens", "/staff/tokens/new",
)  # fmt: skip


@pytest.fixture
def address(app):
    with served(app) as found:
        yield found.replace("127.0.0.1", "localhost")


@pytest.fixture
def context(browser, address):
    found = browser.new_context(base_url=address, reduced_motion="reduce")
    found.set_default_timeout(15_000)
    yield found
    found.close()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_stands_in_anybodys_way(app, address, context, width, lang):
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    context.add_cookies([{"name": "lang", "value": lang, "url": address}])
    there, found = Visit(page, address), []

    def look(path):
        page.goto(path)
        found.extend(f"{path} {each}" for each in [*there.axe(), *there.too_wide()])
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        found.extend(f"{path} dark {each}" for each in there.axe(*COLOUR_RULES))

    for path in OPEN:
        look(path)
    account = sign_browser_in(context, app, address, Role.ADMINISTRATOR, name="مها <b>Example</b>")
    for path in (*OWN, f"/staff/accounts/{account.id}"):
        look(path)
    page.goto("/staff/account/factors/new")
    page.get_by_role("button").first.click()
    page.wait_for_url("**/app")
    found.extend([*there.axe(), *there.too_wide()])
    assert found == [], "\n".join(found)
    there.troubles = [each for each in there.troubles if "404" not in each and "410" not in each]
    there.check()


def test_a_passkey_is_made_signs_in_and_proves(app, address, context, session):
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    account = sign_browser_in(context, app, address, Role.EDITOR)
    page.goto("/staff/account/factors/new")
    page.get_by_label("Name of this passkey").fill("Office laptop")
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    context.clear_cookies()

    page.goto("/staff/account")
    enter_password(page, account.email)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/staff/account")
    expect(page.get_by_text("Office laptop")).to_be_visible()

    # A quarter of an hour later the same passkey proves who it is before a sensitive act.
    session.execute(update(AccountSession).values(confirmed_at=clock.now() - PROOF_HOLDS))
    session.commit()
    page.goto("/staff/account/password")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Change password", level=1)).to_be_visible()
    context.clear_cookies()

    # Somebody else at the same device, whose finger it does not know.
    state = {"authenticatorId": device["authenticatorId"], "isUserVerified": False}
    devices.send("WebAuthn.setUserVerified", state)
    page.goto("/staff/account")
    enter_password(page, account.email)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_be_visible()


def enter_password(page, email):
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_one_signs_in_by_keyboard_alone_and_without_script(app, address, browser, session):
    account = make_account(session, Role.ADMINISTRATOR)
    give_totp(session, account, app.config["ALLIANCE"])
    session.commit()
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/staff/accounts")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(account.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code").focus()
    page.keyboard.type(code_now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Accounts", level=1)).to_be_visible()
    context.close()

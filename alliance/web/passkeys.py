"""What pages and browsers tell each other about passkeys."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app, request, session

from alliance.accounts.operations import passkeys
from alliance.accounts.operations.passkeys import Party, PasskeyAnswer
from alliance.accounts.queries.accounts import get_account
from alliance.core.db import db

_CHALLENGE = "passkey_challenge"


def party(name: str = "") -> Party | None:
    """Who asks, by our public address; None where passkeys cannot be: at a bare number."""
    base = urlsplit(current_app.config["ALLIANCE"].base_url)
    host, origin = base.hostname or "", f"{base.scheme}://{base.netloc}"
    if host == "localhost" or _is_number(host):
        # A service on this machine alone is reached by its name, at whatever port.
        host, origin = (urlsplit(request.host_url).hostname or ""), request.host_url.rstrip("/")
        if host != "localhost":
            return None
    return Party(host, origin, name)


def question(account_id: int) -> str:
    """What the browser is asked (JSON) so that it uses a passkey; "" where there is none."""
    asking = party()
    found = passkeys.ask(db.session(), account_id, asking) if asking else None
    if found is None:
        return ""
    options, challenge = found
    session[_CHALLENGE] = urlsafe_b64encode(challenge).decode()
    return options


def offer(account_id: int, name: str) -> str:
    """What the browser is asked (JSON) so that it makes a passkey; "" where none can be."""
    asking = party(name)
    if asking is None:
        return ""
    options, challenge = passkeys.offer(db.session(), get_account(db.session(), account_id), asking)
    session[_CHALLENGE] = urlsafe_b64encode(challenge).decode()
    return options


def answered(answer: str) -> PasskeyAnswer | None:
    """The browser's answer with the challenge it belongs to, which is good once."""
    asking, kept = party(), session.pop(_CHALLENGE, None)
    if asking is None or not isinstance(kept, str):
        return None
    try:
        return PasskeyAnswer(asking, urlsafe_b64decode(kept), answer)
    except (Error, ValueError):
        return None


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

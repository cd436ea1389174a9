"""Two sign-ins for whoever looks at the example alliance on his own machine.

Their passwords are random, made with the example and never elsewhere: not beside members of one's
own, and not for a service that others can reach.
"""

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from alliance.accounts.operations.accounts import add_account, set_password
from alliance.accounts.operations.factors import begin_totp, prove_totp
from alliance.accounts.operations.passwords import is_password
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.permissions import NEEDS_SECOND_FACTOR, Role
from alliance.accounts.queries.accounts import account_of, listed_accounts
from alliance.accounts.rules.codes import code_at
from alliance.core import clock
from alliance.core.actor import SYSTEM
from alliance.reactions import commit
from config import Config

FILE = "example-sign-ins.json"
_PEOPLE = (
    (Role.ADMINISTRATOR, "admin@alliance.example", "Alex Example"),
    (Role.MEMBERSHIP_MANAGER, "manager@alliance.example", "Maha Example"),
)
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_CODES_A_LINE = 5
_OWN_MACHINE = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class SignIn:
    """One example sign-in; `key` is for an authenticator app, each of `codes` signs in once."""

    role: str
    email: str
    password: str
    key: str = ""
    codes: tuple[str, ...] = ()


def make_sign_ins(session: Session, config: Config) -> None:
    """Make the two accounts where there is none, and keep their passwords in a private file."""
    if not _is_own_machine(config):
        return
    if listed_accounts(session, clock.now()):
        return
    safeguards = _safeguards(config)
    made = [_make(session, *person, safeguards) for person in _PEOPLE]
    commit(session)
    config.instance_path.mkdir(parents=True, exist_ok=True)
    path = config.instance_path / FILE
    draft = path.with_name(f"{FILE}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(one) for one in made], file)
    draft.replace(path)


def tell_sign_ins(session: Session, config: Config) -> Iterator[str]:
    """Lines that tell the example sign-ins, as long as they are good; none elsewhere."""
    if not _is_own_machine(config):
        return
    safeguards = _safeguards(config)
    for one in _kept(config.instance_path / FILE):
        account = account_of(session, one.email)
        if account is None or account.disabled_at is not None:
            continue
        if not is_password(one.password, account.password_hash, safeguards.cost):
            continue
        yield f"  {one.role:20} {one.email:26} password: {one.password}"
        if one.key:
            yield f"{'':23}second step, each of these once:"
            for at in range(0, len(one.codes), _CODES_A_LINE):
                yield f"{'':23}  {'  '.join(one.codes[at : at + _CODES_A_LINE])}"
            yield f"{'':23}or the codes of an authenticator app with the key {one.key}"


def _make(session: Session, role: Role, email: str, name: str, safeguards: Safeguards) -> SignIn:
    now = clock.now()
    account = add_account(session, email, role, name=name, now=now, actor=SYSTEM)
    password = "-".join(_word() for _ in range(4))
    set_password(session, account, password, safeguards=safeguards, now=now, actor=SYSTEM)
    told = role.replace("_", " ")
    if role not in NEEDS_SECOND_FACTOR:
        return SignIn(told, email, password)
    key = begin_totp(session, account, safeguards=safeguards, now=now)
    codes = prove_totp(
        session,
        account,
        code_at(key, now),
        name="Example",
        safeguards=safeguards,
        now=now,
        actor=SYSTEM,
        session_id=None,
    )
    return SignIn(told, email, password, key, tuple(codes))


def _is_own_machine(config: Config) -> bool:
    return {urlsplit(config.base_url).hostname, config.host} <= _OWN_MACHINE


def _word() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(5))


def _kept(path: Path) -> list[SignIn]:
    try:
        return [SignIn(**one) for one in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def _safeguards(config: Config) -> Safeguards:
    return Safeguards.derived(
        config.secret_key, memory_kib=config.password_memory_kib, rounds=config.password_rounds
    )

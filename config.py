"""Configuration: read once from the environment, typed, checked, and passed in."""

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent

MODES = ("production", "development", "test")
LOG_LEVELS = ("debug", "info", "warning", "error")
WEAK_WORDS = (
    "secret",
    "password",
    "passwd",
    "changeme",
    "default",
    "example",
    "sample",
    "insecure",
)
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10


class ConfigError(Exception):
    """A setting cannot be used. The message names the variable and says what to do."""


@dataclass(frozen=True)
class Config:
    """Everything that differs between one installation and the next.

    `database_url` None means the embedded server under `instance_path`. `owner_database_url` is the
    role that may change the schema; None means the same role as `database_url`.
    `statement_timeout_ms` 0 means none. Without `page_cache` every page is made anew.
    `password_memory_kib` and `password_rounds` are the cost of hashing a password once.
    """

    mode: str
    debug: bool
    host: str
    port: int
    database_url: str | None
    instance_path: Path
    secret_key: str = field(repr=False)
    base_url: str
    trusted_proxies: int = 0
    log_level: str = "info"
    owner_database_url: str | None = None
    workers: int = 2
    threads: int = 4
    statement_timeout_ms: int = 0
    page_cache: bool = True
    password_memory_kib: int = 47_104
    password_rounds: int = 2

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Read and check the environment. Raises ConfigError for anything that cannot be used."""
        mode = _one_of(env, "ALLIANCE_MODE", MODES, "production")
        host, port = _text(env, "HOST") or "127.0.0.1", _number(env, "PORT", 8000, 1, 65535)
        instance_path = (
            Path(_text(env, "INSTANCE_PATH") or ROOT / "instance").expanduser().resolve()
        )
        # Commands at the console may rightly run for minutes; a page may not.
        longest_statement = 0 if env.get("FLASK_RUN_FROM_CLI") == "true" else 15_000
        return cls(
            mode=mode,
            debug=_debug(env, mode),
            host=host,
            port=port,
            database_url=_database_url(env, "DATABASE_URL"),
            instance_path=instance_path,
            secret_key=_secret_key(env, instance_path),
            base_url=_base_url(env, host, port),
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0, 0, 10),
            log_level=_one_of(env, "LOG_LEVEL", LOG_LEVELS, "info"),
            owner_database_url=_database_url(env, "DATABASE_OWNER_URL"),
            workers=_number(env, "WEB_WORKERS", 2, 1, 64),
            threads=_number(env, "WEB_THREADS", 4, 1, 64),
            statement_timeout_ms=_number(
                env, "STATEMENT_TIMEOUT_MS", longest_statement, 0, 3_600_000
            ),
            page_cache=_one_of(env, "PAGE_CACHE", ("on", "off"), "on") == "on",
            password_memory_kib=_number(env, "PASSWORD_MEMORY_KIB", 47_104, 19_456, 4_194_304),
            password_rounds=_number(env, "PASSWORD_ROUNDS", 2, 1, 100),
        )


def _text(env: Mapping[str, str], name: str) -> str | None:
    """The value of a variable; an empty or blank one counts as unset."""
    return env.get(name, "").strip() or None


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = _text(env, name)
    if value is None:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise ConfigError(
            f"{name} is “{value}”. Give a whole number from {least} to {most}, or leave it unset"
            f" for {default}."
        )
    return int(value)


def _one_of(env: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    value = (_text(env, name) or default).lower()
    if value not in choices:
        raise ConfigError(
            f"{name} is “{value}”. Use one of {', '.join(choices)}, or leave it unset for"
            f" {default}."
        )
    return value


def _debug(env: Mapping[str, str], mode: str) -> bool:
    asked = (_text(env, "FLASK_DEBUG") or "0").lower() not in ("0", "false", "no", "off")
    if asked and mode == "production":
        raise ConfigError(
            "FLASK_DEBUG is on, and the debugger shows secrets to everybody. Unset FLASK_DEBUG,"
            " or set ALLIANCE_MODE=development on a machine that only you can reach."
        )
    return asked


def _database_url(env: Mapping[str, str], name: str) -> str | None:
    value = _text(env, name)
    if value is None:
        return None
    scheme, separator, rest = value.partition("://")
    if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
        # The value is not repeated: it may hold a password.
        raise ConfigError(
            f"{name} must begin with postgresql:// or postgres://, for example"
            f" postgresql://alliance@localhost/alliance. Unset it to use the embedded server."
        )
    return f"postgresql+psycopg://{rest}"


def _base_url(env: Mapping[str, str], host: str, port: int) -> str:
    """The address that links are built from, without a slash at its end."""
    value = _text(env, "BASE_URL")
    if value is None:
        return listening_address(host, port)
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.query or parts.fragment or parts.username:
        raise ConfigError(
            f"BASE_URL is “{value}”. Give the whole public address of the service, beginning with"
            " https:// or http:// and without ? or #, for example https://members.example.org."
        )
    if parts.path.strip("/"):
        raise ConfigError(
            f"BASE_URL is “{value}”. The service answers at the root of a host: leave out"
            f" “{parts.path}” and give it a host name of its own."
        )
    return value.rstrip("/")


def listening_address(host: str, port: int) -> str:
    """The address under which this machine itself reaches a service that listens on `host`."""
    own = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{own}]:{port}" if ":" in own else f"http://{own}:{port}"


def _secret_key(env: Mapping[str, str], instance_path: Path) -> str:
    value = _text(env, "SECRET_KEY")
    if value is None:
        return _kept_secret(instance_path)
    weakness = weakness_of(value)
    if weakness is not None:
        raise ConfigError(
            f"SECRET_KEY {weakness}. Make one with: python3 -c 'import secrets;"
            " print(secrets.token_urlsafe(48))', or unset it: then one is made and kept in"
            f" {instance_path}."
        )
    return value


def weakness_of(secret: str) -> str | None:
    """Say why a secret could be guessed, or None when nothing speaks against it."""
    letters = re.sub(r"[^a-z0-9]", "", secret.lower())
    steps = [abs(ord(after) - ord(before)) for before, after in pairwise(secret)]
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        (
            f"is shorter than {SHORTEST_SECRET} characters",
            lambda: len(secret) < SHORTEST_SECRET,
        ),
        (
            "contains a word that is tried first",
            lambda: any(word in letters for word in WEAK_WORDS),
        ),
        (
            f"uses fewer than {FEWEST_CHARACTERS} different characters",
            lambda: len(set(secret)) < FEWEST_CHARACTERS,
        ),
        ("repeats itself", lambda: secret in (secret + secret)[1:-1]),
        ("is a plain sequence", lambda: 2 * sum(step <= 1 for step in steps) > len(steps)),
    )
    return next((reason for reason, found in checks if found()), None)


def _kept_secret(instance_path: Path) -> str:
    """The secret that this installation made for itself, made now when there is none yet."""
    path = instance_path / "secret_key"
    try:
        instance_path.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_secret(path)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"INSTANCE_PATH is {instance_path}, and the secret in it cannot be read or made"
            f" ({error.__class__.__name__}). Start the service as the user who owns that folder,"
            " or set INSTANCE_PATH to a folder that you may write to."
        ) from None
    if weakness_of(kept) is not None:
        raise ConfigError(
            f"SECRET_KEY is unset, and {path} holds no usable secret. Remove that file: a new one"
            " is made at the next start, and everybody signs in again."
        )
    return kept


def _write_secret(path: Path) -> None:
    """Make the secret whole under another name and link it, so no second start reads half of it."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:
        # Some file systems know no links; there a second start at the same moment is a lesser evil.
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)

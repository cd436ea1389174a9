"""Settings are read once, checked, and refused in words that name the variable and the remedy."""

import stat
from pathlib import Path

import pytest

from config import Config, ConfigError, listening_address, weakness_of

GOOD_SECRET = "kE4u-Zq9xV2mR7tB1wYc8nLd5hJf3gSa"


def read(tmp_path: Path, **env: str) -> Config:
    return Config.from_env({"INSTANCE_PATH": str(tmp_path / "instance"), **env})


def refusal(tmp_path: Path, **env: str) -> str:
    with pytest.raises(ConfigError) as refused:
        read(tmp_path, **env)
    return str(refused.value)


def test_nothing_set_means_production_on_this_machine_alone(tmp_path):
    config = read(tmp_path)
    assert (config.mode, config.debug) == ("production", False)
    assert (config.host, config.port, config.base_url) == (
        "127.0.0.1",
        8000,
        "http://127.0.0.1:8000",
    )
    assert config.database_url is None


def test_a_secret_is_made_once_kept_and_hidden_from_others(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    kept = tmp_path / "instance" / "secret_key"
    assert first.secret_key == second.secret_key == kept.read_text().strip()
    assert weakness_of(first.secret_key) is None
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret_key"]


def test_an_emptied_secret_file_is_refused_and_not_used(tmp_path):
    read(tmp_path)
    (tmp_path / "instance" / "secret_key").write_text("")
    assert "Remove that file" in refusal(tmp_path)


def test_the_secret_does_not_show_when_settings_are_printed(tmp_path):
    assert GOOD_SECRET not in repr(read(tmp_path, SECRET_KEY=GOOD_SECRET))


@pytest.mark.parametrize(
    "secret",
    [
        "letmein",
        "x" * 64,
        "abababababababababababababababababab",
        "change-me-before-you-go-to-production-please",
        "this-is-my-secret-key-for-the-alliance-2024",
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "kE4u-Zq9xV2mR7tB" * 2,
    ],
)
def test_a_secret_that_can_be_guessed_is_refused_with_a_way_to_make_one(tmp_path, secret):
    said = refusal(tmp_path, SECRET_KEY=secret)
    assert said.startswith("SECRET_KEY ")
    assert "token_urlsafe" in said
    assert secret not in said


def test_a_good_secret_is_taken_as_it_is(tmp_path):
    assert read(tmp_path, SECRET_KEY=GOOD_SECRET).secret_key == GOOD_SECRET


def test_the_debugger_is_refused_in_production_and_allowed_in_development(tmp_path):
    said = refusal(tmp_path, FLASK_DEBUG="1")
    assert "FLASK_DEBUG" in said
    assert "ALLIANCE_MODE=development" in said
    assert read(tmp_path, FLASK_DEBUG="1", ALLIANCE_MODE="development").debug


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_a_database_may_be_named_in_each_usual_way(tmp_path, scheme):
    config = read(tmp_path, DATABASE_URL=f"{scheme}://me:word@host:5433/name?sslmode=require")
    assert config.database_url == "postgresql+psycopg://me:word@host:5433/name?sslmode=require"


def test_another_kind_of_database_is_refused_without_repeating_the_password(tmp_path):
    said = refusal(tmp_path, DATABASE_URL="mysql://me:hush@host/name")
    assert "postgresql://" in said
    assert "hush" not in said


@pytest.mark.parametrize("given", ["abc", "0", "65536", "-1", "8000.5", "٨٠٠٠", "99999999999999"])
def test_a_port_that_is_none_is_refused(tmp_path, given):
    said = refusal(tmp_path, PORT=given)
    assert said.startswith("PORT is")
    assert "from 1 to 65535" in said


@pytest.mark.parametrize(
    "given",
    [
        "members.example.org",
        "/members",
        "ftp://members.example.org",
        "https://",
        "https://members.example.org/?a=1",
        "https://me@members.example.org",
        "https://members.example.org/sub",
        "https://members.example.org:port",
    ],
)
def test_a_public_address_that_is_not_whole_is_refused(tmp_path, given):
    assert refusal(tmp_path, BASE_URL=given).startswith("BASE_URL is")


def test_a_public_address_is_kept_without_its_last_slash(tmp_path):
    assert read(tmp_path, BASE_URL="https://m.example.org/").base_url == "https://m.example.org"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("host.example", "http://host.example:8000"),
    ],
)
def test_the_printed_address_can_be_opened_on_this_machine(host, expected):
    assert listening_address(host, 8000) == expected


def test_a_mode_nobody_knows_is_refused(tmp_path):
    assert "production, development, test" in refusal(tmp_path, ALLIANCE_MODE="prod")


def test_a_variable_set_to_nothing_counts_as_unset(tmp_path):
    config = read(tmp_path, PORT="", SECRET_KEY=" ", DATABASE_URL="", BASE_URL="")
    assert (config.port, config.database_url) == (8000, None)


def test_commands_at_the_console_may_take_their_time_and_pages_may_not(tmp_path):
    assert read(tmp_path).statement_timeout_ms == 15_000
    assert read(tmp_path, FLASK_RUN_FROM_CLI="true").statement_timeout_ms == 0

"""Which passwords and codes are good."""

from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.accounts.operations.passwords import Cost, hash_password, is_outdated, is_password
from alliance.accounts.operations.safeguards import Safeguards
from alliance.accounts.rules.codes import (
    canonical_code,
    canonical_recovery_code,
    step_at,
    step_of_code,
)
from alliance.accounts.rules.passwords import check_password
from alliance.core.errors import BadInput

CONTEXT = ["Ada Byron", "ada.byron@harbour.example", "Tide Alliance"]
CHEAP = Cost(64, 1)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOON = datetime(2026, 11, 22, 12, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "four grey herons wait at noon",
        "  blanks around are kept as they are  ",
        "كلمة سر طويلة لا يعرفها أحد",
        "🦉🦉 owls in the attic 🦉🦉",
        "zq9!vK2#xW7$mT4%",
    ],
)
def test_a_long_uncommon_password_is_good(password):
    check_password(password, has_factor=False, context=CONTEXT)


@pytest.mark.parametrize(
    "password",
    [
        "vK2#xW7$",
        "123456789012345",
        "qwertyuiopasdfg",
        "passwordpassword",
        "iloveyouiloveyou",
        "abcabcabcabcabcabc",
        "adabyronadabyron",
        "Harbour.Byron-2026",
        "tidealliance2026!",
        "x" * 201,
        "nothing\x00but words here",
    ],
)
def test_a_password_that_others_would_try_is_refused(password):
    with pytest.raises(BadInput) as refusal:
        check_password(password, has_factor=False, context=CONTEXT)
    assert refusal.value.field == "password"


def test_with_a_second_factor_eight_characters_are_enough():
    check_password("vK2#xW7$q", has_factor=True, context=CONTEXT)
    with pytest.raises(BadInput, match="8 or more"):
        check_password("vK2#xW7", has_factor=True, context=CONTEXT)


@given(st.text(min_size=1, max_size=60))
def test_a_password_is_taken_exactly_as_it_is(password):
    stored = hash_password(password, CHEAP)
    assert is_password(password, stored, CHEAP)
    assert not is_password(password + " ", stored, CHEAP)
    assert stored.startswith("$argon2id$")


def test_a_password_of_nobody_is_never_right():
    assert not is_password("nobody", None, CHEAP)
    assert not is_password("", "", CHEAP)


def test_a_hash_of_another_cost_is_outdated():
    assert is_outdated(hash_password("x", CHEAP), Cost(128, 1))
    assert not is_outdated(hash_password("x", CHEAP), CHEAP)


def test_a_code_is_good_for_its_own_step_and_one_either_side():
    generator, step = pyotp.TOTP(SECRET), step_at(NOON)
    for distance, expected in ((-2, None), (-1, -1), (0, 0), (1, 1), (2, None)):
        found = step_of_code(SECRET, generator.generate_otp(step + distance), NOON, after=0)
        assert found == (None if expected is None else step + expected)


@given(st.integers(0, 999_999))
def test_a_code_is_the_same_in_every_script(number):
    code = f"{number:06}"
    for zero in (0x30, 0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE):
        assert canonical_code("".join(chr(zero + int(digit)) for digit in code)) == code


@given(st.text(max_size=80))
def test_what_is_no_code_is_none(typed):
    code = canonical_code(typed)
    assert code == "" or (len(code) == 6 and code.isascii() and code.isdigit())


def test_recovery_codes_may_be_spelt_as_people_do():
    assert canonical_recovery_code(" ABCD-efgh ijkl–2345 ") == "abcdefghijkl2345"
    assert canonical_recovery_code("O0l1b8") == "oollbb"


def test_a_sealed_secret_opens_with_its_own_key_alone():
    own = Safeguards.derived("a" * 40, memory_kib=64, rounds=1)
    other = Safeguards.derived("b" * 40, memory_kib=64, rounds=1)
    sealed = own.sealed(SECRET)
    assert SECRET.encode() not in sealed
    assert own.opened(sealed) == SECRET
    assert other.opened(sealed) is None
    assert sealed != own.sealed(SECRET)

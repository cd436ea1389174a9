"""The alliance's settings: checked, told in the history, and readers hear of them."""

import pytest

from alliance.audit.queries import history_of
from alliance.core.errors import BadInput
from alliance.core.events import collect
from alliance.core.settings import AllianceSettings, alliance_settings
from alliance.directory.events import DirectoryChanged
from alliance.directory.operations.settings import change_setting, typed_setting
from tests.factories.directory import STAFF


def set_typed(session, key: str, typed: str) -> AllianceSettings:
    change_setting(session, key, typed_setting(key, typed), actor=STAFF, reason="asked")
    return alliance_settings(session)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("names", '{"en": " Safe  Web ", "ar": "ويب آمن"}',
         (("en", "Safe Web"), ("ar", "ويب آمن"))),
        ("mark", "img/marks/safe-web.svg", "img/marks/safe-web.svg"),
        ("contact_address", "Hello@Safe.Example", "hello@safe.example"),
        ("time_zone", "Africa/Nairobi", "Africa/Nairobi"),
        ("languages", "ar, en,ar", ("ar", "en")),
        ("licence", "CC0", "CC0"),
        ("licence_url", "https://creativecommons.org/publicdomain/zero/1.0/",
         "https://creativecommons.org/publicdomain/zero/1.0/"),
    ],
)  # fmt: skip
def test_a_setting_is_in_force_once_it_is_stored_and_readers_hear_of_it(session, key, typed, value):
    assert getattr(set_typed(session, key, typed), key) == value
    assert list(collect(session)) == [DirectoryChanged()]
    entry = history_of(session, "setting", 0)[0]
    assert (entry.subject_name, entry.actor_name, entry.reason) == (key, STAFF.name, "asked")
    assert entry.changes["value"][0] is None


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("colour", "red", "no setting"),
        ("zone", "x", "no setting"),
        ("names", "Alliance", "names by language"),
        ("names", "{}", "name for each language"),
        ("names", '{"klingonish": "A"}', "no language"),
        ("names", '{"en": " "}', "give a name"),
        ("names", '{"en": 1}', "name for each language"),
        ("names", '"en"', "name for each language"),
        ("mark", "../secret_key", "under static/"),
        ("mark", "https://evil.example/x.svg", "under static/"),
        ("mark", "/etc/passwd", "under static/"),
        ("contact_address", "nobody", "write it like"),
        ("time_zone", "Mars", "no time zone"),
        ("languages", "en,xx", "at least one of the languages"),
        ("languages", "", "at least one of the languages"),
        ("licence", " ", "give a name"),
        ("licence_url", "javascript:alert(1)", "no web address"),
    ],
)
def test_a_setting_that_would_do_harm_is_refused(session, key, typed, words):
    with pytest.raises(BadInput, match=words) as refused:
        set_typed(session, key, typed)
    assert refused.value.field == key
    assert alliance_settings(session) == AllianceSettings()
    assert history_of(session, "setting", 0) == []


def test_the_same_value_twice_is_one_change(session):
    set_typed(session, "licence", "CC0")
    set_typed(session, "licence", "CC0")
    assert len(history_of(session, "setting", 0)) == 1


def test_a_setting_goes_back_to_its_default(session):
    set_typed(session, "licence", "CC0")
    change_setting(session, "licence", None, actor=STAFF)
    assert alliance_settings(session) == AllianceSettings()
    assert history_of(session, "setting", 0)[0].changes == {"value": ["CC0", None]}
    change_setting(session, "licence", None, actor=STAFF)
    assert len(history_of(session, "setting", 0)) == 2
    with pytest.raises(BadInput):
        change_setting(session, "colour", None, actor=STAFF)

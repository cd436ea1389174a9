"""Changing what makes this alliance this one; every change is told in the history."""

import json
import re
from typing import Any

from sqlalchemy.orm import Session

from alliance.audit.operations import Note, record
from alliance.core import clock
from alliance.core.actor import Actor
from alliance.core.errors import BadInput
from alliance.core.events import announce
from alliance.core.settings import SHIPPED_LANGUAGES, AllianceSettings, Setting
from alliance.directory.events import DirectoryChanged
from alliance.directory.operations.listings import rebuild_listings
from alliance.directory.rules.fields import label, language_code, tidy_name, zone_name
from alliance.directory.rules.listing import DEFAULT_VISIBILITY
from alliance.directory.rules.logos import is_logo_name
from alliance.directory.rules.reaching import email_address, web_address
from alliance.directory.rules.records import Visibility

SUBJECT = "setting"
_MARK = re.compile(r"(?:[0-9A-Za-z_-]+/)*[0-9A-Za-z_-]+\.(?:svg|png|webp)")


def change_setting(
    session: Session, key: str, value: Any, *, actor: Actor, reason: str | None = None
) -> None:
    """Store a setting, or with None go back to what it is without one.

    Writes nothing when it is so already. Raises BadInput for a key that there is not, or a value
    that cannot be used.
    """
    known = AllianceSettings.__dataclass_fields__
    wanted = None if value is None and key in known else tidy_setting(key, value)
    row = session.get(Setting, key)
    before = row.value if row is not None else None
    if before == wanted:
        return
    if wanted is None:
        session.delete(row)
    elif row is None:
        session.add(Setting(key=key, value=wanted))
    else:
        row.value = wanted
    session.flush()
    # Settings have names and no numbers; the name is the subject.
    note = Note("changed", SUBJECT, 0, key, {"value": (before, wanted)})
    record(session, actor, [note], at=clock.now(), reason=reason)
    announce(session, DirectoryChanged())
    if key == "visibility":
        rebuild_listings(session)


def typed_setting(key: str, text: str) -> Any:
    """A setting from what is typed: `names` and `visibility` as JSON, `languages` with commas.

    Returns it in the form in which it is stored. Raises BadInput with a remedy.
    """
    if key in ("names", "visibility"):
        try:
            return tidy_setting(key, json.loads(text))
        except json.JSONDecodeError:
            raise BadInput(
                'Give the names by language, such as {"en": "Alliance", "ar": "التحالف"}.'
                if key == "names"
                else 'Give the levels by field, such as {"website": "portal"}.',
                field=key,
            ) from None
    if key == "languages":
        return tidy_setting(key, [code for part in text.split(",") if (code := part.strip())])
    return tidy_setting(key, text)


def tidy_setting(key: str, value: Any) -> Any:
    """A setting in the form in which it is stored. Raises BadInput with a remedy."""
    try:
        return _tidied(key, value)
    except BadInput as error:
        raise BadInput(error.message, field=key) from None


def _tidied(key: str, value: Any) -> Any:
    if key not in AllianceSettings.__dataclass_fields__:
        known = ", ".join(AllianceSettings.__dataclass_fields__)
        raise BadInput(f"There is no setting “{key}”. The settings are {known}.")
    by_shape = {"names": _names, "visibility": _visibility, "languages": _languages}
    if key in by_shape:
        return by_shape[key](value)
    if not isinstance(value, str):
        raise BadInput(f"{label(key)}: give a text.")
    if key == "mark":
        return _mark(value)
    checks = {"contact_address": email_address, "licence_url": web_address, "time_zone": zone_name}
    return checks[key](value) if key in checks else tidy_name(key, value, longest=200)


def _mark(value: str) -> str:
    if not _MARK.fullmatch(value) and not is_logo_name(value):
        raise BadInput("Mark: give the path of a picture under static/, such as img/mark.svg.")
    return value


def _languages(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        raise BadInput("Give the languages as codes with commas between, such as en,ar.")
    if not value or not set(value) <= set(SHIPPED_LANGUAGES):
        raise BadInput(f"Choose at least one of the languages {', '.join(SHIPPED_LANGUAGES)}.")
    return list(dict.fromkeys(value))


def _names(value: Any) -> list[list[str]]:
    """The alliance's name by language, as pairs in the given order."""
    pairs = list(value.items()) if isinstance(value, dict) else value
    if (
        not isinstance(pairs, list | tuple)
        or not pairs
        or any(not isinstance(pair, list | tuple) or len(pair) != 2 for pair in pairs)
        or any(not isinstance(text, str) for pair in pairs for text in pair)
    ):
        raise BadInput('Give a name for each language, such as {"en": "Alliance"}.')
    return [[language_code(code), tidy_name("names", name, longest=120)] for code, name in pairs]


def _visibility(value: Any) -> list[list[str]] | None:
    """Who sees which field, as pairs in the order of the fields; None when all is as usual."""
    pairs = dict(value.items() if isinstance(value, dict) else value or ())
    levels = {one.value for one in Visibility}
    for field, level in pairs.items():
        if field not in DEFAULT_VISIBILITY or level not in levels:
            raise BadInput(
                f"Choose one of {', '.join(sorted(levels))} for one of the fields"
                f" {', '.join(DEFAULT_VISIBILITY)}."
            )
    chosen = [
        [field, pairs[field]]
        for field, usual in DEFAULT_VISIBILITY.items()
        if field in pairs and pairs[field] != usual.value
    ]
    return chosen or None

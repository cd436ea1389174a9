"""Taking back one change to a list or a setting: which entry of the history, and what it says."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired, Regexp

from alliance.web.forms import Form

# What a field is when history says that there was nothing.
_NOTHING: Mapping[str, Any] = {
    "aliases": [],
    "names": {},
    "plurals": {},
    "position": 0,
    "minimum": 0,
}


class RevertForm(Form):
    """Names the entry of the history that is to be taken back."""

    entry = HiddenField(validators=[InputRequired(), Regexp(r"[0-9]{1,18}\Z")])


def as_written(changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The values that were there before, by field, as the operations take them."""
    before = {field: pair[0] for field, pair in changes.items()}
    told = {
        field: _NOTHING.get(field) if value is None else value for field, value in before.items()
    }
    retired_on = told.get("retired_on")
    if isinstance(retired_on, str):
        told["retired_on"] = date.fromisoformat(retired_on)
    return told

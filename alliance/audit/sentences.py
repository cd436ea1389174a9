"""An entry of the history as one readable sentence."""

from collections.abc import Mapping
from typing import Any

_VERBS = {
    "created": "added",
    "changed": "changed",
    "removed": "removed",
    "imported": "imported",
    "undone": "took back",
}


def sentence(
    *,
    actor_name: str,
    action: str,
    subject_kind: str,
    subject_name: str,
    changes: Mapping[str, Any],
    reason: str | None = None,
) -> str:
    """Say who did what to which record, e.g. “root changed country and city of organisation X.”

    `changes` maps a field to [from, to]; one single change is told with both values.
    """
    verb = _VERBS.get(action, action)
    what = f"{subject_kind.replace('_', ' ')} “{subject_name}”"
    if action == "changed" and len(changes) == 1:
        (field, (before, after)), *_ = changes.items()
        told = (
            f"{actor_name} changed {_words(field)} of {what}"
            f" from {_value(before)} to {_value(after)}"
        )
    elif action == "changed" and changes:
        told = f"{actor_name} changed {_listed([_words(field) for field in changes])} of {what}"
    else:
        told = f"{actor_name} {verb} {what}"
    return f"{told}, because: {reason}" if reason else f"{told}."


def _words(field: str) -> str:
    return field.replace("_", " ")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _value(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, Mapping):
        return ", ".join(
            f"{_words(str(key))} {_value(one)}" for key, one in value.items() if _is_telling(one)
        )
    if isinstance(value, list):
        return "; ".join(_value(one) for one in value)
    return str(value)


def _is_telling(value: Any) -> bool:
    """Whether a part says something: "no" and nothing are how most parts are."""
    return value not in (None, "", [], {}, False)

"""How entries of the closed lists are worded: labels by language, other spellings, notes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from alliance.core.errors import BadInput
from alliance.core.text import fold
from alliance.directory.rules.fields import language_code, tidy_name, tidy_text

LONGEST_LABEL: Final = 160
LONGEST_NOTE: Final = 2_000
MOST_ALIASES: Final = 80
SHAPES: Final = ("square", "circle", "leaf", "diamond")
_LARGEST_POSITION: Final = 10_000


def tidy_labels(field: str, labels: Mapping[str, str]) -> dict[str, str]:
    """Labels by language code, blank ones left out. Raises BadInput without an English one.

    Source languages of the service fall back to English, so that one has to be there.
    """
    found = {
        language_code(code): tidy_name(field, text, longest=LONGEST_LABEL)
        for code, text in labels.items()
        if text and not text.isspace()
    }
    if "en" not in found:
        raise BadInput("Give the English wording; other languages fall back to it.", field=field)
    return dict(sorted(found.items()))


def tidy_aliases(aliases: Sequence[str]) -> list[str]:
    """Other spellings, each once. Raises BadInput for too many or too long ones."""
    kept: dict[str, str] = {}
    for one in aliases:
        text = tidy_text("aliases", one, longest=LONGEST_LABEL)
        if text is not None:
            kept.setdefault(fold(text), text)
    if len(kept) > MOST_ALIASES:
        raise BadInput(f"Keep at most {MOST_ALIASES} other spellings.", field="aliases")
    return list(kept.values())


def tidy_wording(kind: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes to an entry of the list `kind` as they are stored. Raises BadInput naming the field.

    Fields: names and plurals (by language), aliases, wording_note, position, shape, minimum,
    maximum; those that a kind does not have are the caller's to refuse.
    """
    told: dict[str, Any] = {}
    for field, value in changes.items():
        if field in ("names", "plurals"):
            told[field] = tidy_labels(field, value)
        elif field == "aliases":
            told[field] = tidy_aliases(value)
        elif field == "wording_note":
            told[field] = tidy_text(field, value, longest=LONGEST_NOTE, lines=True)
        elif field in ("position", "minimum", "maximum"):
            told[field] = _number(field, value)
        elif field == "shape":
            if value not in SHAPES:
                raise BadInput(f"Choose one of the shapes {', '.join(SHAPES)}.", field=field)
            told[field] = value
        else:
            told[field] = value
    least, most = told.get("minimum"), told.get("maximum")
    if least is not None and most is not None and most < least:
        raise BadInput("At most cannot be less than at least; raise it.", field="maximum")
    return told


def _number(field: str, value: Any) -> int | None:
    if value is None and field == "maximum":
        return None
    if not isinstance(value, int) or not 0 <= value <= _LARGEST_POSITION:
        raise BadInput(f"Give a whole number from 0 to {_LARGEST_POSITION}.", field=field)
    return value

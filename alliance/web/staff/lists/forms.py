"""Forms for entries of the closed lists, with a field for each language of the alliance."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext
from wtforms import Field, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from alliance.directory.rules.wording import LONGEST_LABEL, LONGEST_NOTE, SHAPES
from alliance.web.forms import Form
from alliance.web.languages import OWN_NAMES

# Fields by list, in the order of the form.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "sector": ("names", "parent_id", "aliases", "position"),
    "category": ("names", "plurals", "shape", "aliases", "position"),
    "body_kind": ("names", "aliases", "position"),
    "role": ("names", "minimum", "maximum", "aliases", "position"),
    "country": ("names", "wording_note", "aliases"),
}
NEW: Mapping[str, tuple[str, ...]] = {
    "sector": ("names", "parent_id", "aliases"),
    "category": ("names", "plurals", "shape"),
}


def entry_form(kind: str, fields: Iterable[str], languages: Sequence[str], **values: Any) -> Any:
    """The form for these fields of an entry of the list `kind`; values: a document to begin with.

    Labels are fields of their own, such as `names_ar`; other spellings stand one on a line.
    """
    made = _form_class(kind, tuple(fields), tuple(languages))
    start: dict[str, Any] = {
        f"{field}_{code}": text
        for field in ("names", "plurals")
        for code, text in values.get(field, {}).items()
    }
    for field in ("position", "minimum", "maximum", "shape", "wording_note"):
        start[field] = values.get(field)
    start["aliases"] = "\n".join(values.get("aliases", ()))
    start["parent_id"] = str(values.get("parent_id") or "")
    start["version"] = values.get("version", "")
    return made(data=start)


def told(form: Any, fields: Iterable[str], before: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, by field of the entry; languages that it does not show stay as before."""
    found: dict[str, Any] = {}
    for field in fields:
        if field in ("names", "plurals"):
            shown = {
                name.removeprefix(f"{field}_"): (form[name].data or "").strip()
                for name in form._fields
                if name.startswith(f"{field}_")
            }
            kept = {code: text for code, text in before.get(field, {}).items() if code not in shown}
            found[field] = {**kept, **{code: text for code, text in shown.items() if text}}
        elif field == "aliases":
            found[field] = [
                line.strip() for line in (form.aliases.data or "").splitlines() if line.strip()
            ]
        elif field == "parent_id":
            found[field] = int(form.parent_id.data) if form.parent_id.data else None
        else:
            found[field] = form[field].data
    return found


@lru_cache(maxsize=32)
def _form_class(kind: str, fields: tuple[str, ...], languages: tuple[str, ...]) -> type[Form]:
    made: dict[str, Any] = {"version": HiddenField()}
    for field in fields:
        if field in ("names", "plurals"):
            for code in languages:
                made[f"{field}_{code}"] = _label(field, code)
        else:
            made[field] = _OTHERS[field]()
    return type(f"{kind.title()}Form", (Form,), made)


def _label(field: str, code: str) -> Field:
    words = {"names": _name_in, "plurals": _plural_in}[field](OWN_NAMES.get(code, code))
    needed = InputRequired(_give_wording()) if code == "en" else Optional()
    return StringField(words, validators=[needed, Length(max=LONGEST_LABEL)])


def _name_in(language: str) -> Any:
    return lazy_gettext("Name in %(language)s", language=language)


def _plural_in(language: str) -> Any:
    return lazy_gettext("Name of several in %(language)s", language=language)


def _give_wording() -> Any:
    return lazy_gettext("Give the English wording; other languages fall back to it.")


_OTHERS: Mapping[str, Any] = {
    "aliases": lambda: TextAreaField(
        lazy_gettext("Also known as"),
        description=lazy_gettext("One spelling on a line. Search and imports understand them all."),
        validators=[Optional(), Length(max=20_000)],
        render_kw={"rows": 5},
    ),
    "position": lambda: IntegerField(
        lazy_gettext("Position in the list"), validators=[Optional(), NumberRange(0, 10_000)]
    ),
    "minimum": lambda: IntegerField(
        lazy_gettext("An organisation needs at least"),
        validators=[InputRequired(), NumberRange(0, 100)],
    ),
    "maximum": lambda: IntegerField(
        lazy_gettext("An organisation has at most"),
        description=lazy_gettext("Leave it empty for any number."),
        validators=[Optional(), NumberRange(0, 100)],
    ),
    "shape": lambda: SelectField(
        lazy_gettext("Shape"), choices=[SelectChoice(one) for one in SHAPES]
    ),
    "parent_id": lambda: SelectField(
        lazy_gettext("Stands under"), validate_choice=True, choices=[]
    ),
    "wording_note": lambda: TextAreaField(
        lazy_gettext("Note on policy"),
        description=lazy_gettext(
            "Why this wording was chosen, for colleagues who are asked about it."
        ),
        validators=[Optional(), Length(max=LONGEST_NOTE)],
        render_kw={"rows": 4},
    ),
}

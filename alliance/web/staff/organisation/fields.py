"""The kinds of form fields that organisations need, each saying in words what it wants."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from alliance.web.languages import gettext
from alliance.web.public.wording import name_kind
from alliance.web.staff.organisation.choices import (
    countries,
    precisions,
    schemes,
)

MOST_ENTRIES = 400
_LONGEST_INDEX = 4
_NAME_KINDS = ("short", "acronym", "former", "translation", "latin", "trading")
OPTIONAL = (Optional(strip_whitespace=False),)


class Text(StringField):
    """A line of text; what is wrong with it is for the rules to say."""


class Lines(TextAreaField):
    """Text of several lines, whose ends are as they are stored and not as browsers send them."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take what was typed."""
        if valuelist:
            self.data = valuelist[0].replace("\r\n", "\n").replace("\r", "\n")


class Choice(SelectField):
    """One of a closed list, which the rules check: an entry retired since may stay as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the choices later, or a function that gives them in the reader's language."""
        super().__init__(*args, validate_choice=False, **{"choices": (), **kwargs})


class Choices(SelectMultipleField):
    """Several of a closed list, each with a box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the choices later."""
        super().__init__(*args, validate_choice=False, **{"choices": (), **kwargs})


class Day(DateField):
    """A day; what is none stays as it was typed, which only a plain box can show."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take a day as YYYY-MM-DD."""
        typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError:
            self.widget = TextInput()
            raise ValueError(
                gettext("“%(day)s” is no day; give it like 2024-06-03.", day=typed[:40])
            ) from None


class Entries(FieldList):
    """Fields that come several times, numbered by short ASCII numbers only."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the field that is repeated."""
        super().__init__(*args, max_entries=MOST_ENTRIES, **kwargs)

    def _extract_indices(self, prefix: str, formdata: Iterable[str]) -> Iterator[int]:
        start = f"{prefix}-"
        for name in formdata:
            number = name.removeprefix(start).partition("-")[0] if name.startswith(start) else ""
            if number.isascii() and number.isdigit() and len(number) <= _LONGEST_INDEX:
                yield int(number)


class Entry(Form):
    """One of several; its labels are in the reader's language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As any form, with labels and choices."""
        super().__init__(*args, **kwargs)
        for name, text in self.labels().items():
            self[name].label.text = text

    def labels(self) -> dict[str, str]:
        """What each field is called."""
        return {}


class NameEntry(Entry):
    """A further name."""

    kind = Choice(choices=lambda: [(kind, name_kind(kind)) for kind in _NAME_KINDS])
    text = Text(render_kw={"maxlength": 300})
    language = Text(validators=OPTIONAL, render_kw={"dir": "ltr", "size": 6})
    valid_from = Day(validators=OPTIONAL)
    valid_until = Day(validators=OPTIONAL)

    def labels(self) -> dict[str, str]:
        """What each field is called."""
        return {
            "kind": gettext("What it is"),
            "text": gettext("Name"),
            "language": gettext("Language, as a code"),
            "valid_from": gettext("In use from"),
            "valid_until": gettext("Until"),
        }


class IdentifierEntry(Entry):
    """An entry of a public register."""

    scheme = Choice(choices=lambda: schemes())
    value = Text(render_kw={"dir": "ltr"})

    def labels(self) -> dict[str, str]:
        """What each field is called."""
        return {"scheme": gettext("Register"), "value": gettext("Number")}


class DomainEntry(Entry):
    """A web domain."""

    domain = Text(render_kw={"dir": "ltr"})
    includes_subdomains = BooleanField()
    is_verified = BooleanField()

    def labels(self) -> dict[str, str]:
        """What each field is called."""
        return {
            "domain": gettext("Web domain"),
            "includes_subdomains": gettext("Its sub-domains too"),
            "is_verified": gettext("Verified by staff"),
        }


class MembershipEntry(Entry):
    """One stretch of membership."""

    joined_on = Day()
    precision = Choice(choices=lambda: precisions())
    is_at_latest = BooleanField()
    ended_on = Day(validators=OPTIONAL)
    end_reason = Text(validators=OPTIONAL)

    def labels(self) -> dict[str, str]:
        """What each field is called."""
        return {
            "joined_on": gettext("Member from"),
            "precision": gettext("Known to the"),
            "is_at_latest": gettext("At the latest; maybe earlier"),
            "ended_on": gettext("First day without it"),
            "end_reason": gettext("Why it ended"),
        }


def repeated(entry: type[Entry]) -> Any:
    """A field for any number of such entries."""
    return Entries(FormField(entry))


def repeated_countries() -> Any:
    """A field for any number of countries."""
    return Entries(Choice(choices=lambda: [("", gettext("Choose")), *countries()]))

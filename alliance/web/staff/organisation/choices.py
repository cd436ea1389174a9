"""What the closed lists offer, in the reader's language: pairs of value and word."""

from alliance.core.text import sort_key
from alliance.directory.rules.records import Precision, Visibility
from alliance.directory.rules.reference import label_of
from alliance.web.languages import gettext, language
from alliance.web.public.context import directory_state, labels

Choice = tuple[str, str]


def countries() -> list[Choice]:
    """All countries by name."""
    return list(labels(directory_state(), language()).countries.items())


def categories() -> list[Choice]:
    """Kinds of members."""
    known = labels(directory_state(), language()).categories
    return [(code, name) for code, (name, _, _) in known.items()]


def body_kinds() -> list[Choice]:
    """Kinds of bodies, each with the kind of member that it belongs to."""
    code, known = language(), directory_state().reference
    return [
        (
            one.code,
            gettext(
                "%(kind)s (%(category)s)",
                kind=label_of(one.names, code),
                category=label_of(known.categories[one.category].names, code),
            ),
        )
        for one in known.body_kinds.values()
    ]


def sectors(held: frozenset[int] = frozenset()) -> list[Choice]:
    """Sectors by name; retired ones only where they are held."""
    code = language()
    found = [
        (str(one.id), label_of(one.names, code))
        for one in directory_state().reference.sectors.values()
        if one.retired_on is None or one.id in held
    ]
    return sorted(found, key=lambda pair: sort_key(pair[1]))


def schemes() -> list[Choice]:
    """Public registers."""
    known = labels(directory_state(), language()).schemes
    return [(code, name) for code, (name, _) in known.items()]


def precisions() -> list[Choice]:
    """How exactly a first day is known."""
    return [
        (Precision.DAY.value, gettext("day")),
        (Precision.MONTH.value, gettext("month")),
        (Precision.YEAR.value, gettext("year")),
    ]


def levels(*, with_public: bool) -> list[Choice]:
    """Who may see a field."""
    found = [
        (Visibility.PORTAL.value, gettext("Members and the secretariat")),
        (Visibility.SECRETARIAT.value, gettext("The secretariat only")),
    ]
    return [(Visibility.PUBLIC.value, gettext("Everybody")), *found] if with_public else found

"""The list of organisations as it is offered: its filters, columns and orders, and their words."""

from collections.abc import Mapping, Sequence
from typing import Final

from alliance.accounts.permissions import Permission
from alliance.core.text import sort_key
from alliance.directory.queries.desk.lists import SORTS
from alliance.directory.queries.snapshots import DirectoryState
from alliance.directory.rules.desk_facets import DELETED, NONE
from alliance.web.languages import gettext
from alliance.web.public.context import labels, once_a_version
from alliance.web.staff.table.spec import Column, Facet, ListSpec
from alliance.web.staff.values import language_name

_P = Permission
PATH: Final = "/staff/organisations"

SPEC: Final = ListSpec(
    area="organisations",
    path=PATH,
    facets=(
        Facet("category", lambda: gettext("Kind")),
        Facet("status", lambda: gettext("Membership")),
        Facet("country", lambda: gettext("Country")),
        Facet("region", lambda: gettext("Region")),
        Facet("sector", lambda: gettext("Sector")),
        Facet("contact", lambda: gettext("Primary contact")),
        Facet("listed", lambda: gettext("Public directory"), shown=9),
        Facet("missing", lambda: gettext("Missing"), shown=8),
        Facet("body_kind", lambda: gettext("Kind of body")),
        Facet("language", lambda: gettext("Language")),
        Facet("joined", lambda: gettext("Joined in")),
        Facet("state", lambda: gettext("Record"), hidden={DELETED: _P.REMOVE_RECORDS}),
    ),
    columns=(
        Column("category", lambda: gettext("Kind"), "category"),
        Column("country", lambda: gettext("Country"), "country"),
        Column("sectors", lambda: gettext("Sectors")),
        Column("status", lambda: gettext("Membership"), "status"),
        Column("since", lambda: gettext("Since"), "joined"),
        Column("contact", lambda: gettext("Primary contact"), "contact"),
        Column("changed", lambda: gettext("Last changed"), "changed"),
        Column("listed", lambda: gettext("Public directory"), "listed"),
        Column("body_kind", lambda: gettext("Kind of body"), "body_kind"),
        Column("city", lambda: gettext("City")),
        Column("language", lambda: gettext("Language"), "language"),
        Column("website", lambda: gettext("Website")),
        Column("domains", lambda: gettext("Web domains")),
    ),
    first_columns=("category", "country", "sectors", "status", "since", "contact", "changed"),
    sorts=("name", *(one for one in SORTS if one != "name")),
    latest_first=frozenset({"joined", "changed"}),
)


def status_words() -> dict[str, str]:
    """What each state of membership is called."""
    return {
        "member": gettext("Member"),
        "later": gettext("Joins later"),
        "former": gettext("Former member"),
        "never": gettext("Never a member"),
    }


def contact_words() -> dict[str, str]:
    """How an organisation is reached."""
    return {
        "reachable": gettext("Reachable"),
        "unreachable": gettext("Cannot be reached"),
        "vacant": gettext("Nobody named"),
    }


def listed_words() -> dict[str, str]:
    """Whether the public sees an organisation, or why not, in a few words."""
    return {
        "listed": gettext("Listed"),
        "hidden": gettext("Kept from the public"),
        "never": gettext("Not listed: never a member"),
        "later": gettext("Not listed yet: joins later"),
        "former": gettext("Not listed: membership ended"),
        "dissolved": gettext("Not listed: dissolved"),
        "archived": gettext("Not listed: archived"),
        "merged": gettext("Not listed: merged"),
        "deleted": gettext("Not listed: deleted"),
    }


def listed_sentence(reason: str) -> str:
    """Why the public sees an organisation or does not, as a sentence that says what to do."""
    words = {
        "listed": gettext("Everybody sees it in the public directory, because it is a member."),
        "hidden": gettext(
            "It is kept out of the public directory by a choice on its record; edit “Shown to the"
            " public” to change that."
        ),
        "never": gettext("It is not in the public directory, because it has never been a member."),
        "later": gettext("It enters the public directory on the day its membership begins."),
        "former": gettext("It left the public directory when its membership ended."),
        "dissolved": gettext("It left the public directory when it was dissolved."),
        "archived": gettext("It is not in the public directory, because it was archived."),
        "merged": gettext("It is not in the public directory; its record was merged into another."),
        "deleted": gettext("It is not in the public directory, because it was deleted."),
    }
    return words.get(reason, "")


def facet_labels(
    state: DirectoryState, values: Mapping[str, Sequence[str]], code: str
) -> dict[str, Mapping[str, str]]:
    """The words of each facet's values, in the order in which they stand.

    values: the values that there are, for facets whose values are no closed list.
    """
    made = once_a_version(state, "desk_labels", code, lambda: _facet_labels(state, code))
    languages = {one: language_name(one) for one in values["language"] if one != NONE}
    return {
        **made,
        "joined": {year: year for year in values["joined"]},
        "language": {
            **dict(sorted(languages.items(), key=lambda item: sort_key(item[1]))),
            NONE: gettext("none given"),
        },
    }


def _facet_labels(state: DirectoryState, code: str) -> dict[str, Mapping[str, str]]:
    known = labels(state, code)
    none = {NONE: gettext("none given")}
    return {
        "category": {key: name for key, (name, _, _) in known.categories.items()},
        "body_kind": {**known.body_kinds, **none},
        "country": {**known.countries, **none},
        "region": {
            term.slug: known.regions[term.slug]
            for term in sorted(
                state.reference.regions.values(), key=lambda term: term.parent is not None
            )
        },
        "sector": {**known.sectors, **none},
        "status": status_words(),
        "contact": contact_words(),
        "listed": listed_words(),
        "missing": missing_words(),
        "state": state_words(),
    }


def missing_words() -> dict[str, str]:
    """What a record may lack."""
    return {
        "website": gettext("No website"),
        "description": gettext("No description"),
        "country": gettext("No country"),
        "sector": gettext("No sector"),
        "language": gettext("No language of the name"),
        "identifier": gettext("No register entry"),
        "domain": gettext("No web domain"),
        "contact": gettext("No reachable primary contact"),
    }


def state_words() -> dict[str, str]:
    """What has become of a record."""
    return {
        "current": gettext("In use"),
        "archived": gettext("Archived"),
        "merged": gettext("Merged into another"),
        "deleted": gettext("Deleted"),
    }

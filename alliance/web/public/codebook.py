"""What each column of the open data means, in words."""

from collections.abc import Mapping

from alliance.web.languages import gettext


def explained() -> Mapping[str, tuple[str, str]]:
    """For each column what it holds and an example."""
    listed = gettext("In CSV separated by “; ”.")
    return {
        "id": (gettext("Number of the organisation, which never changes; also in the API."), "17"),
        "slug": (gettext("Last part of the address of its page."), "ethiopia"),
        "name": (gettext("Official name in its own script."), "Côte d’Ivoire"),
        "name_language": (gettext("Language of the name (BCP 47), where known."), "fr"),
        "category": (gettext("Kind of member; see the list below."), "government"),
        "body_kind": (gettext("Kind of body within its category; see the list below."), "ministry"),
        "country": (gettext("Home country: ISO 3166-1 alpha-2, or XK for Kosovo."), "ET"),
        "country_name": (gettext("Name of the home country in English."), "Ethiopia"),
        "countries": (_and(gettext("Countries in which it works, as codes."), listed), "KE; UG"),
        "city": (gettext("City of its seat."), "Addis Ababa"),
        "website": (gettext("Web address."), "https://example.org"),
        "description": (gettext("What it does, in a sentence or two."), "Runs a helpline."),
        "sectors": (_and(gettext("Sectors; see the list below."), listed), "child-helplines"),
        "acronym": (gettext("Its acronym, where it has one."), "IWF"),
        "other_names": (
            _and(gettext("Further names. In JSON each with its kind and language."), listed),
            "IWF; Internet Watch",
        ),
        "member_since": (
            gettext(
                "First day of the membership that covers the day of the file, as exact as it is"
                " known: a day, a month or a year."
            ),
            "2012-12-05",
        ),
        "member_since_precision": (gettext("How exact that is: day, month or year."), "day"),
        "member_since_at_latest": (
            gettext("Whether it may have joined earlier. In CSV yes or no."),
            "no",
        ),
        "address": (gettext("Address of its page."), "https://…/members/ethiopia"),
    }


def _and(one: str, other: str) -> str:
    """Two whole sentences, one after the other."""
    return f"{one} {other}"

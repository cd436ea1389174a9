"""What fields and steps of an import are called, in the reader's language."""

from collections.abc import Mapping

from alliance.imports.fields import FIELDS, Subject
from alliance.web.languages import gettext


def field_options(
    subject: Subject, schemes: Mapping[str, str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a column may mean, in groups: (title, options), an option being (value, label).

    schemes: the names of the registers by their codes.
    """
    told = _labels()
    groups = []
    for each, title in (
        (Subject.ORGANISATION, gettext("Organisation")),
        (Subject.CONTACT, gettext("Person")),
    ):
        if subject is Subject.CONTACT and each is not subject:
            continue
        options = [(name, told[name]) for name, spec in FIELDS.items() if spec.subject is each]
        if each is Subject.ORGANISATION:
            options = [one for one in options if one[0] not in ("identifier", "translation")]
            options += [
                (f"identifier:{code}", gettext("Register number: %(name)s", name=name))
                for code, name in schemes.items()
            ]
        groups.append((title, options))
    return groups


def value_of(entry: Mapping[str, str] | None) -> str:
    """The option that stands for what a column means now."""
    if not entry:
        return ""
    detail = entry.get("detail")
    return f"{entry['field']}:{detail}" if detail else entry["field"]


def option_label(value: str) -> str:
    """What an option that is not offered to all columns is called, such as a name in French."""
    name, _, detail = value.partition(":")
    label = _labels().get(name, name)
    return f"{label} ({detail})" if detail else label


def origin_words(origin: str) -> str:
    """From where the meaning of the columns is known."""
    return {
        "guessed": gettext("Recognised by their headings."),
        "remembered": gettext("As in an earlier import of such a file."),
        "known file": gettext("Recognised as a file of this kind."),
        "mapping file": gettext("As you said."),
    }.get(origin, "")


def step_words(step: str) -> str:
    """What is being done."""
    return {
        "Beginning": gettext("Beginning"),
        "Waiting for another import to end": gettext("Waiting for another import to end"),
        "Reading the files": gettext("Reading the files"),
        "Comparing organisations": gettext("Comparing organisations"),
        "Comparing contacts": gettext("Comparing contacts"),
        "Keeping what was found": gettext("Keeping what was found"),
        "Storing organisations": gettext("Storing organisations"),
        "Storing contacts": gettext("Storing contacts"),
        "Keeping the report": gettext("Keeping the report"),
    }.get(step, step)


def _labels() -> Mapping[str, str]:
    return {**_organisation(), **_membership(), **_contact()}


def _organisation() -> Mapping[str, str]:
    return {
        "id": gettext("Number in the directory"),
        "slug": gettext("Address in the directory"),
        "reference": gettext("Reference within the file"),
        "name": gettext("Name"),
        "legal_name": gettext("Legal name"),
        "acronym": gettext("Acronym"),
        "short_name": gettext("Short name"),
        "former_name": gettext("Former name"),
        "latin_name": gettext("Name in Latin letters"),
        "trading_name": gettext("Trading name"),
        "translation": gettext("Name in another language"),
        "translations": gettext("Names in other languages"),
        "category": gettext("Category"),
        "body_kind": gettext("Kind of body"),
        "language": gettext("Language"),
        "country": gettext("Country"),
        "countries": gettext("Countries of operation"),
        "city": gettext("City"),
        "postcode": gettext("Postcode"),
        "street": gettext("Street"),
        "website": gettext("Website"),
        "email": gettext("E-mail address"),
        "phone": gettext("Telephone"),
        "description": gettext("Description"),
        "sectors": gettext("Sectors"),
        "identifier": gettext("Register number"),
        "identifiers": gettext("Register numbers"),
        "notes": gettext("Staff notes"),
        "source": gettext("Source"),
        "parent": gettext("Stands under"),
    }


def _membership() -> Mapping[str, str]:
    return {
        "joined_on": gettext("Member since"),
        "seen_on": gettext("Seen as a member on"),
        "is_at_latest": gettext("Joined at the latest"),
        "ended_on": gettext("Member until"),
        "end_reason": gettext("Reason for leaving"),
        "dissolved_on": gettext("Dissolved on"),
        "is_listed": gettext("Shown to the public"),
    }


def _contact() -> Mapping[str, str]:
    return {
        "contact_id": gettext("Number of the contact in the directory"),
        "contact_reference": gettext("Reference of the contact"),
        "organisation_reference": gettext("Reference of the organisation"),
        "organisation_name": gettext("Name of the organisation"),
        "contact_name": gettext("Name of the person"),
        "first_name": gettext("First name"),
        "last_name": gettext("Last name"),
        "contact_latin_name": gettext("Person’s name in Latin letters"),
        "contact_email": gettext("Person’s e-mail address"),
        "contact_phone": gettext("Person’s telephone"),
        "contact_emails": gettext("Person’s e-mail addresses"),
        "contact_phones": gettext("Person’s telephones"),
        "contact_language": gettext("Person’s language"),
        "time_zone": gettext("Time zone"),
        "job_title": gettext("Job title"),
        "role": gettext("Role"),
        "started_on": gettext("In the role since"),
        "left_on": gettext("In the role until"),
        "is_primary": gettext("Primary contact"),
        "contact_notes": gettext("Staff notes on the person"),
    }

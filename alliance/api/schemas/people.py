"""Contacts and affiliations: people, and who works where in which role."""

from marshmallow import fields, validate

from alliance.api.schemas.common import Strict
from alliance.api.schemas.fields import chosen, listed, number, on_day, optional_text, reason, text
from alliance.api.schemas.queries import TYPED, Day, after_of, choice, limit_of
from alliance.api.schemas.records import record_id, state
from alliance.directory.rules.contacts import MOST_ADDRESSES
from alliance.directory.rules.records import AddressState


class ContactAddress(Strict):
    """An e-mail address; the first one is written to."""

    email = text("The address.", "wanjiru@aqua.example", longest=254, required=True)
    state = chosen(
        "What is known of it; an address that is new is unverified.",
        "unverified",
        [one.value for one in AddressState],
    )


class _Contact(Strict):
    """What may be written of a contact."""

    name = text("The name in its own script.", "Wanjiru Maina", longest=200)
    latin_name = optional_text("The name in Latin letters.", "Wanjiru Maina", longest=200)
    sort_name = optional_text("The form by which it is sorted.", "Maina, Wanjiru", longest=200)
    language = optional_text("The language to write in.", "en", longest=40)
    time_zone = optional_text("The time zone.", "Africa/Nairobi", longest=60)
    addresses = fields.List(
        fields.Nested(ContactAddress),
        allow_none=True,
        validate=validate.Length(max=MOST_ADDRESSES),
        metadata={"description": "E-mail addresses. Sent, they replace all that were there."},
    )
    phones = fields.List(
        fields.String(validate=[validate.Length(max=60), validate.Regexp(TYPED)]),
        allow_none=True,
        validate=validate.Length(max=MOST_ADDRESSES),
        metadata={
            "description": "Telephone numbers. Sent, they replace all that were there.",
            "example": ["+254 20 1234567"],
        },
    )


class ContactChanges(_Contact):
    """Fields to change; what is left out stays, and null takes away what is there."""

    reason = reason()


class NewContact(_Contact):
    """A new contact."""

    name = text("The name in its own script.", "Wanjiru Maina", longest=200, required=True)
    reason = reason()


class Contact(_Contact):
    """A contact. A field that is empty is left out."""

    id = number("The number of the contact, which never changes.", required=True)
    version = text("Changes whenever the record does.", "6b86b273ff34fce19d6b", longest=40,
                   required=True)  # fmt: skip
    archived_on = on_day("The day on which it was put away.", "2024-06-30")
    delete_on = on_day("Deleted: the day on which it is gone for good.", "2024-07-30")


class ContactPage(Strict):
    """One page of contacts."""

    items = listed(fields.Nested(Contact), "The contacts of this page, by `id`.", required=True)
    next = number(
        "The value of `after` that leads to the next page; null on the last page.",
        required=True,
        allow_none=True,
    )


class ContactQuery(Strict):
    """Which contacts are wanted."""

    state = state()
    organisation = record_id("Only those who work, worked or will work for this organisation.")
    limit = limit_of("contacts")
    after = after_of("contacts")


class Affiliation(Strict):
    """A contact working for an organisation. A field that is empty is left out."""

    id = number("The number of the affiliation, which never changes.", required=True)
    version = text("Changes whenever the record does.", "6b86b273ff34fce19d6b", longest=40,
                   required=True)  # fmt: skip
    contact_id = number("The contact.", required=True)
    organisation_id = number("The organisation.", required=True)
    role = text("The role, by code.", "primary_contact", longest=60, required=True)
    job_title = text("What it says on the door.", "Director", longest=200)
    started_on = on_day("The first day; absent when it is not known.", "2024-06-30")
    ended_on = on_day("The first day without it; absent while it runs.", "2025-01-01")


class AffiliationPage(Strict):
    """One page of affiliations."""

    items = listed(
        fields.Nested(Affiliation), "The affiliations of this page, by `id`.", required=True
    )
    next = number(
        "The value of `after` that leads to the next page; null on the last page.",
        required=True,
        allow_none=True,
    )


class AffiliationQuery(Strict):
    """Which affiliations are wanted."""

    organisation = record_id("Only those at this organisation.")
    contact = record_id("Only those of this contact.")
    role = choice("Only in this role, by code.", "primary_contact")
    active_on = Day(
        metadata={
            "description": "Only those that run on this day; past and future ones too without it.",
            "example": "2024-06-30",
        }
    )
    limit = limit_of("affiliations")
    after = after_of("affiliations")


class NewAffiliation(Strict):
    """A contact takes a role in an organisation."""

    contact_id = number("The contact.", required=True)
    organisation_id = number("The organisation.", required=True)
    role = text("The role, by code.", "primary_contact", longest=60, required=True)
    on = on_day("The first day; today when left out.", "2024-06-30")
    job_title = optional_text("What it says on the door.", "Director", longest=200)
    reason = reason()


class AffiliationChanges(Strict):
    """Fields to change; what is left out stays, and null takes away what is there."""

    job_title = optional_text("What it says on the door.", "Director", longest=200)
    started_on = on_day("The first day.", "2024-06-30", allow_none=True)
    ended_on = on_day("The first day without it.", "2025-01-01", allow_none=True)
    reason = reason()


class Move(Strict):
    """A contact leaves one organisation for another."""

    from_id = number("The organisation that is left.", required=True)
    to_id = number("The organisation that is joined.", 18, required=True)
    role = text("The role there, by code.", "primary_contact", longest=60, required=True)
    on = on_day("The day of the change; today when left out.", "2024-06-30")
    job_title = optional_text("What it says on the door there.", "Director", longest=200)
    reason = reason()


class Leave(Strict):
    """A contact leaves an organisation."""

    organisation_id = number("The organisation that is left.", required=True)
    on = on_day("The first day without it; today when left out.", "2024-06-30")
    reason = reason()


class AffiliationList(Strict):
    """The affiliations that were changed or made."""

    items = listed(fields.Nested(Affiliation), "The affiliations, by `id`.", required=True)

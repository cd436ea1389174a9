"""What fields and kinds of records are called, in the reader's language: one table for all."""

from collections.abc import Mapping

from alliance.web.languages import gettext, language

_Table = Mapping[str, str]
_made: dict[str, Mapping[str, _Table]] = {}


def field_label(subject_kind: str, field: str) -> str:
    """A field's name as people say it, e.g. “Country” for `country` of an organisation.

    What the table does not know is told by its own words.
    """
    tables = _tables()
    found = tables.get(subject_kind, {}).get(field) or tables["any"].get(field)
    return found or field.replace("_", " ").capitalize()


def subject_label(subject_kind: str) -> str:
    """What a kind of record is called, e.g. “Organisation”."""
    return _tables()["subjects"].get(subject_kind) or subject_kind.replace("_", " ").capitalize()


def known_fields(subject_kind: str) -> tuple[str, ...]:
    """The fields that have a name of their own for this kind of record, in the table's order."""
    return tuple(_tables().get(subject_kind, {}))


def _tables() -> Mapping[str, _Table]:
    """The tables in the language of this request, made once for each language."""
    code = language()
    if code not in _made:
        _made[code] = {
            "any": _any(),
            "subjects": _subjects(),
            "organisation": {**_organisation(), **_organisation_parts()},
            "contact": _contact(),
            "affiliation": _affiliation(),
            "account": _account(),
            "sector": _listed(),
            "category": _listed(),
            "country": _listed(),
            "body_kind": _listed(),
            "role": _listed(),
            "settings": _settings(),
        }
    return _made[code]


def _subjects() -> _Table:
    return {
        "organisation": gettext("Organisation"),
        "contact": gettext("Contact"),
        "affiliation": gettext("Affiliation"),
        "note": gettext("Note"),
        "account": gettext("Account"),
        "session": gettext("Session"),
        "token": gettext("Token"),
        "import": gettext("Import"),
        "export": gettext("Export"),
        "change_set": gettext("Change set"),
        "saved_view": gettext("Saved view"),
        "sector": gettext("Sector"),
        "body_kind": gettext("Kind of body"),
        "role": gettext("Role"),
        "category": gettext("Category"),
        "country": gettext("Country"),
        "region": gettext("Region"),
        "settings": gettext("Settings"),
        "setting": gettext("Setting"),
        "history": gettext("History"),
    }


def _any() -> _Table:
    return {
        "name": gettext("Name"),
        "names": gettext("Names"),
        "notes": gettext("Notes"),
        "text": gettext("Text"),
        "language": gettext("Language"),
        "languages": gettext("Languages"),
        "time_zone": gettext("Time zone"),
        "email": gettext("E-mail address"),
        "archived_on": gettext("Archived on"),
        "delete_on": gettext("Deleted for good on"),
        "permission": gettext("Permission"),
        "path": gettext("Address"),
        "role": gettext("Role"),
        "factor": gettext("Second factor"),
        "second_factor": gettext("Second factor"),
        "query": gettext("Filters"),
        "count": gettext("Number"),
        "title": gettext("Title"),
        "filters": gettext("Filters"),
        "format": gettext("Format"),
        "scope": gettext("Scope"),
        "scopes": gettext("Scopes"),
        "expires_at": gettext("Expires"),
        "revoked_at": gettext("Revoked"),
        "undone_at": gettext("Undone"),
        "value": gettext("Value"),
        "head": gettext("End of the chain"),
    }


def _organisation() -> _Table:
    return {
        "name": gettext("Name"),
        "names": gettext("Other names"),
        "language": gettext("Language of the name"),
        "slug": gettext("Address of the page"),
        "former_slugs": gettext("Former addresses of the page"),
        "category": gettext("Kind of member"),
        "body_kind": gettext("Kind of body"),
        "country": gettext("Home country"),
        "countries": gettext("Countries of work"),
        "city": gettext("City"),
        "postcode": gettext("Postcode"),
        "street": gettext("Street"),
        "email": gettext("E-mail address"),
        "phone": gettext("Telephone"),
        "website": gettext("Website"),
        "description": gettext("Description"),
        "sectors": gettext("Sectors"),
    }


def _organisation_parts() -> _Table:
    return {
        "identifiers": gettext("Register entries"),
        "domains": gettext("Web domains"),
        "memberships": gettext("Membership"),
        "parent_id": gettext("Stands under"),
        "merged_into_id": gettext("Merged into"),
        "dissolved_on": gettext("Dissolved on"),
        "logo": gettext("Logo"),
        "is_listed": gettext("Shown to the public"),
        "visibility": gettext("Who sees which field"),
        "notes": gettext("Staff notes"),
        "source": gettext("Source"),
    }


def _contact() -> _Table:
    return {
        "name": gettext("Name"),
        "latin_name": gettext("Name in Latin letters"),
        "sort_name": gettext("Name for sorting"),
        "language": gettext("Language"),
        "time_zone": gettext("Time zone"),
        "addresses": gettext("E-mail addresses"),
        "phones": gettext("Telephones"),
        "notes": gettext("Staff notes"),
    }


def _affiliation() -> _Table:
    return {
        "contact_id": gettext("Contact"),
        "organisation_id": gettext("Organisation"),
        "role": gettext("Role"),
        "job_title": gettext("Job title"),
        "started_on": gettext("From"),
        "ended_on": gettext("Until"),
    }


def _account() -> _Table:
    return {
        "name": gettext("Name"),
        "email": gettext("E-mail address"),
        "role": gettext("Role"),
        "language": gettext("Language"),
        "time_zone": gettext("Time zone"),
        "suspended_at": gettext("Suspended"),
        "closed_at": gettext("Closed"),
    }


def _listed() -> _Table:
    return {
        "names": gettext("Wording"),
        "plurals": gettext("Wording of the plural"),
        "aliases": gettext("Also known as"),
        "slug": gettext("Address of the page"),
        "parent_id": gettext("Stands under"),
        "position": gettext("Position"),
        "retired_on": gettext("Retired on"),
        "shape": gettext("Shape"),
        "wording_note": gettext("Note on policy"),
        "minimum": gettext("At least"),
        "maximum": gettext("At most"),
        "region_code": gettext("Region"),
    }


def _settings() -> _Table:
    return {
        "names": gettext("Name of the alliance"),
        "mark": gettext("Mark"),
        "contact_address": gettext("Contact address"),
        "time_zone": gettext("Time zone"),
        "languages": gettext("Languages"),
        "licence": gettext("Licence"),
        "licence_url": gettext("Address of the licence"),
    }

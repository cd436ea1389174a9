"""What a column of a file may mean, and the headings by which it is known.

Headings are compared without case, accents and punctuation; `organization` counts as
`organisation`.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

_NOT_WORD = re.compile(r"[\W_]+")


class Subject(StrEnum):
    """What a row of a file describes."""

    ORGANISATION = "organisation"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a subject. `is_many`: several columns may give it, and their values are joined."""

    name: str
    subject: Subject
    label: str
    is_many: bool = False


def folded_heading(text: str) -> str:
    """The key under which a heading is looked up."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    words = _NOT_WORD.sub(" ", bare).replace("organiz", "organis").split()
    return " ".join(words)


_ORGANISATION = Subject.ORGANISATION
_CONTACT = Subject.CONTACT
_SPECS = (
    FieldSpec("id", _ORGANISATION, "number in the directory"),
    FieldSpec("slug", _ORGANISATION, "address in the directory"),
    FieldSpec("reference", _ORGANISATION, "reference within the file"),
    FieldSpec("name", _ORGANISATION, "name"),
    FieldSpec("legal_name", _ORGANISATION, "legal name"),
    FieldSpec("acronym", _ORGANISATION, "acronym", is_many=True),
    FieldSpec("short_name", _ORGANISATION, "short name", is_many=True),
    FieldSpec("former_name", _ORGANISATION, "former name", is_many=True),
    FieldSpec("latin_name", _ORGANISATION, "name in Latin letters", is_many=True),
    FieldSpec("trading_name", _ORGANISATION, "trading name", is_many=True),
    FieldSpec("translation", _ORGANISATION, "name in another language", is_many=True),
    FieldSpec("translations", _ORGANISATION, "names in other languages", is_many=True),
    FieldSpec("category", _ORGANISATION, "category"),
    FieldSpec("body_kind", _ORGANISATION, "kind of body"),
    FieldSpec("language", _ORGANISATION, "language"),
    FieldSpec("country", _ORGANISATION, "country"),
    FieldSpec("countries", _ORGANISATION, "countries of operation", is_many=True),
    FieldSpec("city", _ORGANISATION, "city"),
    FieldSpec("postcode", _ORGANISATION, "postcode"),
    FieldSpec("street", _ORGANISATION, "street"),
    FieldSpec("website", _ORGANISATION, "website"),
    FieldSpec("email", _ORGANISATION, "e-mail"),
    FieldSpec("phone", _ORGANISATION, "telephone"),
    FieldSpec("description", _ORGANISATION, "description"),
    FieldSpec("sectors", _ORGANISATION, "sectors", is_many=True),
    FieldSpec("identifier", _ORGANISATION, "register number", is_many=True),
    FieldSpec("identifiers", _ORGANISATION, "register numbers", is_many=True),
    FieldSpec("joined_on", _ORGANISATION, "member since"),
    FieldSpec("seen_on", _ORGANISATION, "seen as a member on"),
    FieldSpec("is_at_latest", _ORGANISATION, "joined at the latest"),
    FieldSpec("ended_on", _ORGANISATION, "member until"),
    FieldSpec("end_reason", _ORGANISATION, "reason for leaving"),
    FieldSpec("dissolved_on", _ORGANISATION, "dissolved on"),
    FieldSpec("is_listed", _ORGANISATION, "listed in public"),
    FieldSpec("notes", _ORGANISATION, "notes", is_many=True),
    FieldSpec("source", _ORGANISATION, "source"),
    FieldSpec("parent", _ORGANISATION, "parent body"),
    FieldSpec("contact_id", _CONTACT, "number of the contact in the directory"),
    FieldSpec("contact_reference", _CONTACT, "reference of the contact"),
    FieldSpec("organisation_reference", _CONTACT, "reference of the organisation"),
    FieldSpec("organisation_name", _CONTACT, "name of the organisation"),
    FieldSpec("contact_name", _CONTACT, "name"),
    FieldSpec("first_name", _CONTACT, "first name"),
    FieldSpec("last_name", _CONTACT, "last name"),
    FieldSpec("contact_latin_name", _CONTACT, "name in Latin letters"),
    FieldSpec("contact_email", _CONTACT, "e-mail", is_many=True),
    FieldSpec("contact_phone", _CONTACT, "telephone", is_many=True),
    FieldSpec("contact_emails", _CONTACT, "e-mail addresses", is_many=True),
    FieldSpec("contact_phones", _CONTACT, "telephones", is_many=True),
    FieldSpec("contact_language", _CONTACT, "language"),
    FieldSpec("time_zone", _CONTACT, "time zone"),
    FieldSpec("job_title", _CONTACT, "job title"),
    FieldSpec("role", _CONTACT, "role"),
    FieldSpec("started_on", _CONTACT, "in the role since"),
    FieldSpec("left_on", _CONTACT, "in the role until"),
    FieldSpec("is_primary", _CONTACT, "primary contact"),
    FieldSpec("contact_notes", _CONTACT, "notes", is_many=True),
)
FIELDS: Mapping[str, FieldSpec] = MappingProxyType({spec.name: spec for spec in _SPECS})

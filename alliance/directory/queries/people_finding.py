"""Finding who or what a form means: organisations and people by name, number or address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from alliance.core.reads import Read

_NUMBER = re.compile(r"#\s*([0-9]{1,18})\s*$")
_MOST = 8

_ORGANISATION = Read("""
    SELECT id, name, language, category, country FROM organisations
    WHERE id = :id AND delete_on IS NULL
""")
_ORGANISATIONS_CALLED = Read(f"""
    SELECT found.id, found.name, found.language, found.category, found.country
    FROM organisations AS found
    WHERE found.delete_on IS NULL AND found.merged_into_id IS NULL
        AND (lower(found.name) LIKE :beginning OR EXISTS (
            SELECT 1 FROM organisation_names AS other
            WHERE other.organisation_id = found.id AND lower(other.text) LIKE :beginning))
    ORDER BY lower(found.name) <> :whole, found.archived_on IS NOT NULL, lower(found.name), found.id
    LIMIT {_MOST}
""")  # noqa: S608  a constant
_PEOPLE_CALLED = Read(f"""
    SELECT found.id, found.name, found.language, (
        SELECT employer.name FROM affiliations AS works
        JOIN organisations AS employer ON employer.id = works.organisation_id
        WHERE works.contact_id = found.id AND employer.delete_on IS NULL
            AND (works.ended_on IS NULL OR works.ended_on > :today)
        ORDER BY works.started_on DESC NULLS LAST, works.id LIMIT 1
    )
    FROM contacts AS found
    WHERE found.delete_on IS NULL
        AND (lower(found.name) LIKE :beginning OR lower(found.latin_name) LIKE :beginning
            OR found.id = ANY(ARRAY(SELECT held.contact_id FROM contact_addresses AS held
                WHERE held.email = ANY(CAST(:emails AS text[])))))
    ORDER BY lower(found.name) <> :whole, lower(found.name), found.id
    LIMIT {_MOST}
""")  # noqa: S608  a constant


@dataclass(frozen=True, slots=True)
class FoundOrganisation:
    """An organisation as pickers offer it."""

    id: int
    name: str
    language: str | None
    category: str
    country: str | None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A contact as pickers offer it, with one organisation it works for."""

    id: int
    name: str
    language: str | None
    works_for: str | None


def number_in(typed: str) -> int | None:
    """The number that pickers write behind a name: 12 for “Harbour Light #12”."""
    found = _NUMBER.search(typed)
    return int(found[1]) if found else None


def organisations_like(session: Session, typed: str) -> list[FoundOrganisation]:
    """The organisation with the number at the end of what was typed, else those that begin so.

    At most eight; the one that is called exactly so comes first. Deleted ones are left out.
    """
    number = number_in(typed)
    if number is not None:
        rows = _ORGANISATION.rows(session, id=number)
    elif typed.strip():
        whole = typed.strip().lower()
        rows = _ORGANISATIONS_CALLED.rows(session, beginning=_beginning(whole), whole=whole)
    else:
        rows = ()
    return [FoundOrganisation(*row) for row in rows]


def people_like(
    session: Session, typed: str, *, emails: Sequence[str] = (), today: date
) -> list[FoundPerson]:
    """Contacts whose name begins as typed, or who have any of these addresses; at most eight.

    emails: only for those who may see addresses.
    """
    whole = typed.strip().lower()
    if not whole and not emails:
        return []
    rows = _PEOPLE_CALLED.rows(
        session,
        beginning=_beginning(whole) if whole else "",
        whole=whole,
        emails=list(emails),
        today=today,
    )
    return [FoundPerson(*row) for row in rows]


def _beginning(text: str) -> str:
    """A pattern for LIKE that finds what begins with the text."""
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"

"""Finding who or what a form means: organisations and people by name, number or address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from alliance.core.errors import BadInput
from alliance.core.reads import Read
from alliance.core.text import LONGEST_WORD, sort_key, squeeze
from alliance.core.text import words as words_of
from alliance.directory.rules.desk_words import NAME, OTHER_NAME

_NUMBER = re.compile(r"#\s*([0-9]{1,18})\s*$")
_MOST = 8
_MOST_LOOKED_AT = 200
_LONGEST_TYPED = 200
# No word holds this character, the last of all, so it ends every stretch of words that begin alike.
_LAST = "\U0010ffff"

_ORGANISATION = Read("""
    SELECT id, name, language, category, country FROM organisations
    WHERE id = :id AND delete_on IS NULL
""")
# All words of what was typed stand in the name; the last one may have only begun.
_ORGANISATIONS_CALLED = Read(f"""
    WITH found AS (
        SELECT w.organisation_id AS id FROM organisation_words AS w
        WHERE w.word >= :last AND w.word < :last_end AND w.kind = ANY(CAST(:kinds AS int[]))
            AND NOT EXISTS (
                SELECT 1 FROM unnest(CAST(:words AS text[])) AS typed(word)
                WHERE NOT EXISTS (SELECT 1 FROM organisation_words AS other
                    WHERE other.organisation_id = w.organisation_id AND other.word = typed.word))
        LIMIT {_MOST_LOOKED_AT}
    )
    SELECT o.id, o.name, o.language, o.category, o.country
    FROM organisations AS o
    WHERE o.id IN (SELECT id FROM found) AND o.delete_on IS NULL AND o.merged_into_id IS NULL
    ORDER BY lower(o.name) <> :whole, o.archived_on IS NOT NULL, lower(o.name), o.id
    LIMIT {_MOST}
""")  # noqa: S608  constants
_PEOPLE_CALLED = Read(f"""
    WITH found AS (
        (SELECT k.contact_id AS id FROM contact_order AS k
            WHERE k.sort_key >= :key AND k.sort_key < :key_end AND CAST(:key AS text) <> ''
            ORDER BY k.sort_key, k.contact_id LIMIT {_MOST})
        UNION
        (SELECT w.contact_id FROM contact_words AS w
            WHERE w.word >= :last AND w.word < :last_end AND w.kind = {NAME}
                AND CAST(:last AS text) <> '' AND NOT EXISTS (
                    SELECT 1 FROM unnest(CAST(:words AS text[])) AS typed(word)
                    WHERE NOT EXISTS (SELECT 1 FROM contact_words AS other
                        WHERE other.contact_id = w.contact_id AND other.word = typed.word
                            AND other.kind = {NAME}))
            LIMIT {_MOST_LOOKED_AT})
        UNION
        SELECT held.contact_id FROM contact_addresses AS held
            WHERE held.email = ANY(CAST(:emails AS text[]))
    )
    SELECT c.id, c.name, c.language, (
        SELECT employer.name FROM affiliations AS works
        JOIN organisations AS employer ON employer.id = works.organisation_id
        WHERE works.contact_id = c.id AND employer.delete_on IS NULL
            AND (works.ended_on IS NULL OR works.ended_on > :today)
        ORDER BY works.started_on DESC NULLS LAST, works.id LIMIT 1
    )
    FROM contacts AS c WHERE c.id IN (SELECT id FROM found) AND c.delete_on IS NULL
    ORDER BY lower(c.name) <> :whole, lower(c.name), c.id LIMIT {_MOST}
""")  # noqa: S608  constants


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
    else:
        last, words = _words(typed)
        rows = (
            _ORGANISATIONS_CALLED.rows(
                session,
                last=last,
                last_end=last + _LAST,
                words=words,
                kinds=[NAME, OTHER_NAME],
                whole=typed.strip().lower(),
            )
            if last
            else ()
        )
    return [FoundOrganisation(*row) for row in rows]


def people_like(
    session: Session, typed: str, *, emails: Sequence[str] = (), today: date
) -> list[FoundPerson]:
    """Contacts whose name begins as typed, or who have any of these addresses; at most eight.

    emails: only for those who may see addresses.
    """
    last, words = _words(typed)
    if not last and not emails:
        return []
    key = sort_key(typed) if last else ""
    rows = _PEOPLE_CALLED.rows(
        session,
        key=key,
        key_end=key + _LAST,
        last=last,
        last_end=last + _LAST,
        words=words,
        whole=typed.strip().lower(),
        emails=list(emails),
        today=today,
    )
    return [FoundPerson(*row) for row in rows]


def _words(typed: str) -> tuple[str, list[str]]:
    """What was typed as the word that may have only begun, and the whole words before it."""
    try:
        found = words_of(squeeze(typed, max_length=_LONGEST_TYPED))
    except BadInput:
        return "", []
    cut = [one[:LONGEST_WORD] for one in found]
    return (cut[-1], cut[:-1]) if cut else ("", [])

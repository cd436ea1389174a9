"""Keeping the words by which the secretariat finds records true."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from alliance.core.db import copy_in
from alliance.directory.models import ContactWord, OrganisationWord
from alliance.directory.queries.records import among
from alliance.directory.rules.desk_words import contact_words, organisation_words
from alliance.directory.rules.records import ContactRecord, OrganisationRecord


def refresh_organisation_words(session: Session, records: Sequence[OrganisationRecord]) -> None:
    """Make the words of these organisations, all stored by now, what their documents say."""
    ids = [one.id for one in records if one.id is not None]
    session.execute(delete(OrganisationWord).where(among(OrganisationWord.organisation_id, ids)))
    copy_in(
        session,
        OrganisationWord.__table__,
        (
            {"word": word, "organisation_id": one.id, "kind": kind}
            for one in records
            for word, kind in organisation_words(
                one.name,
                slug=one.slug,
                other_names=[name.text for name in one.names],
                identifiers=[entry.value for entry in one.identifiers],
                domains=[domain.domain for domain in one.domains],
            )
        ),
    )


def refresh_contact_words(session: Session, records: Sequence[ContactRecord]) -> None:
    """Make the words of these contacts, all stored by now, what their documents say."""
    if not records:
        return
    ids = [one.id for one in records if one.id is not None]
    session.execute(delete(ContactWord).where(among(ContactWord.contact_id, ids)))
    copy_in(
        session,
        ContactWord.__table__,
        (
            {"word": word, "contact_id": one.id, "kind": kind}
            for one in records
            for word, kind in contact_words(
                (one.name, one.latin_name, one.sort_name),
                emails=[address.email for address in one.addresses],
                phones=one.phones,
            )
        ),
    )

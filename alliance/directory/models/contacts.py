"""Tables of contacts and of who works where."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model
from alliance.core.types import by_value
from alliance.directory.rules.records import AddressState


class Contact(Model):
    """A person. `name` is in the person's own script, with no division into first and last."""

    __tablename__ = "contacts"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_given"),
        Index("ix_contacts_delete_on", "delete_on", postgresql_where=text("delete_on IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    latin_name: Mapped[str | None] = mapped_column(Text)
    sort_name: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    time_zone: Mapped[str | None] = mapped_column(Text)
    notes: Mapped[str | None] = mapped_column(Text)
    archived_on: Mapped[date | None] = mapped_column(Date)
    delete_on: Mapped[date | None] = mapped_column(Date)


class ContactAddress(Model):
    """An e-mail address of a contact. Several people may share one; position 0 is written to."""

    __tablename__ = "contact_addresses"
    __table_args__ = (Index("ix_contact_addresses_email", "email"),)

    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[AddressState] = mapped_column(by_value(AddressState))
    position: Mapped[int] = mapped_column(Integer)


class ContactPhone(Model):
    """A phone number of a contact, in international form where it could be read as one."""

    __tablename__ = "contact_phones"

    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class Affiliation(Model):
    """A contact's work for an organisation in one role, up to but not including `ended_on`."""

    __tablename__ = "affiliations"
    __table_args__ = (
        CheckConstraint("ended_on >= started_on", name="ended_after_started"),
        Index("ix_affiliations_organisation_id", "organisation_id"),
        Index("ix_affiliations_contact_id", "contact_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contacts.id", ondelete="CASCADE")
    )
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id", ondelete="CASCADE")
    )
    role: Mapped[str] = mapped_column(ForeignKey("affiliation_roles.code"))
    job_title: Mapped[str | None] = mapped_column(Text)
    started_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)

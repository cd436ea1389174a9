"""Words by which the secretariat finds organisations and contacts, listed or not."""

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model


class OrganisationWord(Model):
    """A word of an organisation; `kind` as in rules/desk_words.py."""

    __tablename__ = "organisation_words"
    __table_args__ = (Index("ix_organisation_words_organisation_id", "organisation_id"),)

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class ContactWord(Model):
    """A word of a contact; those of addresses are for who may see addresses."""

    __tablename__ = "contact_words"
    __table_args__ = (Index("ix_contact_words_contact_id", "contact_id"),)

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    contact_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)

"""Tables of organisations; child rows have natural keys: a restored document is the same rows."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Identity,
    Index,
    String,
    Text,
    func,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model
from alliance.core.types import by_value
from alliance.directory.rules.records import NameKind, Precision


def _of_organisation() -> Mapped[int]:
    return mapped_column(
        BigInteger, ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )


class Organisation(Model):
    """A body that is, was or may become a member. `name` is its official name in its own script."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("name <> ''", name="name_given"),
        CheckConstraint("merged_into_id <> id", name="not_merged_into_itself"),
        CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        Index("ix_organisations_parent_id", "parent_id"),
        Index("ix_organisations_merged_into_id", "merged_into_id"),
        Index(
            "ix_organisations_delete_on",
            "delete_on",
            postgresql_where=text("delete_on IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    body_kind: Mapped[str | None] = mapped_column(ForeignKey("body_kinds.code"))
    country: Mapped[str | None] = mapped_column(ForeignKey("countries.code"))
    city: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    logo: Mapped[str | None] = mapped_column(Text)
    is_listed: Mapped[bool] = mapped_column(Boolean)
    notes: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    dissolved_on: Mapped[date | None] = mapped_column(Date)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    archived_on: Mapped[date | None] = mapped_column(Date)
    delete_on: Mapped[date | None] = mapped_column(Date)
    visibility: Mapped[dict[str, Any]] = mapped_column(JSONB)


class OrganisationName(Model):
    """A further name of an organisation, with the days it was in use (both inclusive)."""

    __tablename__ = "organisation_names"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="valid_in_order"),
        CheckConstraint("text <> ''", name="text_given"),
    )

    organisation_id: Mapped[int] = _of_organisation()
    kind: Mapped[NameKind] = mapped_column(by_value(NameKind), primary_key=True)
    text: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)


class OrganisationCountry(Model):
    """A country in which an organisation works, beside its home country."""

    __tablename__ = "organisation_countries"

    organisation_id: Mapped[int] = _of_organisation()
    country: Mapped[str] = mapped_column(String(2), ForeignKey("countries.code"), primary_key=True)


class OrganisationSector(Model):
    """A sector in which an organisation works."""

    __tablename__ = "organisation_sectors"
    __table_args__ = (Index("ix_organisation_sectors_sector_id", "sector_id"),)

    organisation_id: Mapped[int] = _of_organisation()
    sector_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("sectors.id"), primary_key=True)


class OrganisationIdentifier(Model):
    """An entry in a public register; one entry belongs to one organisation."""

    __tablename__ = "organisation_identifiers"
    __table_args__ = (
        Index("uq_organisation_identifiers_scheme_value", "scheme", "value", unique=True),
    )

    organisation_id: Mapped[int] = _of_organisation()
    scheme: Mapped[str] = mapped_column(ForeignKey("identifier_schemes.code"), primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)


class OrganisationDomain(Model):
    """A web domain in ASCII form. Two organisations may claim one until staff verified it."""

    __tablename__ = "organisation_domains"
    __table_args__ = (
        CheckConstraint(
            "(verified_on IS NULL) = (verified_by IS NULL)", name="verified_on_with_by"
        ),
        Index("ix_organisation_domains_domain", "domain"),
    )

    organisation_id: Mapped[int] = _of_organisation()
    domain: Mapped[str] = mapped_column(Text, primary_key=True)
    includes_subdomains: Mapped[bool] = mapped_column(Boolean)
    verified_on: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[str | None] = mapped_column(Text)


class MembershipRow(Model):
    """One stretch of membership, from `joined_on` to before `ended_on`; stretches never overlap."""

    __tablename__ = "memberships"
    __table_args__ = (
        CheckConstraint("ended_on > joined_on", name="ended_after_joined"),
        CheckConstraint("ended_on IS NOT NULL OR end_reason IS NULL", name="reason_with_end"),
        # `int8range` needs no extension, where plain equality in a GiST constraint would.
        ExcludeConstraint(
            (
                func.int8range(
                    literal_column("organisation_id"),
                    literal_column("organisation_id"),
                    literal_column("'[]'"),
                ),
                "&&",
            ),
            (
                func.daterange(
                    literal_column("joined_on"), literal_column("ended_on"), literal_column("'[)'")
                ),
                "&&",
            ),
            using="gist",
            name="ex_memberships_no_overlap",
        ),
    )

    organisation_id: Mapped[int] = _of_organisation()
    joined_on: Mapped[date] = mapped_column(Date, primary_key=True)
    precision: Mapped[Precision] = mapped_column(by_value(Precision))
    is_at_latest: Mapped[bool] = mapped_column(Boolean)
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(Text)


class FormerSlug(Model):
    """An address that an organisation's page once had and that still leads to it."""

    __tablename__ = "former_slugs"
    __table_args__ = (Index("ix_former_slugs_organisation_id", "organisation_id"),)

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("organisations.id", ondelete="CASCADE")
    )

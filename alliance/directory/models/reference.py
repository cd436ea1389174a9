"""Closed lists that staff may edit: countries, categories, sectors, roles, registers.

`names` maps a language to a label; `aliases` are other spellings that imports and search accept.
"""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Identity, Integer, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model


class Region(Model):
    """A region or sub-region of the United Nations' M49 list."""

    __tablename__ = "regions"

    code: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    parent_code: Mapped[int | None] = mapped_column(ForeignKey("regions.code"))
    slug: Mapped[str] = mapped_column(Text, unique=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Country(Model):
    """A country or territory by its ISO 3166-1 code, or XK; the wording is the alliance's own."""

    __tablename__ = "countries"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    alpha3: Mapped[str | None] = mapped_column(String(3))
    m49: Mapped[int | None] = mapped_column(Integer)
    region_code: Mapped[int | None] = mapped_column(ForeignKey("regions.code"))
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    is_un_member: Mapped[bool] = mapped_column(Boolean)
    wording_note: Mapped[str | None] = mapped_column(Text)


class Category(Model):
    """A kind of member, with the shape that stands for it everywhere."""

    __tablename__ = "categories"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    plurals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    shape: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))


class BodyKind(Model):
    """What sort of body an organisation is within its category, such as a ministry."""

    __tablename__ = "body_kinds"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    category_code: Mapped[str] = mapped_column(ForeignKey("categories.code"))
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    position: Mapped[int] = mapped_column(Integer)


class Sector(Model):
    """A term of the sector taxonomy; an organisation may have several."""

    __tablename__ = "sectors"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("sectors.id"))
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    position: Mapped[int] = mapped_column(Integer)
    retired_on: Mapped[date | None] = mapped_column(Date)


class AffiliationRole(Model):
    """A role of a contact at an organisation, with how many an organisation needs and may have."""

    __tablename__ = "affiliation_roles"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    minimum: Mapped[int] = mapped_column(Integer)
    maximum: Mapped[int | None] = mapped_column(Integer)
    category_code: Mapped[str | None] = mapped_column(ForeignKey("categories.code"))
    position: Mapped[int] = mapped_column(Integer)


class IdentifierScheme(Model):
    """A public register that identifies organisations. `link`, if any, has `{value}` in it."""

    __tablename__ = "identifier_schemes"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    names: Mapped[dict[str, Any]] = mapped_column(JSONB)
    link: Mapped[str | None] = mapped_column(Text)
    aliases: Mapped[list[str]] = mapped_column(ARRAY(Text))
    position: Mapped[int] = mapped_column(Integer)

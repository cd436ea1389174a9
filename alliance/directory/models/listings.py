"""The public projection: what may be seen of organisations that were ever members, and its words.

Public pages and the public API read these tables and no others, so a field that is not public
cannot be reached through them by filter, sort, search, count or export.
"""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model


class Listing(Model):
    """The public face of one organisation. `document` is what its page and the API show.

    `periods` are the days of membership; whether it is listed on a day is `periods @> day`.
    """

    __tablename__ = "listings"
    __table_args__ = (
        Index("ix_listings_sort_key", "sort_key", "organisation_id"),
        Index("ix_listings_description_words", "description_words", postgresql_using="gin"),
    )

    organisation_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("organisations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))
    folded: Mapped[str] = mapped_column(Text(collation="C"))
    category: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(String(2))
    sector_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    summary: Mapped[str | None] = mapped_column(Text)
    logo: Mapped[str | None] = mapped_column(Text)
    joined_on: Mapped[date] = mapped_column(Date)
    joined_precision: Mapped[str] = mapped_column(Text)
    is_at_latest: Mapped[bool] = mapped_column(Boolean)
    periods: Mapped[Any] = mapped_column(DATEMULTIRANGE)
    other_names: Mapped[list[Any]] = mapped_column(JSONB)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    description_words: Mapped[Any] = mapped_column(TSVECTOR)


class ListingWord(Model):
    """A word by which a listing is found. `kind` is 1 for the official name, 2 for other names."""

    __tablename__ = "listing_words"
    __table_args__ = (Index("ix_listing_words_organisation_id", "organisation_id"),)

    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("listings.organisation_id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class SearchVariant(Model):
    """A word of a name with one letter left out, so that a misspelt word meets it by equality."""

    __tablename__ = "search_variants"
    __table_args__ = (Index("ix_search_variants_word", "word"),)

    variant: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    word: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)

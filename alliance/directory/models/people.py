"""What lists of people are ordered by."""

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from alliance.core.db import Model


class ContactOrder(Model):
    """The place of a contact among all others, by its name; made from the contact alone."""

    __tablename__ = "contact_order"
    __table_args__ = (Index("ix_contact_order_sort_key", "sort_key", "contact_id"),)

    contact_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("contacts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    sort_key: Mapped[str] = mapped_column(Text(collation="C"))

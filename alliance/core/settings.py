"""What makes this alliance this one: name, mark, contact address, zone, languages; as rows."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Text, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from alliance.core.db import Model

SHIPPED_LANGUAGES = ("en", "ar")


class Setting(Model):
    """One setting that differs from its default."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)


@dataclass(frozen=True, slots=True)
class AllianceSettings:
    """The settings in force. `names` has the alliance's name per language; `mark` a static path."""

    names: tuple[tuple[str, str], ...] = (("en", "Alliance"), ("ar", "التحالف"))
    mark: str = "img/mark.svg"
    contact_address: str = "secretariat@alliance.example"
    time_zone: str = "Europe/London"
    languages: tuple[str, ...] = SHIPPED_LANGUAGES
    licence: str = "CC BY 4.0"
    licence_url: str = "https://creativecommons.org/licenses/by/4.0/"
    # Who sees a field of organisations, where that differs from what is usual: (field, level).
    visibility: tuple[tuple[str, str], ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the alliance's days begin and end."""
        return ZoneInfo(self.time_zone)

    def name(self, language: str) -> str:
        """The alliance's name in `language`, else in the first language it has one in."""
        names = dict(self.names)
        return names.get(language) or next(iter(names.values()), "Alliance")


def alliance_settings(session: Session) -> AllianceSettings:
    """Read the settings: stored rows over the defaults."""
    stored: dict[str, Any] = {row.key: row.value for row in session.scalars(select(Setting))}
    known = {key: value for key, value in stored.items() if key in AllianceSettings.__slots__}
    for key in ("names", "visibility"):
        if key in known:
            known[key] = tuple((one, other) for one, other in known[key])
    if "languages" in known:
        known["languages"] = tuple(known["languages"])
    return AllianceSettings(**known)

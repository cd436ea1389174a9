"""Records as JSON documents and back: the form in which history and imports remember them."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

from alliance.directory.rules.records import (
    Address,
    AddressState,
    AffiliationRecord,
    ContactRecord,
    Domain,
    Identifier,
    Membership,
    Name,
    NameKind,
    OrganisationRecord,
    Precision,
    Visibility,
)

Record = OrganisationRecord | ContactRecord | AffiliationRecord
R = TypeVar("R", bound=Record)


def document(record: Record) -> dict[str, Any]:
    """The record as JSON values, without its id; days as YYYY-MM-DD, empty fields left out.

    Two records are the same exactly when their documents are equal.
    """
    values = _plain(canonical(record))
    return {key: value for key, value in values.items() if key != "id" and value not in _EMPTY}


def canonical(record: R) -> R:
    """The record with its unordered collections in canonical order."""
    if isinstance(record, OrganisationRecord):
        ordered: dict[str, Any] = {
            "former_slugs": tuple(sorted(set(record.former_slugs))),
            "names": tuple(sorted(set(record.names), key=_name_order)),
            "countries": tuple(sorted(set(record.countries))),
            "sectors": tuple(sorted(set(record.sectors))),
            "identifiers": tuple(sorted(set(record.identifiers))),
            "domains": tuple(sorted(record.domains, key=lambda domain: domain.domain)),
            "memberships": tuple(sorted(record.memberships, key=lambda one: one.joined_on)),
        }
        # Most records are stored in this order, and a copy costs more than a look.
        changed = {name: part for name, part in ordered.items() if part != getattr(record, name)}
        return replace(record, **changed) if changed else record
    return record


def organisation_from(values: Mapping[str, Any], *, id: int | None = None) -> OrganisationRecord:
    """The organisation that `document` once described. Raises KeyError when a field is unknown."""
    given = dict(values)
    for key in ("dissolved_on", "archived_on", "delete_on"):
        given[key] = _day(given.get(key))
    given["names"] = tuple(
        Name(
            NameKind(one["kind"]),
            one["text"],
            one.get("language"),
            _day(one.get("valid_from")),
            _day(one.get("valid_until")),
        )
        for one in given.get("names", ())
    )
    given["identifiers"] = tuple(
        Identifier(one["scheme"], one["value"]) for one in given.get("identifiers", ())
    )
    given["domains"] = tuple(
        Domain(
            one["domain"],
            one["includes_subdomains"],
            _day(one.get("verified_on")),
            one.get("verified_by"),
        )
        for one in given.get("domains", ())
    )
    given["memberships"] = tuple(_membership(one) for one in given.get("memberships", ()))
    for key in ("former_slugs", "countries", "sectors"):
        given[key] = tuple(given.get(key, ()))
    given["visibility"] = MappingProxyType(
        {key: Visibility(level) for key, level in given.get("visibility", {}).items()}
    )
    given.setdefault("is_listed", False)
    return OrganisationRecord(**given, id=id)


def contact_from(values: Mapping[str, Any], *, id: int | None = None) -> ContactRecord:
    """The contact that `document` once described."""
    given = dict(values)
    given["addresses"] = tuple(
        Address(one["email"], AddressState(one["state"])) for one in given.get("addresses", ())
    )
    given["phones"] = tuple(given.get("phones", ()))
    for key in ("archived_on", "delete_on"):
        given[key] = _day(given.get(key))
    return ContactRecord(**given, id=id)


def affiliation_from(values: Mapping[str, Any], *, id: int | None = None) -> AffiliationRecord:
    """The affiliation that `document` once described."""
    given = dict(values)
    given["started_on"] = _day(given.get("started_on"))
    given["ended_on"] = _day(given.get("ended_on"))
    return AffiliationRecord(**given, id=id)


_EMPTY: tuple[Any, ...] = (None, [], {}, "")


def _membership(values: Mapping[str, Any]) -> Membership:
    return Membership(
        joined_on=date.fromisoformat(values["joined_on"]),
        precision=Precision(values["precision"]),
        is_at_latest=values["is_at_latest"],
        ended_on=_day(values.get("ended_on")),
        end_reason=values.get("end_reason"),
    )


def _name_order(name: Name) -> tuple[str, str]:
    return (name.kind.value, name.text)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


_known_names: dict[type, tuple[str, ...]] = {}


def _names(kind: type) -> tuple[str, ...]:
    """The fields of a dataclass; none of anything else."""
    found = _known_names.get(kind)
    if found is None:
        names = tuple(one.name for one in fields(kind)) if is_dataclass(kind) else ()
        _known_names[kind] = found = names
    return found


def _plain(value: Any) -> Any:
    # Tens of thousands of records pass through here in an import, most values being plain already.
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    names = _names(type(value))
    if names:
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in sorted(value.items())}
    return value

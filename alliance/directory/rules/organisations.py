"""The one check of an organisation's document, whoever wants to store it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from alliance.core.errors import BadInput
from alliance.directory.rules.domains import check_domain
from alliance.directory.rules.fields import (
    check_day,
    check_order,
    checked,
    label,
    language_code,
    tidy_name,
    tidy_text,
)
from alliance.directory.rules.identifiers import canonical_identifier
from alliance.directory.rules.listing import DEFAULT_VISIBILITY
from alliance.directory.rules.memberships import check_memberships
from alliance.directory.rules.reaching import email_address, phone_number, web_address
from alliance.directory.rules.records import (
    Domain,
    Identifier,
    Name,
    NameKind,
    OrganisationRecord,
    Visibility,
)
from alliance.directory.rules.reference import Reference

LONGEST_NAME = 300
LONGEST: Mapping[str, int] = {
    "city": 120,
    "postcode": 30,
    "street": 300,
    "description": 10_000,
    "notes": 20_000,
    "source": 1_000,
}
WITH_LINES = frozenset({"description", "notes", "street"})
# Fields beyond those of DEFAULT_VISIBILITY that portal users may be shown.
_FOR_THE_PORTAL = frozenset({"email", "phone", "street", "postcode"})
_LOGO = re.compile(r"[0-9a-z][0-9a-z_-]{0,99}\.(?:png|webp)")
_SLUG = re.compile("[a-z0-9]+(?:-[a-z0-9]+)*")
_NOTHING: tuple[Any, ...] = (None, ())
_Check = Callable[[OrganisationRecord, Reference], Mapping[str, Any]]


def tidy(
    record: OrganisationRecord, reference: Reference, before: OrganisationRecord | None = None
) -> OrganisationRecord:
    """The record in the form in which it is stored; tidying twice changes nothing.

    reference: the closed lists that its codes must be in. before: what is stored now; what has not
    changed since is not checked again, so a list that was shortened later blocks no other edit.
    Raises BadInput naming the field, with a remedy.
    """
    changes: dict[str, Any] = {}
    for inputs, check in _CHECKS:
        if before is None:
            is_new = any(getattr(record, field) not in _NOTHING for field in inputs)
        else:
            is_new = any(getattr(record, field) != getattr(before, field) for field in inputs)
        if is_new:
            changes.update(check(record, reference))
    differing = {
        field: value for field, value in changes.items() if value != getattr(record, field)
    }
    return replace(record, **differing) if differing else record


def _name(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    return {"name": tidy_name("name", record.name, longest=LONGEST_NAME)}


def _text(field: str) -> _Check:
    longest, lines = LONGEST[field], field in WITH_LINES

    def check(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
        return {field: tidy_text(field, getattr(record, field), longest=longest, lines=lines)}

    return check


def _contact_field(field: str, form: Callable[[str], str]) -> _Check:
    def check(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
        text = getattr(record, field)
        return {field: checked(field, form, text) if text and not text.isspace() else None}

    return check


def _phone(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    if not record.phone or record.phone.isspace():
        return {"phone": None}
    country = record.country
    return {"phone": checked("phone", lambda text: phone_number(text, country), record.phone)}


def _category(record: OrganisationRecord, reference: Reference) -> Mapping[str, Any]:
    _listed("category", record.category, reference.categories)
    kind = record.body_kind or None
    if kind is not None:
        _listed("body_kind", kind, reference.body_kinds)
        if reference.body_kinds[kind].category != record.category:
            raise BadInput(
                f"{label('body_kind')}: “{kind}” is no kind of {record.category.replace('_', ' ')};"
                " choose one of that category, or change the category.",
                field="body_kind",
            )
    return {"body_kind": kind}


def _countries(record: OrganisationRecord, reference: Reference) -> Mapping[str, Any]:
    home = record.country or None
    if home is not None:
        _listed("country", home, reference.countries)
    for country in record.countries:
        _listed("countries", country, reference.countries)
    return {"country": home, "countries": tuple(sorted(set(record.countries)))}


def _sectors(record: OrganisationRecord, reference: Reference) -> Mapping[str, Any]:
    # A retired sector stays on what has it, and an undone import may bring it back.
    for sector in record.sectors:
        _listed("sectors", sector, reference.sectors)
    return {"sectors": tuple(sorted(set(record.sectors)))}


def _listed(field: str, code: object, known: Mapping[Any, Any]) -> None:
    if code not in known:
        raise BadInput(
            f"{label(field)}: there is no “{str(code)[:60]}” in the list; choose an entry of it.",
            field=field,
        )


def _names(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    kept: dict[tuple[NameKind, str], Name] = {}
    official = tidy_name("name", record.name, longest=LONGEST_NAME)
    for one in record.names:
        text = tidy_name("names", one.text, longest=LONGEST_NAME)
        if text == official and one.kind is not NameKind.FORMER:
            continue
        name = replace(one, text=text, language=_language_of("names", one.language))
        for day in (name.valid_from, name.valid_until):
            check_day("names", day)
        check_order(
            "names", name.valid_from, name.valid_until, f"“{text}” ends before it begins; swap."
        )
        key = (name.kind, text)
        kept[key] = _joined(kept[key], name) if key in kept else name
    return {"names": tuple(kept[key] for key in sorted(kept))}


def _joined(one: Name, other: Name) -> Name:
    """The same name given twice: in use from the earlier first to the later last day."""
    starts = (one.valid_from, other.valid_from)
    ends = (one.valid_until, other.valid_until)
    return replace(
        one,
        language=one.language or other.language,
        valid_from=None if None in starts else min(day for day in starts if day),
        valid_until=None if None in ends else max(day for day in ends if day),
    )


def _language_of(field: str, code: str | None) -> str | None:
    return checked(field, language_code, code) if code and not code.isspace() else None


def _language(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    return {"language": _language_of("language", record.language)}


def _identifiers(record: OrganisationRecord, reference: Reference) -> Mapping[str, Any]:
    kept = set()
    for one in record.identifiers:
        _listed("identifiers", one.scheme, reference.schemes)
        kept.add(Identifier(one.scheme, canonical_identifier(one.scheme, one.value)))
    return {"identifiers": tuple(sorted(kept))}


def _domains(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    kept: dict[str, Domain] = {}
    for one in record.domains:
        domain = replace(one, domain=checked("domains", check_domain, one.domain))
        if (domain.verified_on is None) != (domain.verified_by is None):
            raise BadInput(
                f"Domains: say who verified {domain.domain} and on which day, or neither.",
                field="domains",
            )
        there = kept.get(domain.domain)
        if there is None or (there.verified_on is None and domain.verified_on is not None):
            kept[domain.domain] = domain
    return {"domains": tuple(kept[key] for key in sorted(kept))}


def _end(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    check_day("dissolved_on", record.dissolved_on)
    if record.id is not None and record.merged_into_id == record.id:
        raise BadInput(
            "Merged into: an organisation cannot be merged into itself; choose another.",
            field="merged_into_id",
        )
    if record.merged_into_id is not None and record.dissolved_on is None and record.is_listed:
        raise BadInput(
            "Merged into: give the day on which it was dissolved, or take it out of the listing.",
            field="merged_into_id",
        )
    if record.id is not None and record.parent_id == record.id:
        raise BadInput(
            "Parent: an organisation cannot stand above itself; choose another.", field="parent_id"
        )
    return {}


def _memberships(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    return {"memberships": check_memberships(record.memberships, dissolved_on=record.dissolved_on)}


def _addresses(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    for slug in (*((record.slug,) if record.slug else ()), *record.former_slugs):
        if not _SLUG.fullmatch(slug) or len(slug) > 120:
            raise BadInput(
                f"Slug: “{slug[:60]}” cannot stand in an address; use a-z, 0-9 and hyphens.",
                field="slug",
            )
    return {}


def _logo(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    if record.logo and not _LOGO.fullmatch(record.logo):
        raise BadInput("Logo: store the picture first; this is not the name of one.", field="logo")
    return {"logo": record.logo or None}


def _visibility(record: OrganisationRecord, _: Reference) -> Mapping[str, Any]:
    for field, level in record.visibility.items():
        check_visibility(field, level)
    return {}


def check_visibility(field: str, level: Visibility) -> None:
    """Raises BadInput when `field` has no choice of who sees it, or `level` is too wide for it."""
    if field not in DEFAULT_VISIBILITY and field not in _FOR_THE_PORTAL:
        raise BadInput(f"Visibility: nobody can choose who sees “{field}”.", field="visibility")
    if level is Visibility.PUBLIC and field not in DEFAULT_VISIBILITY:
        raise BadInput(
            f"Visibility: {label(field).lower()} is never shown to the public; choose portal or"
            " secretariat.",
            field="visibility",
        )


# Each check with the fields it looks at: it runs when one of them has changed.
_CHECKS: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (("name",), _name),
    *(((field,), _text(field)) for field in LONGEST),
    (("category", "body_kind"), _category),
    (("language",), _language),
    (("country", "countries"), _countries),
    (("email",), _contact_field("email", email_address)),
    (("phone", "country"), _phone),
    (("website",), _contact_field("website", web_address)),
    (("names", "name"), _names),
    (("sectors",), _sectors),
    (("identifiers",), _identifiers),
    (("domains",), _domains),
    (("id", "parent_id", "merged_into_id", "dissolved_on", "is_listed"), _end),
    (("memberships", "dissolved_on"), _memberships),
    (("slug", "former_slugs"), _addresses),
    (("logo",), _logo),
    (("visibility",), _visibility),
)

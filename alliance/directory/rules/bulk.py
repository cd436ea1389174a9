"""Acts on many records: what each makes of one record, and when it refuses to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from alliance.core.errors import BadInput, Refused
from alliance.core.text import squeeze
from alliance.directory.rules.contacts import tidy_contact
from alliance.directory.rules.documents import canonical
from alliance.directory.rules.fields import check_day, language_code, zone_name
from alliance.directory.rules.memberships import LONGEST_REASON, is_member
from alliance.directory.rules.organisations import check_visibility, tidy
from alliance.directory.rules.records import ContactRecord, OrganisationRecord, Visibility
from alliance.directory.rules.reference import Reference

R = TypeVar("R", OrganisationRecord, ContactRecord)


class ActName(StrEnum):
    """What can be done to many records at once."""

    ADD_SECTORS = "add_sectors"
    REMOVE_SECTORS = "remove_sectors"
    SET_CATEGORY = "set_category"
    SET_COUNTRY = "set_country"
    SET_LANGUAGE = "set_language"
    SET_LISTED = "set_listed"
    SET_VISIBILITY = "set_visibility"
    END_MEMBERSHIP = "end_membership"
    SET_TIME_ZONE = "set_time_zone"
    ARCHIVE = "archive"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its values, of which each act uses its own.

    sectors: ids. code: of a category, country, language or time zone; None empties the field.
    body_kind: along with a category. is_on: for set_listed. field, level: for set_visibility, level
    None being what is usual. why: for the end of a membership.
    """

    name: ActName
    sectors: tuple[int, ...] = ()
    code: str | None = None
    body_kind: str | None = None
    is_on: bool = False
    field: str | None = None
    level: Visibility | None = None
    on: date | None = None
    why: str | None = None


ACTS: Mapping[str, Sequence[ActName]] = {
    "organisation": (
        ActName.ADD_SECTORS,
        ActName.REMOVE_SECTORS,
        ActName.SET_CATEGORY,
        ActName.SET_COUNTRY,
        ActName.SET_LANGUAGE,
        ActName.SET_LISTED,
        ActName.SET_VISIBILITY,
        ActName.END_MEMBERSHIP,
        ActName.ARCHIVE,
        ActName.RESTORE,
    ),
    "contact": (
        ActName.SET_LANGUAGE,
        ActName.SET_TIME_ZONE,
        ActName.ARCHIVE,
        ActName.RESTORE,
    ),
}
# Acts that take records away or bring them back need the permission for that.
REMOVING = frozenset({ActName.ARCHIVE, ActName.RESTORE})


def tidy_act(subject_kind: str, act: Act, reference: Reference) -> Act:
    """The act with its values in the form in which they are stored.

    Raises BadInput naming the field, when it cannot be done to records of this kind or lacks a
    value.
    """
    if act.name not in ACTS.get(subject_kind, ()):
        raise BadInput("This cannot be done to these records; choose another act.", field="act")
    check = _CHECKS.get(act.name)
    return check(act, reference) if check else act


def outcome(act: Act, record: R, reference: Reference, *, today: date) -> R:
    """What the act makes of a record, as it would be stored; equal when it changes nothing.

    Raises Refused, with a reason for the person, when it cannot be done to this record.
    """
    if record.delete_on is not None and act.name is not ActName.RESTORE:
        raise Refused("It was deleted; restore it first.")
    if isinstance(record, OrganisationRecord):
        if record.merged_into_id is not None and not record.is_listed:
            raise Refused("It was merged into another; make the change there.")
        changed = _ON_ORGANISATIONS[act.name](act, record, today)
        return canonical(tidy(changed, reference, record))
    return tidy_contact(_ON_CONTACTS[act.name](act, record, today), record)


def as_document(act: Act) -> dict[str, Any]:
    """The act as JSON values, without what it does not use."""
    values = {
        "name": act.name.value,
        "sectors": list(act.sectors),
        "code": act.code,
        "body_kind": act.body_kind,
        "is_on": act.is_on if act.name is ActName.SET_LISTED else None,
        "field": act.field,
        "level": act.level.value if act.level else None,
        "on": act.on.isoformat() if act.on else None,
        "why": act.why,
    }
    return {key: value for key, value in values.items() if value not in (None, [])}


def _check_sectors(act: Act, reference: Reference) -> Act:
    if not act.sectors:
        raise BadInput("Choose at least one sector.", field="sectors")
    for id in act.sectors:
        term = reference.sectors.get(id)
        if term is None or (act.name is ActName.ADD_SECTORS and term.retired_on is not None):
            raise BadInput("Choose sectors that are in use.", field="sectors")
    return replace(act, sectors=tuple(sorted(set(act.sectors))))


def _check_category(act: Act, reference: Reference) -> Act:
    if act.code not in reference.categories:
        raise BadInput("Choose a kind of member.", field="category")
    kind = reference.body_kinds.get(act.body_kind or "")
    if act.body_kind and (kind is None or kind.category != act.code):
        raise BadInput("Choose a kind of body of that kind of member.", field="body_kind")
    return replace(act, body_kind=act.body_kind or None)


def _check_country(act: Act, reference: Reference) -> Act:
    if act.code not in reference.countries:
        raise BadInput("Choose a country of the list.", field="country")
    return act


def _check_language(act: Act, _: Reference) -> Act:
    return replace(act, code=_code("language", language_code, act.code))


def _check_zone(act: Act, _: Reference) -> Act:
    return replace(act, code=_code("time_zone", zone_name, act.code))


def _code(field: str, form: Callable[[str], str], text: str | None) -> str | None:
    if not text or text.isspace():
        return None
    try:
        return form(text)
    except BadInput as error:
        raise BadInput(error.message, field=field) from None


def _check_level(act: Act, _: Reference) -> Act:
    if not act.field:
        raise BadInput("Choose a field.", field="field")
    try:
        check_visibility(act.field, act.level or Visibility.SECRETARIAT)
    except BadInput as error:
        raise BadInput(error.message, field="level") from None
    return act


def _check_end(act: Act, _: Reference) -> Act:
    if act.on is None:
        raise BadInput("Give the first day without membership.", field="on")
    check_day("on", act.on)
    why = squeeze(act.why or "", max_length=LONGEST_REASON)
    if not why:
        raise BadInput("Say why it ends; the reason is kept with it.", field="why")
    return replace(act, why=why)


_CHECKS: Mapping[ActName, Callable[[Act, Reference], Act]] = {
    ActName.ADD_SECTORS: _check_sectors,
    ActName.REMOVE_SECTORS: _check_sectors,
    ActName.SET_CATEGORY: _check_category,
    ActName.SET_COUNTRY: _check_country,
    ActName.SET_LANGUAGE: _check_language,
    ActName.SET_TIME_ZONE: _check_zone,
    ActName.SET_VISIBILITY: _check_level,
    ActName.END_MEMBERSHIP: _check_end,
}


def _category(act: Act, one: OrganisationRecord, _: date) -> OrganisationRecord:
    assert act.code is not None
    # Without a kind of body the one it has stays where it fits, and the check tells where not.
    return replace(one, category=act.code, body_kind=act.body_kind or one.body_kind)


def _level(act: Act, one: OrganisationRecord, _: date) -> OrganisationRecord:
    assert act.field is not None
    levels = {key: level for key, level in one.visibility.items() if key != act.field}
    if act.level is not None:
        levels[act.field] = act.level
    return replace(one, visibility=MappingProxyType(levels))


def _end(act: Act, one: OrganisationRecord, _: date) -> OrganisationRecord:
    *earlier, last = one.memberships or (None,)
    if last is None or last.ended_on is not None:
        raise Refused("It is no member now, so there is nothing to end.")
    ended = replace(last, ended_on=act.on, end_reason=act.why)
    return replace(one, memberships=(*(each for each in earlier if each), ended))


def _archive(_: Act, one: R, today: date) -> R:
    if one.archived_on is not None:
        return one
    if isinstance(one, OrganisationRecord) and is_member(
        one.memberships, today, dissolved_on=one.dissolved_on
    ):
        raise Refused("It is a member; end its membership first.")
    return replace(one, archived_on=today)


def _restore(_: Act, one: R, __: date) -> R:
    return replace(one, archived_on=None, delete_on=None)


_ON_ORGANISATIONS: Mapping[
    ActName, Callable[[Act, OrganisationRecord, date], OrganisationRecord]
] = {
    ActName.ADD_SECTORS: lambda act, one, _: replace(
        one, sectors=tuple(sorted({*one.sectors, *act.sectors}))
    ),
    ActName.REMOVE_SECTORS: lambda act, one, _: replace(
        one, sectors=tuple(id for id in one.sectors if id not in act.sectors)
    ),
    ActName.SET_CATEGORY: _category,
    ActName.SET_COUNTRY: lambda act, one, _: replace(one, country=act.code),
    ActName.SET_LANGUAGE: lambda act, one, _: replace(one, language=act.code),
    ActName.SET_LISTED: lambda act, one, _: replace(one, is_listed=act.is_on),
    ActName.SET_VISIBILITY: _level,
    ActName.END_MEMBERSHIP: _end,
    ActName.ARCHIVE: _archive,
    ActName.RESTORE: _restore,
}
_ON_CONTACTS: Mapping[ActName, Callable[[Act, ContactRecord, date], ContactRecord]] = {
    ActName.SET_LANGUAGE: lambda act, one, _: replace(one, language=act.code),
    ActName.SET_TIME_ZONE: lambda act, one, _: replace(one, time_zone=act.code),
    ActName.ARCHIVE: _archive,
    ActName.RESTORE: _restore,
}

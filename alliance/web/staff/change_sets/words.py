"""Acts on many records and their change sets in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from alliance.directory.rules.bulk import ActName
from alliance.directory.rules.reference import label_of
from alliance.web.languages import gettext, language, ngettext
from alliance.web.public.context import directory_state
from alliance.web.public.wording import day_text
from alliance.web.staff.labels import field_label
from alliance.web.staff.sentences import isolated
from alliance.web.staff.values import level_name, value_text


def act_label(name: str) -> str:
    """An act as a button or option says it."""
    words: dict[str, str] = {
        ActName.ADD_SECTORS: gettext("Add sectors"),
        ActName.REMOVE_SECTORS: gettext("Remove sectors"),
        ActName.SET_CATEGORY: gettext("Set the kind of member"),
        ActName.SET_COUNTRY: gettext("Set the country"),
        ActName.SET_LANGUAGE: gettext("Set the language"),
        ActName.SET_LISTED: gettext("Show to the public or not"),
        ActName.SET_VISIBILITY: gettext("Set who sees a field"),
        ActName.END_MEMBERSHIP: gettext("End the membership"),
        ActName.SET_TIME_ZONE: gettext("Set the time zone"),
        ActName.ARCHIVE: gettext("Archive"),
        ActName.RESTORE: gettext("Restore"),
    }
    return words.get(name, name)


def change_set_title(row: Any) -> str:
    """What a change set did, in one line."""
    if row.kind == "bulk_edit":
        return _bulk(row.act, row.subject_kind)
    words = {
        "retire_sector": gettext("Sector “%(name)s” retired", name=isolated(row.title)),
        "merge_sector": gettext("Sector “%(name)s” merged into another", name=isolated(row.title)),
        "split_sector": gettext("Sector “%(name)s” split", name=isolated(row.title)),
    }
    return words.get(row.kind) or row.title or row.kind.replace("_", " ").capitalize()


def records_text(subject_kind: str, count: int) -> str:
    """A number of records of one kind, e.g. “64 organisations”."""
    if subject_kind == "contact":
        return ngettext("%(num)s contact", "%(num)s contacts", count)
    return ngettext("%(num)s organisation", "%(num)s organisations", count)


def reason_text(reason: str) -> str:
    """Why a record is left out: what the rules say, in the reader's language where it is known."""
    words = {
        "It was deleted; restore it first.": gettext("It was deleted; restore it first."),
        "It was merged into another; make the change there.": gettext(
            "It was merged into another; make the change there."
        ),
        "It is no member now, so there is nothing to end.": gettext(
            "It is no member now, so there is nothing to end."
        ),
        "It is a member; end its membership first.": gettext(
            "It is a member; end its membership first."
        ),
        "There is no such record.": gettext("There is no such record."),
        "It was changed since, so it stays as it is.": gettext(
            "It was changed since, so it stays as it is."
        ),
        "It was removed for good since.": gettext("It was removed for good since."),
        "It was added then, and is kept.": gettext("It was added then, and is kept."),
    }
    return words.get(reason, reason)


def _bulk(act: Mapping[str, Any], subject_kind: str) -> str:
    name, code = act["name"], act.get("code")
    if name in (ActName.ADD_SECTORS, ActName.REMOVE_SECTORS):
        told = value_text("organisation", "sectors", act.get("sectors"))
        return _pair(act_label(name), told)
    if name == ActName.SET_LISTED:
        return (
            gettext("Show to the public") if act.get("is_on") else gettext("Hide from the public")
        )
    if name == ActName.SET_VISIBILITY:
        level = act.get("level")
        told = level_name(level) if level else gettext("as usual")
        return gettext(
            "Who sees “%(field)s”: %(level)s",
            field=field_label("organisation", act["field"]),
            level=told,
        )
    if name == ActName.END_MEMBERSHIP:
        day = day_text(date.fromisoformat(act["on"]), language())
        return gettext("End the membership on %(day)s: %(why)s", day=day, why=isolated(act["why"]))
    field = {
        ActName.SET_CATEGORY: "category",
        ActName.SET_COUNTRY: "country",
        ActName.SET_LANGUAGE: "language",
        ActName.SET_TIME_ZONE: "time_zone",
    }.get(name)
    return (
        _pair(act_label(name), value_text(subject_kind, field, code)) if field else act_label(name)
    )


def _pair(label: str, value: str) -> str:
    return gettext("%(what)s: %(value)s", what=label, value=value)


def term_choices(lists: str, *, in_use: bool = True) -> list[tuple[str, str]]:
    """The entries of a closed list as options: (code or id, label)."""
    known: Mapping[Any, Any] = getattr(directory_state().reference, lists)
    code = language()
    return [
        (str(key), label_of(term.names, code))
        for key, term in known.items()
        if not in_use or getattr(term, "retired_on", None) is None
    ]

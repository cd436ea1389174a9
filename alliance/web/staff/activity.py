"""What happened to a record, as its page tells it: a timeline of sentences."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.visible import visible
from alliance.web.languages import gettext
from alliance.web.staff.labels import field_label
from alliance.web.staff.sentences import sentence
from alliance.web.staff.values import is_nothing, moment, value_text

# By action: the icon of the dot and its tone.
_SIGNS = {
    "created": ("plus", "ok"),
    "changed": ("pencil", ""),
    "removed": ("trash-2", "lamp"),
    "imported": ("file-up", "brand"),
    "undone": ("undo-2", "lamp"),
    "exported": ("download", ""),
    "verified": ("shield-check", "ok"),
    "signed_in": ("log-in", ""),
    "sign_in_refused": ("circle-alert", "lamp"),
    "code_refused": ("circle-alert", "lamp"),
    "proof_refused": ("circle-alert", "lamp"),
}
_SIGNS_OF_FIELDS = {
    "archived_on": ("archive", ""),
    "delete_on": ("trash-2", "lamp"),
    "memberships": ("handshake", "brand"),
    "merged_into_id": ("merge", "brand"),
}


@dataclass(frozen=True, slots=True)
class FieldStep:
    """One field from one value to another, in words, "" for nothing; `field`: in the document."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ActivityItem:
    """One entry as a page shows it.

    icon, tone: of the dot. day: the instant in ISO form. url: its own page, "" for those who may
    not open the history. cause: label and address of the whole that it belongs to, or None.
    """

    entry_id: int
    icon: str
    tone: str
    sentence: str
    when: str
    day: str
    who: str
    reason: str
    steps: Sequence[FieldStep]
    url: str
    cause: tuple[str, str] | None


def activity_of(entries: Iterable[Any], permissions: Collection[Permission]) -> list[ActivityItem]:
    """Entries of the history, in their order, with what these permissions may see of them.

    entries: rows or records as `alliance.audit.queries` gives them. An entry of which nothing but
    hidden fields has changed is left out.
    """
    items = []
    for entry in entries:
        shown = visible(entry.subject_kind, entry.changes, permissions)
        if entry.changes and not shown:
            continue
        icon, tone = sign_of(entry.action, shown)
        may_open = Permission.SEE_HISTORY in permissions
        items.append(
            ActivityItem(
                entry_id=entry.id,
                icon=icon,
                tone=tone,
                sentence=sentence(entry, permissions),
                when=moment(entry.at),
                day=entry.at.isoformat(),
                who=entry.actor_name,
                reason=_reason(entry.reason or ""),
                steps=steps_of(entry.subject_kind, shown) if entry.action == "changed" else (),
                url=f"/staff/history/{entry.id}" if may_open else "",
                cause=cause_of(entry.cause, permissions),
            )
        )
    return items


def steps_of(subject_kind: str, changes: Any) -> list[FieldStep]:
    """Changes as field -> [from, to] told field by field."""
    return [
        FieldStep(
            field,
            field_label(subject_kind, field),
            _told(subject_kind, field, before),
            _told(subject_kind, field, after),
        )
        for field, (before, after) in changes.items()
    ]


def _told(subject_kind: str, field: str, value: Any) -> str:
    return "" if is_nothing(value) else value_text(subject_kind, field, value)


def sign_of(action: str, changes: Collection[str]) -> tuple[str, str]:
    """The icon and the tone of an entry's dot."""
    if action == "changed":
        for field, sign in _SIGNS_OF_FIELDS.items():
            if field in changes:
                return sign
    return _SIGNS.get(action, ("info", ""))


def cause_of(cause: str | None, permissions: Collection[Permission]) -> tuple[str, str] | None:
    """What a cause such as “change_set:12” is called, and its address or "" without the right."""
    kind, _, number = (cause or "").partition(":")
    if not number.isdigit():
        return None
    known = {
        "change_set": (
            gettext("Change set %(number)s", number=number),
            f"/staff/change-sets/{number}",
            Permission.BULK_EDIT,
        ),
        "change_set_undo": (
            gettext("Undoing of change set %(number)s", number=number),
            f"/staff/change-sets/{number}",
            Permission.BULK_EDIT,
        ),
        "import": (
            gettext("Import %(number)s", number=number),
            f"/staff/imports/{number}",
            Permission.IMPORT,
        ),
    }
    if kind not in known:
        return None
    label, url, needed = known[kind]
    return label, url if needed in permissions else ""


def _reason(told: str) -> str:
    """Why, as it was written; what the service itself writes in the reader's language."""
    return gettext("import undone") if told == "import undone" else told

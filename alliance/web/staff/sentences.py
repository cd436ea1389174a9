"""An entry of the history as one sentence in the reader's language."""

from collections.abc import Collection, Sequence
from typing import Any

from alliance.accounts.permissions import Permission
from alliance.accounts.rules.visible import visible
from alliance.core.actor import SYSTEM, ActorKind
from alliance.web.languages import gettext, ngettext
from alliance.web.staff.labels import field_label, subject_label
from alliance.web.staff.values import list_text

_MOST_FIELDS = 3


def sentence(entry: Any, permissions: Collection[Permission]) -> str:
    """Who did what to which record: “Ada Byron changed City of “Harbour Light”.”

    entry: a row or record of the history. Fields that these permissions may not see are not named.
    """
    who, what = who_of(entry), called(entry.subject_kind, entry.subject_name)
    told = _of_kind(entry, who)
    if told:
        return told
    if entry.action == "changed":
        return _changed(entry, who, what, permissions)
    pattern = _patterns().get(entry.action)
    if pattern:
        return pattern % {"who": who, "what": what}
    action = entry.action.replace("_", " ")
    return gettext("%(who)s: %(action)s, %(what)s.", who=who, action=action, what=what)


def who_of(entry: Any) -> str:
    """The doer as sentences name him: a person, the account at the console, or the service."""
    is_itself = entry.actor_kind == ActorKind.SYSTEM and entry.actor_name == SYSTEM.name
    return gettext("The service") if is_itself else isolated(entry.actor_name)


def called(subject_kind: str, name: str) -> str:
    """A record as sentences call it: its name, with what it is where the name does not tell."""
    if subject_kind in ("organisation", "contact", "account"):
        return gettext("“%(name)s”", name=isolated(name))
    kind = subject_label(subject_kind)
    return gettext("%(kind)s “%(name)s”", kind=kind, name=isolated(name)) if name else kind


def isolated(text: str) -> str:
    """A name that may run in either direction, set apart from the words around it."""
    return f"\u2068{text}\u2069"


def action_label(action: str) -> str:
    """An action in one or two words, for filters and tables."""
    words = {
        "created": gettext("added"),
        "changed": gettext("changed"),
        "removed": gettext("removed for good"),
        "imported": gettext("imported"),
        "undone": gettext("taken back"),
        "exported": gettext("exported"),
        "verified": gettext("verified"),
        "signed_in": gettext("signed in"),
        "sign_in_refused": gettext("sign-in refused"),
        "code_refused": gettext("code refused"),
        "proof_refused": gettext("proof refused"),
        "password_changed": gettext("password changed"),
        "disabled": gettext("disabled"),
        "enabled": gettext("enabled"),
        "factor_added": gettext("second factor added"),
        "factor_removed": gettext("second factor removed"),
        "factors_reset": gettext("second factors reset"),
        "recovery_codes_made": gettext("recovery codes made"),
        "recovery_code_used": gettext("recovery code used"),
        "signed_out": gettext("signed out"),
        "sign_in_limited": gettext("sign-in limited"),
        "refused": gettext("refused"),
        "sessions_ended": gettext("sessions ended"),
        "password_link_made": gettext("password link made"),
        "ways_in_closed": gettext("earlier ways in closed"),
        "role_proposed": gettext("role proposed"),
        "reset_proposed": gettext("reset proposed"),
        "proposal_declined": gettext("proposal declined"),
        "revoked": gettext("revoked"),
    }
    return words.get(action) or action.replace("_", " ")


def _of_kind(entry: Any, who: str) -> str:
    """Acts that name no single record."""
    if (entry.subject_kind, entry.action) == ("history", "verified"):
        return gettext("%(who)s verified the history.", who=who)
    if entry.action == "exported":
        number = (entry.changes.get("count") or [None, None])[1]
        kind = subject_label(entry.subject_kind)
        if isinstance(number, int):
            return ngettext(
                "%(who)s exported %(num)s entry of: %(kind)s.",
                "%(who)s exported %(num)s entries of: %(kind)s.",
                number,
                who=who,
                kind=kind,
            )
        return gettext("%(who)s exported: %(kind)s.", who=who, kind=kind)
    return ""


def _changed(entry: Any, who: str, what: str, permissions: Collection[Permission]) -> str:
    shown = visible(entry.subject_kind, entry.changes, permissions)
    for field, told in _states(who, what).items():
        if field in shown:
            return told[shown[field][1] is None]
    fields = [field_label(entry.subject_kind, field) for field in shown]
    if not fields:
        return gettext("%(who)s changed %(what)s.", who=who, what=what)
    return gettext(
        "%(who)s changed %(fields)s of %(what)s.", who=who, fields=_listed(fields), what=what
    )


def _states(who: str, what: str) -> dict[str, tuple[str, str]]:
    """Changes that have a word of their own: when the field is filled, when it is emptied."""
    restored = gettext("%(who)s restored %(what)s.", who=who, what=what)
    return {
        "delete_on": (gettext("%(who)s deleted %(what)s.", who=who, what=what), restored),
        "archived_on": (gettext("%(who)s archived %(what)s.", who=who, what=what), restored),
    }


def _listed(fields: Sequence[str]) -> str:
    if len(fields) <= _MOST_FIELDS:
        return list_text(fields)
    more = len(fields) - _MOST_FIELDS
    told = list_text(fields[:_MOST_FIELDS])
    return ngettext(
        "%(fields)s and %(num)s more field", "%(fields)s and %(num)s more fields", more, fields=told
    )


def _patterns() -> dict[str, str]:
    return {
        "created": gettext("%(who)s added %(what)s."),
        "removed": gettext("%(who)s removed %(what)s for good."),
        "imported": gettext("%(who)s imported %(what)s."),
        "undone": gettext("%(who)s took back %(what)s."),
        "signed_in": gettext("%(who)s signed in."),
        "sign_in_refused": gettext("A sign-in was refused: %(what)s."),
        "code_refused": gettext("A wrong code was refused: %(what)s."),
        "proof_refused": gettext("A wrong proof was refused: %(what)s."),
        "password_changed": gettext("%(who)s changed the password of %(what)s."),
        "disabled": gettext("%(who)s disabled %(what)s."),
        "enabled": gettext("%(who)s enabled %(what)s."),
        "factor_added": gettext("%(who)s added a second factor to %(what)s."),
        "factor_removed": gettext("%(who)s removed a second factor of %(what)s."),
        "factors_reset": gettext("%(who)s reset the second factors of %(what)s."),
        "recovery_codes_made": gettext("%(who)s made recovery codes for %(what)s."),
        "recovery_code_used": gettext("%(who)s used a recovery code of %(what)s."),
        "revoked": gettext("%(who)s revoked %(what)s."),
        "signed_out": gettext("%(who)s signed out."),
        "sign_in_limited": gettext("There were too many tries to sign in; more have to wait."),
        "refused": gettext("%(who)s asked for what the role does not include."),
        "sessions_ended": gettext("%(who)s ended sessions of %(what)s."),
        "password_link_made": gettext("%(who)s made a link for the password of %(what)s."),
        "ways_in_closed": gettext("%(who)s closed the earlier ways into %(what)s."),
        "role_proposed": gettext("%(who)s proposed a role for %(what)s."),
        "reset_proposed": gettext("%(who)s proposed to reset the second factors of %(what)s."),
        "proposal_declined": gettext("%(who)s declined what was proposed for %(what)s."),
    }

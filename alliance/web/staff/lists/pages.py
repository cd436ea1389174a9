"""Lists and wording: sectors, kinds of members and bodies, roles, countries, as staff edit them."""

from collections.abc import Mapping
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from alliance.accounts.permissions import Permission, allow
from alliance.core.actor import Actor
from alliance.core.db import db
from alliance.core.errors import BadInput, Stale
from alliance.core.text import fold
from alliance.directory.operations.wording import (
    LISTS,
    add_category,
    add_sector,
    change_entry,
    entry_document,
)
from alliance.directory.queries.snapshots import present
from alliance.directory.queries.wording import entry_history, uses
from alliance.directory.rules.reference import Reference, label_of
from alliance.directory.rules.versions import version_of_document
from alliance.web.forms import submit
from alliance.web.guards import present_permissions
from alliance.web.languages import OWN_NAMES, gettext, language
from alliance.web.numbers import whole_number
from alliance.web.staff import staff
from alliance.web.staff.activity import activity_of
from alliance.web.staff.frame import say
from alliance.web.staff.lists.forms import FIELDS, NEW, entry_form, told
from alliance.web.staff.lists.revert import RevertForm, as_written


@staff.get("/lists")
@allow(Permission.EDIT_LISTS)
def lists() -> str:
    """The closed lists, each with how many entries it has."""
    state = present(db.session())
    found = [
        (title, words, url_for("staff.list_of", kind=kind), len(_terms(state.reference, kind)))
        for kind, (title, words) in list_titles().items()
    ]
    return render_template("staff/lists/index.html", lists=found)


@staff.get("/lists/<kind>")
@allow(Permission.EDIT_LISTS)
def list_of(kind: str) -> str:
    """One closed list with how its entries are used; `q` narrows a long one."""
    _known(kind)
    session = db.session()
    state = present(session)
    used = uses(session, kind)
    asked = request.args.get("q", "").strip()[:100]
    # A sector stands right below the one it lies under.
    places = _places(kind, state.reference)
    terms = sorted(_terms(state.reference, kind).items(), key=lambda entry: places[entry[0]])
    rows = [
        _row(kind, key, term, state.reference, used.get(key, 0))
        for key, term in terms
        if not asked or fold(asked) in fold(" ".join([*term.names.values(), *term.aliases]))
    ]
    title, words = list_titles()[kind]
    return render_template(
        "staff/lists/list.html", kind=kind, title=title, words=words, rows=rows, q=asked,
        languages=state.settings.languages, may_add=kind in NEW,
        counts_uses=kind != "role", own_names=OWN_NAMES,
    )  # fmt: skip


@staff.route("/lists/<kind>/new", methods=["GET", "POST"])
@allow(Permission.EDIT_LISTS)
def add_entry(kind: str) -> ResponseReturnValue:
    """Add an entry to a list that grows: a sector, or a kind of member."""
    if kind not in NEW:
        abort(404)
    fields = NEW[kind]
    state = present(db.session())
    form = entry_form(kind, fields, state.settings.languages)
    _offer_parents(form, state.reference, None)

    def add(session: Session, actor: Actor) -> str:
        values = told(form, fields, {})
        key = (add_sector if kind == "sector" else add_category)(session, actor=actor, **values)
        say(gettext("The entry was added."))
        return url_for("staff.edit_entry", kind=kind, key=key)

    done = submit(form, add)
    if done is not None:
        return done
    page = render_template(
        "staff/lists/new.html", kind=kind, title=list_titles()[kind][0], form=form
    )
    return page, 422 if form.has_errors else 200


@staff.route("/lists/<kind>/<key>", methods=["GET", "POST"])
@allow(Permission.EDIT_LISTS)
def edit_entry(kind: str, key: str) -> ResponseReturnValue:
    """Change how an entry is worded; below, what was changed before, to be taken back."""
    _known(kind)
    session = db.session()
    number = _key(kind, key)
    state = present(session)
    before = entry_document(session, kind, number)
    version = version_of_document(before)
    form = entry_form(
        kind, FIELDS[kind], state.settings.languages, **before, version=version
    )  # fmt: skip
    _offer_parents(form, state.reference, number if kind == "sector" else None)

    def change(session: Session, actor: Actor) -> str:
        change_entry(
            session, kind, number, told(form, FIELDS[kind], before),
            actor=actor, version=form.version.data or None,
        )  # fmt: skip
        say(gettext("The entry was changed."))
        return url_for("staff.edit_entry", kind=kind, key=key)

    conflicts: Mapping[str, Any] = {}
    try:
        done = submit(form, change)
        if done is not None:
            return done
    except Stale as stale:
        # What was typed stays; saved again, it is held against what the others made of it.
        conflicts = stale.conflicts
        form.version.data = stale.version
        form.form_errors.append(stale.message)
    page = render_template(
        "staff/lists/entry.html", kind=kind, key=key, form=form, conflicts=conflicts,
        title=_label(kind, before, key), list_title=list_titles()[kind][0],
        retired_on=before.get("retired_on"),
        entries=activity_of(
            entry_history(session, kind, _name(kind, number, state.reference)),
            present_permissions(),
        ),
        revert=RevertForm(),
    )  # fmt: skip
    return page, 409 if conflicts else 422 if form.has_errors else 200


@staff.post("/lists/<kind>/<key>/revert")
@allow(Permission.EDIT_LISTS)
def revert_entry(kind: str, key: str) -> ResponseReturnValue:
    """Put back what an entry of the history says was there before."""
    _known(kind)
    form = RevertForm()
    number = _key(kind, key)

    def put_back(session: Session, actor: Actor) -> str:
        state = present(session)
        known = {
            one.id: one
            for one in entry_history(session, kind, _name(kind, number, state.reference))
        }
        entry = known.get(int(form.entry.data or 0))
        if entry is None or entry.action != "changed":
            raise BadInput(gettext("This change cannot be taken back."))
        change_entry(
            session, kind, number, as_written(entry.changes), actor=actor,
            reason=gettext("Taken back"),
        )  # fmt: skip
        say(gettext("The earlier wording is back."))
        return url_for("staff.edit_entry", kind=kind, key=key)

    done = submit(form, put_back)
    if done is None:
        raise BadInput("; ".join(map(str, form.form_errors)) or gettext("Try again."))
    return done


def list_titles() -> dict[str, tuple[str, str]]:
    """What each list is called and what it is for, in the order in which they are shown."""
    return {
        "sector": (gettext("Sectors"), gettext("The fields in which organisations work.")),
        "category": (gettext("Kinds of member"), gettext("Who can be a member, as what.")),
        "body_kind": (gettext("Kinds of body"), gettext("Ministries, agencies, charities …")),
        "role": (gettext("Roles of contacts"), gettext("Who does what, and how many are needed.")),
        "country": (
            gettext("Countries and territories"),
            gettext("The alliance’s own wording, with the reason for it."),
        ),
    }


def _known(kind: str) -> None:
    if kind not in LISTS:
        abort(404)


def _key(kind: str, key: str) -> str | int:
    if kind != "sector":
        return key
    number = whole_number(key)
    if number is None:
        abort(404)
    return number


def _terms(reference: Reference, kind: str) -> Mapping[Any, Any]:
    terms: dict[str, Mapping[Any, Any]] = {
        "sector": reference.sectors,
        "category": reference.categories,
        "body_kind": reference.body_kinds,
        "role": reference.roles,
        "country": reference.countries,
    }
    return terms[kind]


def _row(kind: str, key: Any, term: Any, reference: Reference, used: int) -> dict[str, Any]:
    above = reference.with_ancestors(key)[1:] if kind == "sector" else ()
    return {
        "url": url_for("staff.edit_entry", kind=kind, key=key),
        "name": label_of(term.names, language()),
        "names": term.names,
        "above": " › ".join(
            label_of(reference.sectors[one].names, language()) for one in reversed(above)
        ),
        "aliases": len(term.aliases),
        "retired_on": getattr(term, "retired_on", None),
        "code": key if kind != "sector" else term.slug,
        "used": used,
        "used_url": _users(kind, key, term),
        "note": getattr(term, "wording_note", None),
        "shape": getattr(term, "shape", ""),
        "minimum": getattr(term, "minimum", None),
        "maximum": getattr(term, "maximum", None),
    }


def _places(kind: str, reference: Reference) -> dict[Any, tuple[int, ...]]:
    """Where each entry stands: a sector by the places of those above it, then by its own."""
    at = {key: place for place, key in enumerate(_terms(reference, kind))}
    if kind != "sector":
        return {key: (place,) for key, place in at.items()}
    return {key: tuple(at[one] for one in reversed(reference.with_ancestors(key))) for key in at}


def _users(kind: str, key: Any, term: Any) -> str:
    """The list of the organisations that have an entry."""
    if kind not in ("sector", "category", "country", "body_kind"):
        return ""
    value = term.slug if kind == "sector" else key
    return f"/staff/organisations?{kind}={value}"


def _name(kind: str, key: str | int, reference: Reference) -> str:
    if kind != "sector":
        return str(key)
    term = reference.sectors.get(int(key))
    return term.slug if term else ""


def _label(kind: str, document: Mapping[str, Any], key: str) -> str:
    return label_of(document.get("names", {}), language()) or key


def _offer_parents(form: Any, reference: Reference, own: Any) -> None:
    """The sectors under which another may stand: those in use, but itself and what is under it."""
    if "parent_id" not in form:
        return
    form.parent_id.choices = [
        SelectChoice("", gettext("Nothing: it stands at the top")),
        *(
            SelectChoice(str(id), label_of(term.names, language()))
            for id, term in reference.sectors.items()
            if term.retired_on is None and own not in reference.with_ancestors(id)
        ),
    ]

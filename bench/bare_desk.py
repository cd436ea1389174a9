"""The barest views that show what the workspace shows; anybody may see them.

Their tables are made by bare_desk.sql. Lists tell the counts of some filters, not of all, and not
what would be found without each of those that are chosen.
"""

from typing import Any

from flask import Response, abort, render_template, request

from alliance.core.text import words
from bench import bare_desk_statements as sql
from bench.bare import app, ask, lists

__all__ = ["app"]
LAST = "\U0010ffff"
STATUSES = {
    "member": ("Member", "ok"),
    "later": ("Joins later", "brand"),
    "former": ("Former member", ""),
    "never": ("Never a member", ""),
}
CONTACTS = {"reachable": "Reachable", "unreachable": "Cannot be reached", "vacant": "Nobody named"}
ROLES = {"primary_contact": "Primary contact", "member_of_staff": "Member of staff"}
ADDRESSES = {"verified": "Verified", "unverified": "Not verified", "bouncing": "Bounces"}


@app.get("/staff/organisations")
def desk() -> str:
    """Organisations under three filters."""
    return _desk(*ask(sql.ORGANISATIONS, **_chosen(3)))


@app.get("/staff/rows")
def desk_rows() -> str:
    """The first of them, told neither how many there are nor how they divide."""
    _, _, found = ask(sql.FIRST_ORGANISATIONS, **_chosen(3))
    return _desk(None, lists().uncounted, found)


def _desk(total: int | None, counts: Any, found: Any) -> str:
    known = lists()
    named = known.labels | {
        "status": {key: word for key, (word, _) in STATUSES.items()},
        "contact": CONTACTS,
    }
    rows = [
        (id, name, language, *known.categories[category], known.countries.get(country, ""),
         " · ".join([known.sector_names[one] for one in sectors[:3]]), *STATUSES[status], since,
         contact, changed, initial)
        for id, name, language, category, country, sectors, status, since, contact, changed, initial
        in found or ()
    ]  # fmt: skip
    return _page("desk", total, _facets(counts, named), rows)


@app.get("/staff/contacts")
def people() -> str:
    """People under two filters."""
    total, counts, found = ask(sql.PEOPLE, **_chosen(2))
    known = lists()
    named = known.labels | {"role": ROLES, "address": ADDRESSES}
    rows = [
        (id, name, language, works, ROLES.get(role, role), email, ADDRESSES.get(state, ""),
         initials)
        for id, name, language, works, role, email, state, initials in found or ()
    ]  # fmt: skip
    return _page("people", total, _facets(counts, named), rows)


@app.get("/staff/organisations/<int:id>")
def record(id: int) -> str:
    """Everything of one organisation."""
    row = ask(sql.RECORD, id=id)
    if row is None:
        abort(404)
    own, sectors, memberships, works, happened = row
    known = lists()
    facts = [
        (key, label, _fact(known, key, sectors if key == "sectors" else own.get(key)))
        for key, label in FACTS
    ]
    return render_template(
        "record.html",
        frame=known.frames["record"],
        one=own,
        category=known.categories[own["category"]],
        country=known.countries.get(own["country"], ""),
        facts=facts,
        since=memberships[0] if memberships else "",
        people=[(ROLES.get(role, role), *rest) for role, *rest in works or ()],
        happened=happened or (),
    )


@app.get("/staff/palette")
def palette() -> str:
    """The first organisations and people with a word that begins as typed."""
    typed = words(request.args["q"])
    word = typed[0] if typed else ""
    organisations, people = ask(sql.PALETTE, word=word, word_end=word + LAST)
    known = lists()
    return render_template(
        "palette.html",
        organisations=[
            (id, name, language, known.categories[category][1], known.countries.get(country, ""),
             initial)
            for id, name, language, category, country, *_, initial in organisations or ()
        ],
        people=[
            (id, name, language, works, ROLES.get(role, role))
            for id, name, language, works, role, *_ in people or ()
        ],
    )  # fmt: skip


@app.get("/api/v1/organisations/records")
def records() -> Response:
    """Whole records for machines."""
    limit = int(request.args["limit"])
    items, last, number = ask(sql.RECORDS, after=int(request.args["after"]), limit=limit)
    following = last if number == limit else "null"
    body = f'{{"items":[{items or ""}],"next":{following}}}'
    return Response(body.encode(), mimetype="application/json")


def _chosen(number: int) -> dict[str, str]:
    """Filters of the address, as many as the statement takes."""
    given = list(request.args.items())
    return {
        name: text
        for at in range(number)
        for name, text in zip((f"facet{at}", f"value{at}"), given[at], strict=True)
    }


def _facets(counts: list[Any] | None, labels: Any) -> list[tuple[str, list[tuple[str, str, int]]]]:
    groups: dict[str, list[tuple[str, str, int]]] = {}
    for facet, value, number in counts or ():
        named = labels.get(facet, {})
        groups.setdefault(facet, []).append((value, named.get(value, value), number))
    return list(groups.items())


def _page(kind: str, total: int | None, facets: Any, rows: Any) -> str:
    return render_template(
        f"{kind}.html", frame=lists().frames[kind], total=total, facets=facets, rows=rows
    )


def _fact(known: Any, key: str, value: Any) -> str:
    if value is None or value == []:
        return "–"
    if key == "sectors":
        return ", ".join(known.sector_names[one] for one in value)
    named = {
        "category": lambda: known.categories[value][0],
        "body_kind": lambda: known.body_kinds[value],
        "country": lambda: known.countries[value],
    }
    return named[key]() if key in named else str(value)


FACTS = (
    ("category", "Kind of member"), ("body_kind", "Kind of body"),
    ("language", "Language of the name"), ("names", "Other names"), ("country", "Home country"),
    ("city", "City"), ("postcode", "Postcode"), ("street", "Street"), ("email", "E-mail address"),
    ("phone", "Telephone"), ("website", "Website"), ("description", "Description"),
    ("countries", "Countries of work"), ("sectors", "Sectors"), ("identifiers", "Register entries"),
    ("domains", "Web domains"), ("is_listed", "Shown to the public"), ("source", "Source"),
    ("notes", "Staff notes"),
)  # fmt: skip

"""The page of one organisation, from its public document."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.queries.listings import ListingPage, Related, find_listing
from alliance.directory.rules.open_data import membership_on
from alliance.web.languages import gettext, language
from alliance.web.public import public
from alliance.web.public.context import Labels, directory_state, labels, today
from alliance.web.public.logos import logo_address
from alliance.web.public.parameters import organisation_day
from alliance.web.public.wording import (
    day_text,
    member_since,
    name_kind,
    short_day,
    short_since,
)

_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_WEB_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>\"']*)?", re.IGNORECASE)


@dataclass(frozen=True)
class OrganisationView:
    """What the page shows, in words of the visitor's language.

    category: (word, shape, address of the list); translations: the name in the visitor's language
    as (text, language); other_names: (text, language, what it is with its
    days); sectors: (name, address); identifiers: (register, value, address or ""); website:
    (shown, address or ""); status: (text, tone, icon); memberships: entries of a timeline.
    """

    page: ListingPage
    name: str
    language: str | None
    category: tuple[str, str, str]
    category_plural: str
    translations: Sequence[tuple[str, str]]
    status: tuple[str, str, str]
    day_note: str
    body_kind: str | None
    country: tuple[str, str] | None
    countries: Sequence[str]
    city: str | None
    description: str | None
    website: tuple[str, str] | None
    logo: str
    other_names: Sequence[tuple[str, str | None, str]]
    sectors: Sequence[tuple[str, str]]
    identifiers: Sequence[tuple[str, str, str]]
    memberships: Sequence[tuple[str, str, str, str, str, str]]
    dissolved: str
    merged_into: Related | None
    parent: Related | None


@public.get("/members/<slug>")
@allow(Permission.SEE_PUBLIC)
def member(slug: str) -> ResponseReturnValue:
    """One organisation that is or was a member; a former address leads to the present one."""
    found = find_listing(db.session(), slug)
    state = directory_state(found.version if found else None)
    day = organisation_day(request.args)
    if found is None or not _has_begun(found.document, max(day or today(), today())):
        abort(404)
    if found.slug != slug:
        as_of = day.isoformat() if day else None
        return redirect(url_for("public.member", slug=found.slug, as_of=as_of), 301)
    view = _view(found, labels(state, language()), day or today(), is_dated=day is not None)
    return render_template("public/member.html", view=view, api_url=_api_url(found.document))


def _has_begun(document: Mapping[str, Any], day: date) -> bool:
    return any(one["joined_on"] <= day.isoformat() for one in document["memberships"])


def _api_url(document: Mapping[str, Any]) -> str:
    return f"/api/v1/organisations/{document['id']}"


def _view(page: ListingPage, known: Labels, day: date, *, is_dated: bool) -> OrganisationView:
    document, code = page.document, language()
    members = url_for("public.members")
    name, plural, shape = known.categories[document["category"]]
    country = document.get("country")
    dissolved = document.get("dissolved_on")
    return OrganisationView(
        page=page,
        name=document["name"],
        language=document.get("language"),
        category=(name, shape, f"{members}?category={document['category']}"),
        category_plural=plural,
        translations=[
            (one["text"], code)
            for one in document.get("names") or ()
            if one["kind"] == "translation" and one.get("language") == code
        ],
        status=_status(document, day, code),
        day_note=gettext("As it stood on %(day)s.", day=day_text(day, code)) if is_dated else "",
        body_kind=known.body_kinds.get(document.get("body_kind") or ""),
        country=(known.countries.get(country, country), f"{members}?country={country}")
        if country
        else None,
        countries=[known.countries.get(one, one) for one in document.get("countries") or ()],
        city=document.get("city"),
        description=document.get("description"),
        website=web_link(document["website"]) if document.get("website") else None,
        logo=logo_address(document.get("logo")),
        other_names=[_other_name(one, code) for one in document.get("names") or ()],
        sectors=[
            (known.sectors.get(slug, slug), f"{members}?sector={slug}")
            for slug in document.get("sectors") or ()
        ],
        identifiers=[_identifier(one, known) for one in document.get("identifiers") or ()],
        memberships=_timeline(document["memberships"], code, day),
        dissolved=gettext("Dissolved on %(day)s", day=day_text(date.fromisoformat(dissolved), code))
        if dissolved
        else "",
        merged_into=page.merged_into,
        parent=page.parent,
    )


def _status(document: Mapping[str, Any], day: date, code: str) -> tuple[str, str, str]:
    at = day.isoformat()
    current = membership_on(document, day)
    dissolved = document.get("dissolved_on")
    if current is not None and not (dissolved and dissolved <= at):
        joined = date.fromisoformat(current["joined_on"])
        since = member_since(joined, current["precision"], current["is_at_latest"], code)
        return since, "ok", "check"
    ends = [one["ended_on"] for one in document["memberships"]] + [dissolved]
    past = [end for end in ends if end is not None and end <= at]
    if past:
        until = day_text(date.fromisoformat(max(past)), code)
        return gettext("Former member, until %(day)s", day=until), "", "history"
    return gettext("Not a member on %(day)s", day=day_text(day, code)), "", "history"


def _other_name(name: Mapping[str, Any], code: str) -> tuple[str, str | None, str]:
    told = name_kind(name["kind"])
    first, last = (
        day_text(date.fromisoformat(name[key]), code) if name.get(key) else None
        for key in ("valid_from", "valid_until")
    )
    if first and last:
        told = gettext("%(kind)s, %(first)s to %(last)s", kind=told, first=first, last=last)
    elif first:
        told = gettext("%(kind)s since %(first)s", kind=told, first=first)
    elif last:
        told = gettext("%(kind)s until %(last)s", kind=told, last=last)
    return name["text"], name.get("language"), told


def web_link(address: str) -> tuple[str, str]:
    """The website as shown and linked; only plain web addresses become links."""
    shown = re.sub(r"^https?://(www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
    if _WEB_ADDRESS.fullmatch(address):
        return shown, address
    if _WEB_DOMAIN.fullmatch(address):
        return shown, f"https://{address}"
    return address, ""


def _identifier(one: Mapping[str, str], known: Labels) -> tuple[str, str, str]:
    register, link = known.schemes.get(one["scheme"], (one["scheme"], None))
    value = one["value"]
    # What a register's numbers never hold would change where the link leads.
    is_plain = re.fullmatch(r"[A-Za-z0-9 ./_-]+", value) is not None
    return register, value, link.replace("{value}", value) if link and is_plain else ""


def _timeline(
    memberships: Sequence[Mapping[str, Any]], code: str, day: date
) -> list[tuple[str, str, str, str, str, str]]:
    entries = []
    for one in memberships:
        joined, ended = one["joined_on"], one["ended_on"]
        first = date.fromisoformat(joined)
        when = short_since(first, one["precision"], one["is_at_latest"], code)
        if joined <= day.isoformat():
            title = gettext("Joined the alliance")
            entries.append(("handshake", "brand", title, "", when, joined))
        if ended is not None and ended <= day.isoformat():
            when = short_day(date.fromisoformat(ended), code)
            entries.append(("history", "", gettext("Membership ended"), "", when, ended))
    return entries[::-1]

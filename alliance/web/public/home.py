"""The first page: what the alliance is, who belongs to it, and how to ask about joining."""

from datetime import date

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from alliance.accounts.permissions import Permission, allow
from alliance.core.db import db
from alliance.directory.queries.listings import brief_listings
from alliance.directory.queries.snapshots import DirectoryState
from alliance.web.languages import language
from alliance.web.public import public
from alliance.web.public.context import Labels, directory_state, labels, once_a_version, today
from alliance.web.public.growth import growth
from alliance.web.public.tally import present_tally
from alliance.web.public.wording import day_text, member_since, number_text
from alliance.web.public.world import WorldMap, world_map

NEWEST = 6


@public.get("/")
@allow(Permission.SEE_PUBLIC)
def home() -> ResponseReturnValue:
    """The home page with the present counts."""
    state, code, day = directory_state(), language(), today()
    known = labels(state, code)
    return render_template(
        "public/home.html",
        counts=present_tally(state, known, day),
        world=_world(state, known, code, day),
        growth=growth(state, day),
        kinds=[(plural, shape) for _, plural, shape in known.categories.values()],
        number=lambda number: number_text(number, code),
        day=day_text(day, code),
        newest=_newest(state, known, code, day),
    )


def _newest(
    state: DirectoryState, known: Labels, code: str, day: date
) -> list[tuple[str, str, str | None, str, str, str, str]]:
    """Who joined last: (address, name, language, kind, shape, country, since)."""
    ids = state.snapshot.page(state.snapshot.listed(day), "joined", 0, NEWEST)
    members = url_for("public.members")
    return [
        (
            f"{members}/{one.slug}",
            one.name,
            one.language,
            known.categories[one.category][0],
            known.categories[one.category][2],
            known.countries.get(one.country or "", ""),
            member_since(one.joined_on, one.precision, one.is_at_latest, code),
        )
        for one in brief_listings(db.session(), ids)
    ]


def _world(state: DirectoryState, known: Labels, code: str, day: date) -> WorldMap:
    members = url_for("public.members")

    def make() -> WorldMap:
        listed = state.snapshot.listed(day)
        address_of = f"{members}?country={{}}".format
        return world_map(state, listed, known, code, address_of)

    return once_a_version(state, "world", (code, day), make)

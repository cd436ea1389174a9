"""What every public page works from: the state of the directory, the day, and words for codes."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from flask import current_app, g

from alliance.core import clock
from alliance.core.db import db
from alliance.core.text import sort_key
from alliance.directory.queries.search import Version
from alliance.directory.queries.snapshots import DirectoryState, present
from alliance.directory.queries.snapshots import directory_state as known_state
from alliance.directory.rules.reference import Reference, label_of

Made = TypeVar("Made")
_MOST_KEPT = 256
_kept: WeakKeyDictionary[DirectoryState, dict[str, dict[Any, Any]]] = WeakKeyDictionary()
_lock = Lock()


@dataclass(frozen=True)
class Labels:
    """The closed lists in one language: by code or slug, in the order in which they are shown.

    `categories` are (name, plural, shape).
    """

    categories: Mapping[str, tuple[str, str, str]]
    body_kinds: Mapping[str, str]
    countries: Mapping[str, str]
    regions: Mapping[str, str]
    sectors: Mapping[str, str]
    sector_slugs: Mapping[int, str]
    schemes: Mapping[str, tuple[str, str | None]]


def directory_state(version: Version | None = None) -> DirectoryState:
    """The directory as this request sees it, also for the frame: one statement a request.

    version: the present one, where the caller has read it along with what it shows.
    """
    if g.get("directory_state") is None:
        session = db.session()
        g.directory_state = known_state(session, version) if version else present(session)
    return cast(DirectoryState, g.directory_state)


def today() -> date:
    """The present day of the alliance."""
    return clock.today(directory_state().settings.zone)


def base_url() -> str:
    """The public address of the service, without a slash at its end."""
    return str(current_app.config["ALLIANCE"].base_url)


def once_a_version(
    state: DirectoryState, subject: str, key: Hashable, make: Callable[[], Made]
) -> Made:
    """What `make` gives, made once for each version of the directory that this process sees.

    `key` tells apart what is kept on one subject; the oldest makes room for more.
    """
    with _lock:
        kept = _kept.setdefault(state, {}).setdefault(subject, {})
        if key in kept:
            return cast(Made, kept[key])
    made = make()
    with _lock:
        while len(kept) >= _MOST_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = made
    return made


def labels(state: DirectoryState, language: str) -> Labels:
    """The words of the closed lists in `language`."""
    return once_a_version(state, "labels", language, lambda: _labels(state, language))


def _labels(state: DirectoryState, language: str) -> Labels:
    known = state.reference

    def by_name(named: Mapping[str, str]) -> dict[str, str]:
        return dict(sorted(named.items(), key=lambda item: (sort_key(item[1]), item[0])))

    return Labels(
        categories={
            code: (
                label_of(term.names, language),
                label_of(term.plurals, language),
                term.shape,
            )
            for code, term in known.categories.items()
        },
        body_kinds={code: label_of(t.names, language) for code, t in known.body_kinds.items()},
        countries=by_name(
            {code: label_of(term.names, language) for code, term in known.countries.items()}
        ),
        regions=by_name(
            {term.slug: label_of(term.names, language) for term in known.regions.values()}
        ),
        sectors=_sectors(known, language),
        sector_slugs={term.id: term.slug for term in known.sectors.values()},
        schemes={code: (label_of(t.names, language), t.link) for code, t in known.schemes.items()},
    )


def _sectors(known: Reference, language: str) -> dict[str, str]:
    """Each sector followed by the sectors below it."""
    found: dict[str, str] = {}

    def add_below(parent: int | None) -> None:
        for id, term in known.sectors.items():
            if term.parent == parent and term.slug not in found:
                found[term.slug] = label_of(term.names, language)
                add_below(id)

    add_below(None)
    return found

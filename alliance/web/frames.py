"""What stands above and below a public page, made once and then only given its addresses."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

Parts = tuple[str, str]
_MOST_KEPT = 64
_kept: dict[Any, Parts] = {}
_lock = Lock()


def frame_parts(values: Mapping[str, Any]) -> tuple[Markup, Markup]:
    """The parts above and below, for these values of the frame (see shell.frame)."""
    key = (
        values["lang"],
        values["theme"],
        values["alliance"]["name"],
        values["alliance"]["mark_url"],
        values["alliance"]["contact_address"],
        tuple(values["languages"]),
        tuple(values["navigation"]),
    )
    above, below = _kept.get(key) or _make(key, values)
    for token, changes in _links(values).items():
        address = str(escape(values["here"](**changes)))
        above, below = above.replace(token, address), below.replace(token, address)
    # Templates made these parts, which escape what they are given; so are the addresses here.
    return Markup(above), Markup(below)  # noqa: S704


def _links(values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Stand-ins for the links back to the present page, and what each changes in its address."""
    return {
        **{f"@lang:{code}@": {"lang": code} for code, _ in values["languages"]},
        **{f"@theme:{one}@": {"theme": one} for one in ("system", "light", "dark")},
    }


def _make(key: Any, values: Mapping[str, Any]) -> Parts:
    def stand_in(**changes: str) -> str:
        ((name, value),) = changes.items()
        return f"@{name}:{value}@"

    module: Any = current_app.jinja_env.get_template("layouts/frame.html").module
    alliance = values["alliance"]
    mark = values["alliance"]["mark_url"]
    parts = (
        str(
            module.above(
                alliance,
                mark,
                values["navigation"],
                values["languages"],
                values["lang"],
                stand_in,
            )
        ),
        str(module.below(alliance, values["theme"], stand_in)),
    )
    with _lock:
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = parts
    return parts

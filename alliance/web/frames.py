"""What stands above and below a page, made once and then only given its addresses."""

import re
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from flask import current_app
from markupsafe import Markup, escape

Parts = tuple[str, str]
_MOST_KEPT = 256
_kept: dict[Any, Parts] = {}
_lock = Lock()
# What stands in for a text that differs from page to page.
_STAND_IN = re.compile("@[a-z]+:[a-z-]*@")


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
    return _filled(_made(key, lambda: _make(values)), _links(values))


def desk_parts(
    values: Mapping[str, Any], workspace: Mapping[str, Any], public_url: str
) -> tuple[Markup, Markup]:
    """The parts above and below a page of the workspace; `workspace` as of staff_frame().

    public_url: the public page of what is shown, or "".
    """
    mark_url = values["asset"](workspace["mark_of"](values["alliance"]["mark"]))
    shown = {name: workspace[name] for name in ("navigation", "new", "person")}
    key = (
        "desk",
        values["lang"],
        values["theme"],
        values["alliance"]["name"],
        mark_url,
        tuple(values["languages"]),
        bool(public_url),
        repr(shown),
    )
    texts = {"@token:@": workspace["token"](), "@public:@": public_url, **_links(values)}
    return _filled(_made(key, lambda: _make_desk(values, shown, mark_url, bool(public_url))), texts)


def _filled(parts: Parts, texts: Mapping[str, str]) -> tuple[Markup, Markup]:
    """The parts with these texts in the place of their stand-ins, each put in once."""

    def text(found: re.Match[str]) -> str:
        return str(escape(texts[found[0]])) if found[0] in texts else found[0]

    above, below = (_STAND_IN.sub(text, part) for part in parts)
    # Templates made these parts, which escape what they are given; so are the texts here.
    return Markup(above), Markup(below)  # noqa: S704


def _links(values: Mapping[str, Any]) -> dict[str, str]:
    """Stand-ins for the links back to the present page, and the address of each."""
    here = values["here"]
    return {
        **{f"@lang:{code}@": here(lang=code) for code, _ in values["languages"]},
        **{f"@theme:{one}@": here(theme=one) for one in ("system", "light", "dark")},
    }


def _stand_in(**changes: str) -> str:
    ((name, value),) = changes.items()
    return f"@{name}:{value}@"


def _make(values: Mapping[str, Any]) -> Parts:
    module: Any = current_app.jinja_env.get_template("layouts/frame.html").module
    alliance = values["alliance"]
    above = module.above(
        alliance,
        alliance["mark_url"],
        values["navigation"],
        values["languages"],
        values["lang"],
        _stand_in,
    )
    return str(above), str(module.below(alliance, values["theme"], _stand_in))


def _make_desk(
    values: Mapping[str, Any], shown: Mapping[str, Any], mark_url: str, has_public: bool
) -> Parts:
    module: Any = current_app.jinja_env.get_template("layouts/desk_frame.html").module
    above = module.above(
        values["alliance"]["name"],
        mark_url,
        shown,
        "@token:@",
        values["theme"],
        values["languages"],
        values["lang"],
        _stand_in,
        "@public:@" if has_public else "",
    )
    return str(above), str(module.below())


def _made(key: Any, make: Callable[[], Parts]) -> Parts:
    parts = _kept.get(key)
    if parts is None:
        parts = make()
        with _lock:
            while len(_kept) >= _MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = parts
    return parts

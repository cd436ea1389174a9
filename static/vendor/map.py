"""Slim a projected world map to what a page inlines: `static/map/world.json`.

    python static/vendor/map.py projected.json static/map/world.json

The source is Natural Earth 1:110m and 1:50m (public domain, naturalearthdata.com), drawn in an
equal-area projection on a canvas of 1000 x 502: {"w", "h", "f": {ISO numeric code: {"d": path} or
{"c": [x, y]} for small states}, "noid": [{"n": name, "d": path}]}. Needs pycountry.

Paths come out keyed by ISO alpha-2 in whole steps of a canvas twice as fine, each point relative
to the one before, which halves the text. Kosovo has no ISO code and is keyed XK.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry

FINER = 2
# The canvas loses the empty sea above Greenland and below Cape Horn, and gains a strip in the east
# where Samoa and Niue would else lie outside it. Steps of the finer canvas.
LEFT, TOP, WIDTH, HEIGHT = -12, 22, 2074, 960
SMALLEST_SIDE = 8
UNINHABITED = {"GS", "HM", "TF"}
NAMED_WITHOUT_CODE = {"Kosovo": "XK"}
# Left out of the source; placed by longitude and latitude between their neighbours.
PLACED_BY_HAND = {"GI": [925, 248], "TV": [2002, 612]}
# Natural Earth draws these apart; the table of countries the product ships has no entry for them.
SHOWN_WITH = {"N. Cyprus": "CY", "Somaliland": "SO"}


def slim(path: str) -> str:
    """An absolute "M…L…Z" path as a relative one in whole steps; rings under three points go."""
    rings = []
    for ring in re.findall(r"M([^MZ]*)Z?", path):
        numbers = [float(n) * FINER for n in re.findall(r"-?\d+(?:\.\d+)?", ring)]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        points = [(round(x) - LEFT, round(y) - TOP) for x, y in pairs]
        kept = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        if len(kept) > 1 and kept[0] == kept[-1]:
            kept.pop()
        if len(set(kept)) >= 3:
            rings.append(ring_text(kept))
    return "".join(rings)


def is_tiny(path: str) -> bool:
    """Whether a country would be too small to see and to point at; a circle serves better."""
    numbers = [float(n) * FINER for n in re.findall(r"-?\d+(?:\.\d+)?", path)]
    wide, high = max(numbers[::2]) - min(numbers[::2]), max(numbers[1::2]) - min(numbers[1::2])
    return max(wide, high) < SMALLEST_SIDE


def ring_text(points: list[tuple[int, int]]) -> str:
    """One closed ring: an absolute start, then relative steps, with no blank that can be spared."""
    steps = []
    for (x0, y0), (x1, y1) in pairwise(points):
        steps += [x1 - x0, y1 - y0]
    text = " ".join(str(step) for step in steps).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}z"


def alpha_2(numeric: str) -> str:
    """ISO 3166 numeric code, leading noughts optional, as alpha-2. Raises KeyError if unknown."""
    country = pycountry.countries.get(numeric=numeric.zfill(3))
    if country is None:
        raise KeyError(numeric)
    return str(country.alpha_2)


def convert(world: dict[str, Any]) -> dict[str, Any]:
    """The slimmed map in the shape that the component `world_map` takes."""
    paths: dict[str, str] = {}
    circles: dict[str, list[int]] = dict(PLACED_BY_HAND)
    for numeric, feature in world["f"].items():
        code, path, centre = alpha_2(numeric), feature.get("d") or "", feature.get("c")
        if code in UNINHABITED:
            continue
        if slim(path) and not (centre and is_tiny(path)):
            paths[code] = slim(path)
        elif centre:
            circles[code] = [round(centre[0] * FINER) - LEFT, round(centre[1] * FINER) - TOP]
    others = []
    for feature in world["noid"]:
        if code := NAMED_WITHOUT_CODE.get(feature["n"]):
            paths[code] = slim(feature["d"])
        elif code := SHOWN_WITH.get(feature["n"]):
            paths[code] = paths.get(code, "") + slim(feature["d"])
        else:
            others.append(slim(feature["d"]))
    return {
        "source": "Natural Earth, public domain",
        "width": WIDTH,
        "height": HEIGHT,
        "paths": dict(sorted(paths.items())),
        "circles": dict(sorted(circles.items())),
        "others": others,
    }


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    slimmed = convert(json.loads(source.read_text(encoding="utf-8")))
    target.write_text(json.dumps(slimmed, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(slimmed['paths'])} countries, {len(slimmed['circles'])} circles")

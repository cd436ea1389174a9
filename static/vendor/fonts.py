"""Cut the four type families to the letters, weights and features that pages use.

Run after `npm ci --ignore-scripts`, with fonttools 4.68.0 and brotli 1.2.1:

    python static/vendor/fonts.py

Reads node_modules/@fontsource-variable, writes <family>/<part>.woff2 beside each licence. Every
part is a tenth to a half of the original, so that a first page stays under 150 KB. The cut files
carry no family name inside: the licence of Source Sans and Source Serif reserves theirs for
unmodified files. `css/fonts.css` must name the same ranges; it prints them.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
SOURCE = HERE / "node_modules" / "@fontsource-variable"

LATIN = (
    "20-7E,A0-FF,131,152-153,2BB-2BC,2C6,2DA,2DC,2010-2014,2018-201E,2020-2022,2026,2030,"
    "2032-2033,2039-203A,20AC,2122,2190-2193,2212,2215"
)
# The Latin letters of Europe, Turkey, Azerbaijan and West Africa, and of Arabic in transcription.
LATIN_EXTENDED = (
    "100-130,132-151,154-17F,18F,192,1A0-1A1,1AF-1B0,218-21B,259,"
    "1E0C-1E0D,1E24-1E25,1E2A-1E2B,1E32-1E33,1E62-1E63,1E6C-1E6D,1E80-1E85,1E92-1E93,1E9E"
)
VIETNAMESE = "300-301,303,309,323,1EA0-1EF1,1EF4-1EF9,20AB"
CYRILLIC = "400-45F,490-491,4B0-4B1,2116"
GREEK = "370-377,37A-37F,384-38A,38C,38E-3A1,3A3-3FF"
# Arabic, Persian, Urdu, Pashto, Kurdish and Uyghur letters, their marks and figures.
ARABIC = (
    "600-604,60C,60E-60F,61B,61F-65F,660-671,679-67E,681,685-686,688-689,691,693,696,698,69A,"
    "6A4,6A9,6AB,6AD,6AF,6BA,6BC,6BE,6C0-6C3,6C6-6C8,6CA-6CD,6D0,6D2-6D5,6F0-6F9,200C-200F,25CC"
)
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "calt", "rclt"]
FEATURES += ["rlig", "init", "medi", "fina", "isol", "curs"]


class Cut(NamedTuple):
    """One file to make: the family and its part, which letters, and the weights kept."""

    family: str
    part: str
    letters: str
    weights: tuple[int, int] | int


TEXT = (400, 700)
# Titles come in one weight, between the 500 of the largest and the 600 of the others: a second
# one would cost ten kilobytes on every first page.
TITLE, ARABIC_TITLE = 575, 600

CUTS = (
    Cut("source-sans-3", "latin", LATIN, TEXT),
    Cut("source-sans-3", "latin-ext", LATIN_EXTENDED, TEXT),
    Cut("source-sans-3", "vietnamese", VIETNAMESE, TEXT),
    Cut("source-sans-3", "cyrillic", CYRILLIC, TEXT),
    Cut("source-sans-3", "greek", GREEK, TEXT),
    Cut("source-serif-4", "latin", LATIN, TITLE),
    Cut("source-serif-4", "latin-ext", LATIN_EXTENDED, TITLE),
    Cut("source-serif-4", "vietnamese", VIETNAMESE, TITLE),
    Cut("source-serif-4", "cyrillic", CYRILLIC, TITLE),
    Cut("source-serif-4", "greek", GREEK, TITLE),
    Cut("noto-sans-arabic", "arabic", ARABIC, TEXT),
    Cut("noto-naskh-arabic", "arabic", ARABIC, ARABIC_TITLE),
)


def code_points(ranges: str) -> list[int]:
    """Ranges such as "20-7E,A0" as single code points."""
    points: list[int] = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        points.extend(range(int(first, 16), int(last or first, 16) + 1))
    return points


def cut(wanted: Cut) -> tuple[int, str]:
    """Write one font file. Returns its size in bytes and the CSS range of the letters in it."""
    source = SOURCE / wanted.family / "files" / f"{wanted.family}-{wanted.part}-wght-normal.woff2"
    font = instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": wanted.weights})
    # The subsetter needs the tables in their written form, not as the instancer leaves them.
    font.flavor, written = None, BytesIO()
    font.save(written)
    written.seek(0)
    font = TTFont(written, recalcTimestamp=False)

    options = Options()
    options.layout_features = FEATURES
    options.hinting = False
    options.obfuscate_names = True
    asked = code_points(wanted.letters)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=asked)
    present = set(asked) & set(font.getBestCmap())
    subsetter.subset(font)
    font.flavor = "woff2"
    target = HERE / wanted.family / f"{wanted.part}.woff2"
    font.save(target)
    return target.stat().st_size, css_range(sorted(present))


def css_range(points: list[int]) -> str:
    """Sorted code points as the value of `unicode-range`."""
    spans: list[list[int]] = []
    for point in points:
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


if __name__ == "__main__":
    for wanted in CUTS:
        size, letters = cut(wanted)
        print(f"{wanted.family}/{wanted.part}.woff2 {size} bytes\n  unicode-range: {letters}")

"""The sheets keep to the rules that make every page work in both directions and both themes."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
SHEETS = sorted(CSS.rglob("*.css"))
OWN_TOKENS = re.compile(r"(--[a-z0-9-]+)\s*:")
PHYSICAL = re.compile(
    r"[^-\w](?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:min-|max-)?(?:width|height)"
    r"|left|right|top|bottom)\s*:(?![^{;]*\{)|text-align:\s*(?:left|right)"
)
RAW_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(|\boklch\(")
# A colour that no theme may change: forced colours, print, and logos, which are made for white.
FIXED = {"print.css", "tokens.css", "emblem.css", "field.css", "map.css"}
TEXT_ON = {
    "paper": ["ink", "ink-2", "ink-3", "brand", "brand-strong", "square", "circle", "leaf",
              "diamond", "lamp-ink", "late"],
    "surface": ["ink", "ink-2", "ink-3", "brand", "square", "circle", "leaf", "diamond", "late"],
    "sunken": ["ink", "ink-2", "ink-3", "brand", "brand-strong"],
    "raised": ["ink", "ink-3", "brand"],
    "brand-fill": ["on-fill"],
    "brand-fill-hover": ["on-fill"],
    "brand-tint": ["brand", "brand-strong", "ink"],
    "brand-line": ["brand-strong"],
    "night": ["on-night", "on-night-2"],
    "night-raised": ["on-night"],
    "lamp-fill": ["on-lamp"],
    "lamp-fill-hover": ["on-lamp"],
    "lamp-tint": ["lamp-ink", "ink"],
    "ok-tint": ["ok", "ink"], "due-tint": ["due"], "late-tint": ["late", "ink"],
    "calm-tint": ["calm"], "square-tint": ["square"], "circle-tint": ["circle"],
    "leaf-tint": ["leaf"], "diamond-tint": ["diamond"],
    "level-0": ["on-level-0"], "level-1": ["on-level-1"], "level-2": ["on-level-2"],
    "level-3": ["on-level-3"], "level-4": ["on-level-4"],
}  # fmt: skip
EDGE_ON = {"paper": ["edge", "lamp"], "surface": ["edge", "lamp"], "night": ["night-edge"]}


def tokens(theme: int) -> dict[str, str]:
    """The colours of tokens.css as six-digit hex, in the light (0) or the dark (1) theme."""
    text = (CSS / "tokens.css").read_text(encoding="utf-8").split("@supports", maxsplit=1)[0]
    found = {}
    for name, value in re.findall(r"--([a-z0-9-]+):\s*(light-dark\([^)]*\)|#\w+);", text):
        colours = re.findall(r"#([0-9a-f]{3,8})", value)
        one = colours[theme if len(colours) > 1 else 0]
        found[name] = "".join(c * 2 for c in one) if len(one) == 3 else one
    return found


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21. Source: WCAG 2.2, definition of contrast ratio."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_edges_stand_out_from_what_they_lie_on(theme: int) -> None:
    colours = tokens(theme)
    faint = [
        f"{name} on {ground}: {contrast(colours[name], colours[ground]):.2f}"
        for pairs, least in ((TEXT_ON, 4.5), (EDGE_ON, 3.0))
        for ground, names in pairs.items()
        for name in names
        if contrast(colours[name], colours[ground]) < least
    ]
    assert faint == []


def test_browsers_without_light_dark_get_the_light_theme() -> None:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    fallback = text[text.index("@supports not") :]
    for name, light in re.findall(r"--([a-z0-9-]+):\s*light-dark\(([^,]+),", text):
        if name != "hover":
            assert f"--{name}: {light}" in fallback


def test_every_sheet_is_listed_once() -> None:
    lists = [(CSS / name).read_text(encoding="utf-8") for name in ("order.txt", "staff.txt")]
    lines = "\n".join(lists).splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert sorted(listed) == [sheet.relative_to(CSS).as_posix() for sheet in SHEETS]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_sheet_keeps_the_rules(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
    declared = "\n".join(line for line in text.splitlines() if "@media" not in line)
    assert not PHYSICAL.findall(declared), "only logical properties turn with the direction"
    if sheet.name not in FIXED:
        assert not RAW_COLOUR.findall(text), "a component takes its colours from tokens.css"
    if sheet.name != "fonts.css":
        assert "@layer" in text


def test_every_custom_property_in_use_is_defined_somewhere() -> None:
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    used = set(re.findall(r"var\((--[a-z0-9-]+)\s*[,)]", text))
    with_default = set(re.findall(r"var\((--[a-z0-9-]+)\s*,", text))
    assert used - set(OWN_TOKENS.findall(text)) - with_default == set()


def test_every_class_a_template_names_has_a_sheet() -> None:
    text = "\n".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    known = set(re.findall(r"\.([a-z][a-z0-9_-]*)", text))
    templates = Path(__file__).parents[2] / "templates"
    missing = {
        (template.name, name)
        for template in templates.glob("components/*.html")
        for names in re.findall(r'class="([^"{]*)"', template.read_text(encoding="utf-8"))
        for name in names.split()
        if name not in known
    }
    assert missing == set()

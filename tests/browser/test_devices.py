"""Paper, forced colours, no motion, slow lines: what a device asks for is what it gets."""

import pytest

pytestmark = pytest.mark.browser

MOST_TRANSFERRED = 150_000
LONGEST_MOTION_MS = 150
_MOTIONS = """() => {
  const times = new Set([0]);
  for (const one of document.querySelectorAll("*")) {
    const style = getComputedStyle(one);
    for (const time of `${style.transitionDuration},${style.animationDuration}`.split(","))
      times.add(parseFloat(time) * 1000);
  }
  return Math.max(...times);
}"""


@pytest.mark.parametrize("path", ["/", "/members", "/members?view=map", "/members/a-long-name"])
def test_paper_holds_the_content_and_nothing_to_click(visit, path):
    there = visit(path, theme="dark")
    rows = there.page.locator("main .rows > li, main tbody tr").count()
    there.page.emulate_media(media="print")
    for gone in (".topbar", ".footer", ".facets", ".search", ".pager", ".button", ".segmented"):
        shown = there.page.locator(gone)
        assert not any(one.is_visible() for one in shown.all()), f"{gone} is printed"
    assert there.page.locator("h1").is_visible()
    assert there.page.locator("main .rows > li, main tbody tr").count() == rows
    assert there.page.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    assert there.page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("path", ["/", "/members?category=company", "/members?view=map"])
def test_in_forced_colours_states_and_shapes_are_still_told_apart(visit, path):
    there = visit(path, forced_colors="active")
    assert there.too_wide() == []
    signs = there.page.evaluate(
        """() => [...document.querySelectorAll(".kind")].map((one) =>
             getComputedStyle(one, "::before").backgroundColor)"""
    )
    canvas = there.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert signs
    assert canvas not in signs
    for current in there.page.locator(".segmented [aria-current]").all():
        line = current.evaluate("(it) => getComputedStyle(it).textDecorationLine")
        assert line == "underline"
    boxes = there.page.locator("#facets input:checked").all()
    looks = {one.evaluate("(it) => getComputedStyle(it).appearance") for one in boxes}
    assert looks <= {"auto", "checkbox"}


def test_nothing_moves_when_motion_is_not_wanted_and_little_when_it_is(visit):
    there = visit("/gallery")
    assert there.page.evaluate(_MOTIONS) == 0
    there.page.emulate_media(reduced_motion="no-preference")
    assert 0 < there.page.evaluate(_MOTIONS) <= LONGEST_MOTION_MS


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", ["/", "/members"])
def test_a_first_page_with_its_fonts_is_light(visit, example_address, path, lang):
    there = visit(lang=lang, address=example_address)
    sizes = {}
    there.page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()}))
    there.go(path)
    there.settle()
    weights = {
        url: one["responseBodySize"] + one["responseHeadersSize"] for url, one in sizes.items()
    }
    assert any(url.endswith(".woff2") for url in weights)
    assert sum(weights.values()) < MOST_TRANSFERRED, weights
    family = "Alliance Sans Arabic" if lang == "ar" else "Alliance Sans"
    assert there.page.evaluate(f"document.fonts.check('16px \"{family}\"')")

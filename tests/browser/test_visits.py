"""The watch over every page is awake: each kind of trouble is noted when it is made on purpose."""

import pytest

from tests.browser.alliance import HOSTILE

pytestmark = pytest.mark.browser

_ADD = "document.body.insertAdjacentHTML('beforeend', {!r})".format
_SCRIPT = "Object.assign(document.createElement('script'), { textContent: 'window.ran = 1' })"
TROUBLES = {
    "style": (_ADD('<p style="color: red">'), "Content Security Policy"),
    "handler": (_ADD(HOSTILE[1]), "Content Security Policy"),
    "script": (f"document.body.append({_SCRIPT})", "Content Security Policy"),
    "stranger": ("new Image().src = 'https://stranger.example/pixel.png'", "stranger.example"),
    "error": ("setTimeout(() => { throw new Error('on purpose'); })", "on purpose"),
    "broken": ("new Image().src = '/static/nothing.png'", "nothing.png answers 404"),
}


@pytest.mark.parametrize("kind", TROUBLES)
def test_trouble_is_noticed(visit, kind):
    there = visit("/about")
    code, told = TROUBLES[kind]
    there.page.evaluate(f"() => {{ {code} }}")
    there.settle()
    there.page.wait_for_timeout(100)
    noticed, there.troubles = there.troubles, []
    assert any(told in one for one in noticed), noticed


def test_what_is_too_wide_cut_off_or_hard_to_read_is_found(visit):
    there = visit("/about", width=360)
    assert there.too_wide() == there.cut_off() == []
    there.page.evaluate(
        """() => {
          const wide = document.createElement("p"), cut = document.createElement("p");
          wide.textContent = cut.textContent = "x".repeat(200);
          for (const one of [wide, cut]) one.style.overflowWrap = "normal";
          cut.style.overflow = "hidden";
          wide.style.color = "#ddd";
          document.querySelector("main").append(wide, cut);
        }"""
    )
    assert there.too_wide()
    assert there.cut_off()
    assert any("color-contrast" in one for one in there.axe())

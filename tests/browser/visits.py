"""A page in the browser that writes down whatever goes wrong on it, and what can be asked of it."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.browser.alliance import ANSWERS

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
# Whatever depends on colours; all else is the same in light and dark.
COLOUR_RULES = ("color-contrast", "link-in-text-block")

_WIDER = """() => {
  const wide = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth <= wide) return [];
  for (const one of document.body.querySelectorAll("*")) {
    const box = one.getBoundingClientRect();
    if (one.matches(".skip, .visually-hidden")) continue;
    if (box.width && (box.right > wide + 1 || box.left < -1))
      found.push(`${one.tagName}.${one.getAttribute("class")} ${box.left}..${box.right}`);
  }
  return found.length ? found.slice(0, 6) : ["the page itself"];
}"""
_CUT = """() => {
  const found = [];
  for (const one of document.body.querySelectorAll("*")) {
    const style = getComputedStyle(one);
    if (!["hidden", "clip"].includes(style.overflowX) || one.clientWidth <= 1) continue;
    if (style.textOverflow === "ellipsis" || one.closest("svg, .visually-hidden")) continue;
    const text = one.textContent.trim().slice(0, 40);
    if (one.scrollWidth > one.clientWidth + 1)
      found.push(`${one.tagName}.${one.getAttribute("class")}: ${text}`);
  }
  return found;
}"""
_AXE = """async (options) => {
  const found = await axe.run(document, options);
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")} – ${node.failureSummary}`.replaceAll("\\n", " ")));
}"""


@cache
def _axe_source() -> str:
    return AXE.read_text(encoding="utf-8")


class Visit:
    """One page; `page` is Playwright's own."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.troubles: list[str] = []
        self.bytes_of: dict[str, int] = {}
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))
        page.on("dialog", lambda dialog: self.troubles.append(f"dialog: {dialog.message}"))
        page.on("request", self._note_request)
        page.on("response", self._note_response)

    def go(self, path: str) -> None:
        """Open a path of the service and wait until fonts and scripts are there."""
        answer = self.page.goto(path)
        if answer is None or answer.status != ANSWERS.get(path, 200):
            self.troubles.append(f"{path} answers {answer and answer.status}")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        if self.page.evaluate("window.ran"):
            self.troubles.append(f"what was typed as data has run on {path}")

    def settle(self) -> None:
        """Wait until nothing is being fetched any more."""
        self.page.wait_for_load_state("networkidle")

    def check(self) -> None:
        """Fail with everything that went wrong since the page was opened."""
        assert not self.troubles, "\n".join(self.troubles)

    def axe(self, *rules: str) -> list[str]:
        """What axe finds, by all of its rules or only by these."""
        if not self.page.evaluate("Boolean(window.axe)"):
            self.page.evaluate(_axe_source())
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if rules:
            options["runOnly"] = list(rules)
        else:
            options["rules"] = {"target-size": {"enabled": True}}
        found: list[str] = self.page.evaluate(_AXE, options)
        return found

    def too_wide(self) -> list[str]:
        """What makes the page scroll sideways; empty when it does not."""
        found: list[str] = self.page.evaluate(_WIDER)
        return found

    def cut_off(self) -> list[str]:
        """Boxes that hide a part of their contents with no way to reach it."""
        found: list[str] = self.page.evaluate(_CUT)
        return found

    def names(self) -> list[str]:
        """The members that the list or the table shows, in order."""
        return self.page.locator(".rows__name, .table__name").all_inner_texts()

    def count(self) -> str:
        """The line that says how many were found."""
        return self.page.locator("#results-count").inner_text()

    def focused(self, expression: str) -> Any:
        """A JavaScript expression about `it`, the element that has the focus."""
        return self.page.evaluate(f"((it) => {expression})(document.activeElement)")

    def _note_console(self, message: ConsoleMessage) -> None:
        # What could not be fetched is noted by its answer; some pages are meant to be errors.
        is_status = message.text.startswith("Failed to load resource: the server responded")
        if message.type in ("error", "warning") and not is_status:
            self.troubles.append(f"{self.page.url}: {message.text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "about:", "blob:")):
            self.troubles.append(f"{self.page.url} asks for {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.troubles.append(f"{response.url} answers {response.status}")

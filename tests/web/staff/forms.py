"""Filling in forms as a browser would: what a page holds, but for what the person types."""

from html.parser import HTMLParser
from typing import Any


class FormReader(HTMLParser):
    """Collects what a browser would send of each form of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._select: str | None = None
        self._options: list[tuple[str, bool]] = []
        self._area: list[str] | None = None
        self._area_name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.forms.append((given.get("action") or "", []))
        elif tag == "select":
            self._select, self._options = given.get("name"), []
        elif tag == "option":
            self._options.append((given.get("value", ""), "selected" in given))
        elif tag == "textarea":
            self._area, self._area_name = [], given.get("name", "")
        elif tag == "input" and given.get("name") and self.forms:
            self._take_input(given)

    def handle_data(self, data: str) -> None:
        """Gather the text of a box."""
        if self._area is not None:
            self._area.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Take what an element has gathered."""
        if tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            first = [self._options[0][0]] if self._options else []
            self.forms[-1][1].extend((self._select, value) for value in (chosen or first)[:1])
            self._select = None
        elif tag == "textarea" and self._area is not None:
            text = "".join(self._area)
            text = text.removeprefix("\r\n").removeprefix("\n").replace("\n", "\r\n")
            self.forms[-1][1].append((self._area_name, text))
            self._area = None

    def _take_input(self, given: dict[str, Any]) -> None:
        is_box = given.get("type") in ("checkbox", "radio")
        if given.get("type") == "submit" or (is_box and "checked" not in given):
            return
        value = given.get("value", "on" if is_box else "")
        self.forms[-1][1].append((given["name"], value))


def form_at(page: str, action: str) -> list[tuple[str, str]]:
    """The fields of the form of a page that is sent to `action`, with their values."""
    reader = FormReader()
    reader.feed(page)
    found = [fields for target, fields in reader.forms if target.partition("?")[0] == action]
    assert found, f"no form is sent to {action}, but to {[target for target, _ in reader.forms]}"
    return found[0]


def filled(
    fields: list[tuple[str, str]], typed: dict[str, str] | None = None, **more: str
) -> list[tuple[str, str]]:
    """The fields with what was typed into them; those that are not there are added."""
    wanted = {**(typed or {}), **more}
    kept = [(name, wanted.pop(name) if name in wanted else value) for name, value in fields]
    return [*kept, *wanted.items()]


def fill_in(client: Any, url: str, typed: dict[str, str] | None = None, **more: str) -> Any:
    """Open the page of a form, type, and send it; the answer."""
    page = client.get(url)
    assert page.status_code == 200, page.status_code
    return send(client, url, filled(form_at(page.text, url), typed, **more))


def send(client: Any, url: str, fields: list[tuple[str, str]]) -> Any:
    """Send these fields."""
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post(url, data=data)

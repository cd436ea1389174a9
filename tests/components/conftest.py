"""Components rendered by plain Jinja with autoescape, as the application does, without it."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parents[2] / "templates"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

Render = Callable[..., str]


class BalancedMarkup(HTMLParser):
    """Fails on a tag that is closed wrongly, on inline style and script, and on doubled ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            assert name != "style", "the content policy forbids inline style"
            assert not name.startswith("on"), f"the content policy forbids {name}"
            if name == "id":
                self.ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> is out of place"


def check_markup(html: str) -> None:
    """Assert that `html` is well nested, free of inline style and script, its ids unique."""
    parser = BalancedMarkup()
    parser.feed(html)
    assert not parser.open, f"left open: {parser.open}"
    assert len(parser.ids) == len(set(parser.ids)), f"doubled ids in {sorted(parser.ids)}"


def gettext(text: str, **values: Any) -> str:
    return text % values if values else text


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    return (one if number == 1 else many) % {"num": number, **values}


@pytest.fixture(scope="session")
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    made.globals.update(
        _=gettext,
        gettext=gettext,
        ngettext=ngettext,
        asset=lambda path: f"/static/{path}",
    )
    return made


@pytest.fixture
def render(environment: Environment) -> Render:
    """Calls a macro with values, for example "pill", "pill", "Active"; its caller gives `body`."""

    def call(template: str, macro: str, *values: Any, body: str | None = None, **named: Any) -> str:
        opening = "{% call(item=none) " if body is not None else "{{ "
        closing = f" %}}{body}{{% endcall %}}" if body is not None else " }}"
        source = (
            f"{{% from 'components/{template}.html' import {macro} %}}"
            f"{opening}{macro}(*values, **named){closing}"
        )
        html = environment.from_string(source).render(values=values, named=named)
        check_markup(html)
        return html.strip()

    return call

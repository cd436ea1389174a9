"""Pages. Grouped by audience, because that decides who may see them and which frame they wear."""

from flask import Flask

from alliance.web import guards, languages, page_cache, shell
from alliance.web.public import public


def register(app: Flask) -> None:
    """Hang the pages, their frame and their guard on the application."""
    languages.prepare(app)
    shell.prepare(app)
    guards.guard(app)
    page_cache.prepare(app)
    app.register_blueprint(public)

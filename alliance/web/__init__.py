"""Pages. Grouped by audience, because that decides who may see them and which frame they wear."""

from flask import Flask

from alliance.web import guards, languages, page_cache, shell
from alliance.web.public import public
from alliance.web.sign_in import sign_in
from alliance.web.staff import staff


def register(app: Flask) -> None:
    """Hang the pages, their frame and their guard on the application."""
    languages.prepare(app)
    shell.prepare(app)
    guards.guard(app)
    page_cache.prepare(app)
    app.register_blueprint(sign_in)
    app.register_blueprint(staff)
    app.register_blueprint(public)

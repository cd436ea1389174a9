"""The public API: members and closed lists as data, described by its own OpenAPI document."""

from flask import Flask

from alliance.api import console, description, problems, responses
from alliance.api.blueprint import Api
from alliance.api.categories import categories
from alliance.api.countries import countries
from alliance.api.organisations import organisations
from alliance.api.regions import regions
from alliance.api.sectors import sectors

PREFIX = "/api/"


def register(app: Flask) -> None:
    """Hang the API, its description and its console on the application."""
    problems.prepare(app, PREFIX)
    responses.prepare(app, PREFIX)
    api = Api(app, **description.about())
    for blueprint in (organisations, countries, regions, sectors, categories):
        api.register_blueprint(blueprint)
    description.keep(app, api.spec.to_dict())
    app.register_blueprint(description.description)
    app.register_blueprint(console.console)

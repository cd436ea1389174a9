"""The public API: members and closed lists as data, described by its own OpenAPI document."""

from flask import Flask

from alliance.api import (
    categories,
    console,
    countries,
    description,
    organisations,
    problems,
    regions,
    responses,
    sectors,
)
from alliance.api.blueprint import Api

PREFIX = "/api/"


def register(app: Flask) -> None:
    """Hang the API, its description and its console on the application."""
    problems.prepare(app, PREFIX)
    responses.prepare(app, PREFIX)
    api = Api(app, **description.about())
    for module in (organisations, countries, regions, sectors, categories):
        api.register_blueprint(module.resource)
    description.keep(app, api.spec.to_dict())
    app.register_blueprint(description.description)
    app.register_blueprint(console.console)

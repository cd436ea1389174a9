"""The API: what the public sees as data for all, and what staff keep for programs with a token."""

from flask import Flask

from alliance.api import (
    auth,
    categories,
    console,
    countries,
    description,
    organisation_records,
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
    auth.prepare(app, PREFIX)
    problems.prepare(app, PREFIX)
    responses.prepare(app, PREFIX)
    api = Api(app, **description.about())
    for module in (
        organisations,
        countries,
        regions,
        sectors,
        categories,
        organisation_records,
    ):
        api.register_blueprint(module.resource)
    description.keep(app, api.spec.to_dict())
    app.register_blueprint(description.description)
    app.register_blueprint(console.console)

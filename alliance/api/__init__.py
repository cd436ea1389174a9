"""The API: what the public sees as data for all, and what staff keep for programs with a token."""

from flask import Flask

from alliance.api import (
    affiliations,
    auth,
    categories,
    changes,
    console,
    contacts,
    countries,
    description,
    history,
    imports,
    organisation_records,
    organisations,
    problems,
    regions,
    responses,
    sector_records,
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
        contacts,
        affiliations,
        sector_records,
        imports,
        history,
        changes,
    ):
        api.register_blueprint(module.resource)
    description.keep(app, api.spec.to_dict())
    app.register_blueprint(description.description)
    app.register_blueprint(console.console)

"""The operations of the API as its own description tells of them, for the forms of the console."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from alliance.core.errors import BadInput, NotFound
from alliance.directory.rules.reference import Labels, Reference


@dataclass(frozen=True)
class Parameter:
    """One field of a form. `kind` is text, day, number or choice; a choice has labels."""

    name: str
    description: str
    kind: str
    is_required: bool
    choices: tuple[tuple[str, Labels], ...] = ()


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked. `path` holds `{name}` for each parameter that stands in it.

    scopes: of a token, alternatives of which each may be several; () where everybody may ask.
    example: a body that could be sent, as JSON; "" where none is.
    """

    name: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    method: str = "GET"
    scopes: tuple[tuple[str, ...], ...] = ()
    example: str = ""

    @property
    def is_open(self) -> bool:
        """Whether everybody may ask it, so that a form can."""
        return self.method == "GET" and not self.scopes

    def address(self, given: MultiDict[str, str]) -> str:
        """The address to ask, with what was given; empty fields are left out.

        Raises BadInput for a missing part of the path.
        """
        path, query = self.path, []
        for parameter in self.parameters:
            values = [value for value in given.getlist(parameter.name) if value]
            if parameter.is_required:
                if not values:
                    told = gettext("Give a value for %(name)s.", name=parameter.name)
                    raise BadInput(told, field=parameter.name)
                path = path.replace(f"{{{parameter.name}}}", quote(values[0], safe=""))
            else:
                query += [(parameter.name, value) for value in values]
        return f"{path}?{urlencode(query)}" if query else path


def operations(document: Mapping[str, Any], reference: Reference) -> dict[str, Operation]:
    """All operations of an OpenAPI document by name, in its order."""
    labels = _labels(reference)
    found = {}
    for path, item in document["paths"].items():
        for method, told in item.items():
            if method == "parameters":
                continue
            found[told["operationId"]] = Operation(
                name=told["operationId"],
                path=path,
                summary=told["summary"],
                description=told["description"],
                parameters=tuple(_parameters(item.get("parameters", ()), told, labels)),
                method=method.upper(),
                scopes=tuple(
                    tuple(scopes) for one in told.get("security", ()) for scopes in one.values()
                ),
                example=_example(document, told),
            )
    return dict(sorted(found.items(), key=lambda item: not item[1].is_open))


def operation(document: Mapping[str, Any], reference: Reference, name: str) -> Operation:
    """One operation by its name that everybody may ask. Raises NotFound."""
    found = operations(document, reference).get(name)
    if found is None or not found.is_open:
        raise NotFound
    return found


def _parameters(
    shared: Sequence[Mapping[str, Any]],
    operation: Mapping[str, Any],
    labels: Mapping[str, Mapping[str, Labels]],
) -> Iterator[Parameter]:
    for told in [*shared, *operation.get("parameters", ())]:
        schema = told["schema"]
        values = schema.get("items", {}).get("enum", ())
        names = labels.get(told["name"], {})
        yield Parameter(
            name=told["name"],
            description=told["description"],
            kind=_kind(schema),
            is_required=told["in"] == "path",
            choices=tuple((value, names.get(value, {})) for value in values),
        )


def _example(document: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """A body made of the examples of all fields."""
    content = told.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return ""
    body = _example_of(document["components"]["schemas"], content["schema"])
    return json.dumps(body, ensure_ascii=False, indent=2)


def _example_of(schemas: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    if "$ref" in schema:
        return _example_of(schemas, schemas[schema["$ref"].rpartition("/")[2]])
    if "example" in schema:
        return schema["example"]
    if "properties" in schema:
        return {name: _example_of(schemas, one) for name, one in schema["properties"].items()}
    return [_example_of(schemas, schema["items"])] if "items" in schema else None


def _kind(schema: Mapping[str, Any]) -> str:
    if schema["type"] == "array":
        return "choice"
    if schema["type"] == "integer":
        return "number"
    return "day" if schema.get("format") == "date" else "text"


def _labels(reference: Reference) -> dict[str, Mapping[str, Labels]]:
    return {
        "category": {code: one.names for code, one in reference.categories.items()},
        "region": {one.slug: one.names for one in reference.regions.values()},
        "country": {code: one.names for code, one in reference.countries.items()},
        "sector": {one.slug: one.names for one in reference.sectors.values()},
        "role": {code: one.names for code, one in reference.roles.items()},
    }

"""The OpenAPI document: valid, complete, true of this alliance; and the pages that show it."""

import html
import re

import pytest
import schemathesis

from alliance.accounts.permissions import Scope, permission_of

DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def document(client, session):
    """The document as programs are sent it."""
    response = client.get(DOCUMENT)
    assert response.mimetype == "application/json"
    return response.json


def operations(document):
    return [
        told | {"path": path, "method": method}
        for path, item in document["paths"].items()
        for method, told in item.items()
        if method != "parameters"
    ]


def public(document):
    """The operations that everybody may ask."""
    return [one for one in operations(document) if "security" not in one]


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    schemathesis.openapi.from_dict(document).validate()


def test_every_address_for_programs_is_described_and_guarded(app, document):
    served = {
        re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    assert all(permission_of(view) for view in served.values())
    for_people = {"/api/", "/api/v1/", "/api/v1/console", "/api/v1/ask/{name}"}
    assert set(document["paths"]) == set(served) - for_people - {DOCUMENT}


def test_every_operation_says_what_it_does_and_how_it_fails(document):
    names = [one["operationId"] for one in operations(document)]
    assert len(names) == len(set(names))
    assert len(public(document)) == 7
    for one in operations(document):
        assert one["summary"], one["path"]
        assert one["description"], one["path"]
        assert {"400", "default"} <= set(one["responses"])
    for one in public(document):
        assert {"200", "304"} <= set(one["responses"])
        assert ("404" in one["responses"]) == ("{" in one["path"])
        assert "ETag" in one["responses"]["200"]["headers"]
    for one in operations(document):
        if "security" in one:
            assert {"401", "403", "429"} <= set(one["responses"])
            if one["method"] != "get":
                assert "422" in one["responses"]
            if "requestBody" in one:
                assert {"413", "415"} <= set(one["responses"])
    problem = document["components"]["responses"]["BAD_REQUEST"]["content"]
    assert list(problem) == ["application/problem+json"]


def test_every_parameter_and_every_field_is_described_with_an_example(document):
    for one in operations(document):
        path = document["paths"][one["path"]].get("parameters", ())
        for parameter in (*path, *one.get("parameters", ())):
            assert parameter["description"], parameter
    for name, schema in document["components"]["schemas"].items():
        assert schema["additionalProperties"] is False, name
        for field, told in schema["properties"].items():
            assert told.get("description"), f"{name}.{field}"
            inside = told.get("items", {})
            assert "example" in told or "$ref" in inside, f"{name}.{field}"


def test_every_operation_for_programs_names_its_scopes(document):
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    scopes = {scope.value for scope in Scope}
    for one in operations(document):
        for asked in one.get("security", ()):
            assert asked["token"], one["operationId"]
            assert set(asked["token"]) <= scopes


def test_it_names_the_values_that_this_alliances_lists_hold(document, items):
    listed = document["paths"]["/api/v1/organisations"]["get"]["parameters"]
    values = {one["name"]: one["schema"].get("items", {}).get("enum") for one in listed}
    assert values["category"] == [one["code"] for one in items("categories")]
    assert set(values["country"]) == {one["code"] for one in items("countries")}
    assert set(values["region"]) == {one["slug"] for one in items("regions")}
    assert set(values["sector"]) == {one["slug"] for one in items("sectors")}
    assert document["info"]["license"]["url"].startswith("https://")


def test_the_api_has_a_page_with_a_form_for_every_operation(client, document):
    assert client.get("/api/").headers["Location"] == "/api/v1/"
    page = client.get("/api/v1/")
    assert page.mimetype == "text/html"
    for one in operations(document):
        assert html.escape(one["summary"]) in page.text
    for one in public(document):
        form = client.get(f"/api/v1/?operation={one['operationId']}").text
        assert f'action="/api/v1/ask/{one["operationId"]}"' in form
        for parameter in one["parameters"]:
            assert f'name="{parameter["name"]}"' in form


def test_what_needs_a_token_is_explained_without_a_form(client, document):
    for one in operations(document):
        if "security" not in one:
            continue
        page = client.get(f"/api/v1/?operation={one['operationId']}").text
        assert "/api/v1/ask/" not in page
        assert f"{one['method'].upper()} {one['path']}" in page
        assert one["security"][0]["token"][0] in page
        assert client.get(f"/api/v1/ask/{one['operationId']}?id=1").status_code == 404


def test_a_form_without_script_leads_to_the_address_a_program_would_ask(client, members):
    filled = client.get("/api/v1/ask/listOrganisations?q=&country=ET&as_of=&limit=5&after=")
    assert filled.status_code == 303
    assert filled.headers["Location"] == "/api/v1/organisations?country=ET&limit=5"
    one = client.get("/api/v1/ask/showOrganisationBySlug?slug=a/../b%3Fx&as_of=2020-01-01")
    assert one.headers["Location"] == (
        "/api/v1/organisations/by-slug/a%2F..%2Fb%3Fx?as_of=2020-01-01"
    )
    assert client.get("/api/v1/ask/showOrganisation?id=").json["field"] == "id"
    assert client.get("/api/v1/ask/dropTables").status_code == 404


def test_pages_of_the_api_come_in_arabic_too(client, session):
    for address in ("/api/v1/", "/api/v1/console"):
        page = client.get(f"{address}?lang=ar")
        assert 'dir="rtl"' in page.text


@pytest.mark.browser
def test_the_console_asks_and_shows_the_answer_under_the_content_policy(page, example_address):
    page.goto(f"{example_address}/api/v1/console")
    page.wait_for_selector(".opblock-summary-path")
    page.locator("#operations-categories-listCategories .opblock-summary-control").click()
    page.locator("#operations-categories-listCategories .execute").click()
    answer = page.locator("#operations-categories-listCategories .live-responses-table")
    answer.wait_for()
    assert "civil_society" in answer.inner_text()


@pytest.mark.browser
def test_the_form_shows_the_answer_below_it_when_there_is_script(page, example_address):
    page.goto(f"{example_address}/api/v1/?operation=listOrganisations")
    page.fill("input[name=limit]", "1")
    page.click("form[data-api-form] button")
    page.wait_for_selector("[data-api-answer]:not([hidden])")
    assert page.inner_text("[data-api-status]").startswith("200")
    assert "/api/v1/organisations?limit=1" in page.inner_text("[data-api-request]")
    assert '"items"' in page.inner_text("[data-api-body]")

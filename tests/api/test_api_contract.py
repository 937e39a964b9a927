"""What the OpenAPI document promises."""

import json
from typing import Any

import jsonschema
from api_office import Office, files
from openapi_spec_validator import OpenAPIV31SpecValidator

METHODS = {"get", "post", "put", "patch", "delete"}


def operations(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(v) for v in value.values()))
    return set().union(*(references(v) for v in value)) if isinstance(value, list) else set()


def test_openapi_is_complete(office: Office) -> None:
    schema = office["maker"].get("/api/v1/openapi.json").json()
    assert schema["openapi"].startswith("3.1")
    found = operations(schema)
    assert len(found) >= 20
    ids = [operation["operationId"] for _, operation in found]
    assert len(ids) == len(set(ids))
    for name, operation in found:
        assert operation.get("summary") and operation.get("description"), name
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1 and operation["responses"][good[0]].get("content"), name
        if "/api/v1" in name:
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (name, status)
            assert {"401", "500"} <= set(operation["responses"]), name
            assert operation["security"], name
        for parameter in operation.get("parameters", ()):
            assert parameter.get("description") or parameter["schema"].get("description"), (name, parameter["name"])
    known = set(schema["components"]["schemas"])
    assert {ref.rpartition("/")[2] for ref in references(schema)} <= known
    for part in schema["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(part)


def test_openapi_is_valid_by_another_reading_of_the_standard(office: Office) -> None:
    schema = office["maker"].get("/api/v1/openapi.json").json()
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_a_client_made_from_it_has_names_that_can_be_written(office: Office) -> None:
    schema = office["maker"].get("/api/v1/openapi.json").json()
    declared = {tag["name"] for tag in schema["tags"]}
    assert {tag for _, operation in operations(schema) for tag in operation["tags"]} == declared
    names = [*declared, *(operation["operationId"] for _, operation in operations(schema))]
    assert [name for name in names if not (name.isascii() and name.isidentifier())] == []


def test_what_is_sent_as_a_file_is_described_as_a_file(office: Office) -> None:
    schema = office["maker"].get("/api/v1/openapi.json").json()
    body = schema["paths"]["/api/v1/meetings"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {name for name, part in body["properties"].items() if part.get("format") == "binary"} == set(files())


def test_the_data_of_a_progress_event_is_described(office: Office) -> None:
    parts = office["maker"].get("/api/v1/openapi.json").json()["components"]
    stream = office["maker"].get(f"/api/v1/meetings/{office.drafted()}/events").text
    sent = [json.loads(line.removeprefix("data: ")) for line in stream.splitlines() if line.startswith("data: ")]
    assert len(sent) == 2
    for each in sent:
        jsonschema.validate(each, {"$ref": "#/components/schemas/ProgressOut", "components": parts})


def test_the_pages_are_not_in_the_document(office: Office) -> None:
    paths = office["maker"].get("/api/v1/openapi.json").json()["paths"]
    assert {path for path in paths if not path.startswith("/api/v1/")} == {"/livez", "/readyz"}


def test_the_example_of_creation_works(office: Office) -> None:
    schema = office["maker"].get("/api/v1/openapi.json").json()
    example = schema["paths"]["/api/v1/meetings"]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert office["maker"].post("/api/v1/meetings", json=example).status_code == 202


def test_the_service_offers_exactly_the_models_there_are() -> None:
    # The service may not import ``models``, so the names are kept twice.
    from minutes.backends import MODEL_NAMES
    from models import registry

    assert set(MODEL_NAMES) == set(registry.MODEL_NAMES)


def test_unknown_addresses_are_problems_too(office: Office) -> None:
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/meetings", 405),
        ("GET", "/api/v1/meetings/%00", 404),
        ("GET", "/api/v1/jobs/none", 404),
    ):
        answer = office["maker"].request(method, path)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"

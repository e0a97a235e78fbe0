"""/api/v1/openapi.json: valid, complete, and changed on purpose only."""

import json
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.errors import ERRORS
from api.openapi import document
from api.urls import urlpatterns

SNAPSHOT = Path(__file__).with_name("openapi.json")
REFRESH = f"python manage.py spectacular --format openapi-json --file {SNAPSHOT.relative_to(Path.cwd())}"
OPERATIONS = {path: methods["get"] for path, methods in document()["paths"].items()}


def test_the_document_is_public_and_no_envelope(ask: Any) -> None:
    answer = ask("/openapi.json", key=None)
    assert answer.status == 200
    assert answer.body == json.loads(json.dumps(document()))
    assert answer.rates == set()


def test_the_document_is_valid_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document()).validate()


def test_the_document_is_made_without_a_warning() -> None:
    document.cache_clear()
    GENERATOR_STATS.reset()
    document()
    assert not GENERATOR_STATS


def test_the_document_changes_on_purpose_only() -> None:
    assert json.loads(json.dumps(document())) == json.loads(SNAPSHOT.read_text()), f"if meant, run: {REFRESH}"


def test_every_route_is_documented_with_get_alone() -> None:
    routes = {f"/api/{str(route.pattern).replace('<str:id>', '{id}')}" for route in urlpatterns[:-1]}
    assert set(document()["paths"]) == routes - {"/api/v1/openapi.json"}
    assert all(set(methods) == {"get"} for methods in document()["paths"].values())


@pytest.mark.parametrize("path", OPERATIONS)
def test_an_operation_tells_what_it_does_who_may_and_what_may_go_wrong(path: str) -> None:
    operation = OPERATIONS[path]
    assert all(operation[name] for name in ("operationId", "summary", "description", "tags"))
    assert all(parameter["description"] for parameter in operation.get("parameters", []))
    is_report = "/aggregate/" in path
    assert operation["security"] == [{"session": []}, {"apiKey": []}] if is_report else [{"apiKey": []}]
    missing = (
        set() if path in {f"/api/v1/{name}" for name in ("projects", "me", "schema", "analytics/schema")} else {"404"}
    )
    assert set(operation["responses"]) == {"200", "304", "400", "401", "402", "403", "429", "500"} | missing
    told = " ".join(response["description"] for response in operation["responses"].values())
    possible = {error.code for error in ERRORS} - {"method_not_allowed"} - (set() if missing else {"not_found"})
    possible -= set() if is_report else {"user_suspended"}
    assert all(f"`{code}`" in told for code in possible)


def test_operation_ids_are_different() -> None:
    assert len({operation["operationId"] for operation in OPERATIONS.values()}) == len(OPERATIONS)


@pytest.mark.parametrize("path", OPERATIONS)
def test_a_success_is_documented_as_an_envelope(path: str) -> None:
    schema = OPERATIONS[path]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["data", "error", "meta"]
    assert schema["properties"]["error"] == {"type": "null"}


def test_every_rate_header_of_an_answer_is_documented(ask: Any) -> None:
    documented = set(OPERATIONS["/api/v1/projects"]["responses"]["200"]["headers"])
    assert ask("/projects").rates == documented


def test_a_key_is_documented_as_bearer() -> None:
    scheme = document()["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")

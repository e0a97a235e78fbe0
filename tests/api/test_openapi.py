"""/api/v1/openapi.json: valid, complete, and changed on purpose only."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import promise
from api.contract import TAGS
from api.errors import ERRORS
from api.examples import REQUESTS, recorded
from api.openapi import document, make_document
from api.promise import broken, facts
from api.urls import urlpatterns
from tests.api.conftest import hold_to_the_document_of

OPERATIONS = {path: methods["get"] for path, methods in document()["paths"].items()}


def test_the_document_is_public_and_no_envelope(ask: Any) -> None:
    answer = ask("/openapi.json", key=None)
    assert answer.status == 200
    assert answer.body == json.loads(json.dumps(document()))
    assert answer.rates == set()


def test_the_document_is_valid_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document()).validate()


def test_many_who_ask_for_it_first_at_once_get_it() -> None:
    """In a process that has not made it yet."""
    script = """
import django; django.setup()
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import trackagoat.urls
from api.openapi import document
start = Barrier(8)
with ThreadPoolExecutor(8) as pool:
    made = pool.map(lambda _: (start.wait(), document())[1], range(8))
    print(len({id(one) for one in made}))
"""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "trackagoat.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (0, "1\n"), ended.stderr


def test_the_document_is_made_without_a_warning() -> None:
    GENERATOR_STATS.reset()
    make_document()
    assert not GENERATOR_STATS


def test_what_was_promised_holds() -> None:
    assert broken(promise.read(), facts(document())) == set(), "v1 promises these; see docs/api.md"


def test_what_is_new_is_promised() -> None:
    assert facts(document()) - promise.read() == set(), "run: python manage.py promise"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "GET /v ?limit integer required"),
        ("GET /v ?limit integer", ""),
        ("GET /v 200 data.id string", "GET /v 200 data.id string|null"),
        ("word Tier free", "word Tier ultra"),
    ],
)
def test_a_promise_is_broken_by_what_is_gone_narrower_or_demanded(before: str, after: str) -> None:
    assert broken({"GET /v", before}, {"GET /v", after})


def test_a_promise_is_kept_by_what_is_added() -> None:
    added = {"GET /v ?order text", "GET /v 200 data.more string", "GET /w", "GET /w ?id string required"}
    assert broken({"GET /v"}, {"GET /v"} | added) == set()


def test_every_route_is_documented_with_get_alone() -> None:
    routes = {f"/api/{str(route.pattern).replace('<str:id>', '{id}')}" for route in urlpatterns[:-1]}
    assert set(document()["paths"]) == routes - {"/api/v1/openapi.json"}
    assert all(set(methods) == {"get"} for methods in document()["paths"].values())


def resolved(response: dict[str, Any]) -> dict[str, Any]:
    """What an answer is documented as, where it stands."""
    if "$ref" not in response:
        return response
    found: dict[str, Any] = document()["components"]["responses"][response["$ref"].rpartition("/")[2]]
    return found


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
    told = " ".join(resolved(response)["description"] for response in operation["responses"].values())
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


def test_every_header_of_our_own_is_documented(ask: Any) -> None:
    documented = set(OPERATIONS["/api/v1/projects"]["responses"]["200"]["headers"])
    assert ask("/projects").rates | {"X-Request-ID", "ETag"} == documented


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_answer_is_documented_with_the_id_of_its_request(path: str) -> None:
    for status, response in OPERATIONS[path]["responses"].items():
        assert "X-Request-ID" in resolved(response)["headers"], status


def test_a_key_is_documented_as_bearer() -> None:
    scheme = document()["components"]["securitySchemes"]["apiKey"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_tags_are_described_and_used() -> None:
    assert {tag for operation in OPERATIONS.values() for tag in operation["tags"]} == set(TAGS)


def test_lists_lead_on_to_what_their_rows_can_be_asked() -> None:
    links = OPERATIONS["/api/v1/creators"]["responses"]["200"]["links"]
    assert links["getCreator"]["parameters"] == {"id": "$response.body#/data/0/id"}
    assert links["listVideos"]["parameters"] == {"creator_id": "$response.body#/data/0/id"}


def test_every_operation_has_an_example_that_fits() -> None:
    """A new operation: give it a request in api/examples.py, then run `manage.py record_examples` beside `make up`."""
    assert set(REQUESTS) == {operation["operationId"] for operation in OPERATIONS.values()}
    for path, operation in OPERATIONS.items():
        content = operation["responses"]["200"]["content"]["application/json"]
        assert content["example"] == recorded(operation["operationId"])["answer"]
        hold_to_the_document_of(path, 200, content["example"])


def test_every_error_has_an_example_that_fits() -> None:
    shown = set()
    for path in ("/api/v1/videos", "/api/v1/analytics/aggregate/outliers"):
        for status in (400, 401, 402, 403, 404, 429, 500):
            content = resolved(OPERATIONS[path]["responses"][str(status)])["content"]["application/json"]
            for code, example in content["examples"].items():
                assert example["value"]["meta"]["code"] == code
                hold_to_the_document_of(path, status, example["value"])
                shown.add(code)
    assert shown == {error.code for error in ERRORS} - {"method_not_allowed"}

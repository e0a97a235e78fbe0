"""Asking the API as a client would. Every answer is held against the OpenAPI document and the envelope."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from openapi_schema_validator import OAS31Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def problem(self) -> tuple[int, Any]:
        """Status and meta of an error, to compare in one piece."""
        return self.status, self.body["meta"]

    @property
    def rates(self) -> set[str]:
        return {name for name in self.headers if name.startswith("X-RateLimit-")}


Ask = Callable[..., Answer]


@pytest.fixture
def ask(api_key: Any) -> Ask:
    """`ask("/videos?limit=2")` with the key of the admin's organization; `key=…` another, `key=None` none."""

    def send(path: str, *, key: str | None = api_key[1], method: str = "GET", **headers: str) -> Answer:
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        client = Client(raise_request_exception=False)
        response: Any = client.generic(method, path if path.startswith("/api") else f"/api/v1{path}", headers=headers)
        body = None if method == "HEAD" else json.loads(response.content)
        hold_to_the_envelope(response, body)
        hold_to_the_document(response, path.partition("?")[0], method, body)
        return Answer(response.status_code, body, dict(response.headers))

    return send


def hold_to_the_envelope(response: HttpResponse, body: Any) -> None:
    assert response["Content-Type"] == "application/json"
    if body is None or "openapi" in body:
        return
    assert list(body) == ["data", "error", "meta"]
    if response.status_code == 200:
        assert body["error"] is None
    else:
        assert body["data"] is None
        assert body["error"]
        assert body["meta"]["code"]


def hold_to_the_document(response: HttpResponse, path: str, method: str, body: Any) -> None:
    """The body fits the schema that is documented for this route and status."""
    from api.openapi import document

    try:
        route = "/" + resolve(f"/api/v1{path}").route.replace("<str:id>", "{id}")
    except Resolver404:
        return
    if route in document()["paths"] and method == "GET":
        hold_to_the_document_of(route, response.status_code, body)


def hold_to_the_document_of(route: str, status: int, body: Any) -> None:
    """The body fits the schema that is documented for this route and status."""
    _validator(route, status).validate(body)


@cache
def _validator(route: str, status: int) -> OAS31Validator:
    from api.openapi import document

    documented = document()["paths"][route]["get"]["responses"][str(status)]
    steps = ["#", "paths", route.replace("/", "~1"), "get", "responses", str(status)]
    answer = documented.get("$ref", "/".join(steps))
    pointer = f"urn:api{answer}/content/application~1json/schema"
    return OAS31Validator({"$ref": pointer}, registry=_registry())


@cache
def _registry() -> Registry[Any]:
    """The document where the schemas' references find it; read through once per process."""
    from api.openapi import document

    return Registry().with_resource("urn:api", Resource.from_contents(document(), DRAFT202012)).crawl()


@pytest.fixture
def outsider_key(outsider: Any) -> str:
    """A live key of the other organization."""
    from orgs.scope import organization_scope
    from orgs.services import api_key_create

    with organization_scope(outsider.org.id):
        return api_key_create(by=outsider.membership, name="theirs")[1]

"""Every answer under /api/ is an envelope, whatever happened; and only reading is allowed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from api.urls import urlpatterns

METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"]
ID = "018f5b1e-0000-7000-8000-000000000000"
ROUTES = [f"/api/{route.pattern}".replace("<str:id>", ID) for route in urlpatterns[:-1]]


@pytest.mark.parametrize(
    "path",
    ["/api/", "/api/v1", "/api/v1/", "/api/v2/projects", "/api/v1/projects/", "/api/v1/nothing", "/api/v1/me.json"],
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
def test_an_unknown_route_is_404_for_everybody_and_every_method(ask: Any, path: str, method: str) -> None:
    body = {"data": None, "error": "There is nothing here.", "meta": {"code": "not_found"}}
    with_key, without = ask(path, method=method), ask(path, method=method, key=None)
    assert (with_key.status, with_key.body) == (without.status, without.body) == (404, body)
    assert "X-RateLimit-Remaining" in with_key.headers
    assert without.rates == set()


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("method", METHODS)
def test_no_method_changes_anything(ask: Any, path: str, method: str) -> None:
    for key in ({}, {"key": None}, {"key": "tga_wrong"}):
        answer = ask(f"{path}?zebra=1", method=method, **key)
        assert answer.problem == (405, {"code": "method_not_allowed"})
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_method_cannot_be_smuggled_in(ask: Any, admin: Any) -> None:
    before = ask(f"/projects/{admin.project.id}").body
    for header in ("X-HTTP-Method-Override", "X-Method-Override"):
        assert ask(f"/projects/{admin.project.id}", **{header: "DELETE"}).body == before


@pytest.mark.parametrize("path", ["/me", "/projects", "/creators", "/videos", "/openapi.json"])
def test_head_tells_the_headers_of_get_and_no_body(ask: Any, api_key: Any, path: str) -> None:
    get, head = ask(path), ask(path, method="HEAD")
    each_its_own = {"X-Request-ID", "X-RateLimit-Remaining", "X-RateLimit-Day-Remaining", "X-RateLimit-Reset"}
    if path == "/me":  # says how many requests there were
        each_its_own.add("ETag")
    assert head.status == get.status == 200
    assert {name for name in head.headers if get.headers[name] != head.headers[name]} <= each_its_own
    response = Client().head(f"/api/v1{path}", headers={"Authorization": f"Bearer {api_key[1]}"})
    assert response.content == b""


@pytest.mark.parametrize(("path", "status"), [("/videos?zebra=1", 400), (f"/videos/{ID}", 404), ("/nothing", 404)])
def test_head_fails_as_get_does(ask: Any, path: str, status: int) -> None:
    assert ask(path, method="HEAD").status == ask(path).status == status


@pytest.mark.parametrize("path", ["/me", "/projects", f"/videos/{ID}", "/videos?zebra=1", "/openapi.json"])
def test_options_tells_the_methods(ask: Any, path: str) -> None:
    answer = ask(path, method="OPTIONS")
    assert answer.status == 200
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.body == {"data": {"methods": ["GET", "HEAD", "OPTIONS"]}, "error": None, "meta": None}


def test_options_needs_a_key_where_get_does(ask: Any) -> None:
    assert ask("/me", method="OPTIONS", key=None).status == 401
    assert ask("/openapi.json", method="OPTIONS", key=None).status == 200


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/csv;q=0.1", "nonsense"])
def test_the_answer_is_json_whatever_is_accepted(ask: Any, accept: str) -> None:
    assert ask("/projects", Accept=accept).status == 200


def test_answers_are_kept_from_shared_caches(ask: Any) -> None:
    answer = ask("/projects")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


@pytest.fixture
def broken_videos(in_scope: Any) -> Iterator[None]:
    """A fault in the middle of a view: the database refuses every statement that reads videos."""

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statement = "SELECT 1 / 0" if 'FROM "videos_video"' in sql else sql
        return execute(statement, None if statement != sql else params, many, context)

    with connection.execute_wrapper(refuse):
        yield


def test_a_fault_is_told_by_its_request_id_and_nothing_else(ask: Any, broken_videos: None, caplog: Any) -> None:
    answer = ask("/videos")
    request_id = answer.body["meta"].pop("request_id")
    assert answer.body == {
        "data": None,
        "error": "Something went wrong on our side.",
        "meta": {"code": "internal_error"},
    }
    assert answer.status == 500
    assert "X-RateLimit-Remaining" in answer.headers
    reports = [record.getMessage() for record in caplog.records if request_id in record.getMessage()]
    assert any("DataError: division by zero" in report for report in reports)
    assert ask("/projects").status == 200


def test_a_fault_before_any_view_is_an_envelope_as_well(ask: Any) -> None:
    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        return execute("SELECT 1 / 0" if 'FROM "orgs_apikey"' in sql else sql, None, many, context)

    with connection.execute_wrapper(refuse):
        answer = ask("/projects")
    assert answer.status == 500
    assert answer.body["meta"] == {"code": "internal_error", "request_id": answer.body["meta"]["request_id"]}
    assert answer.body["meta"]["request_id"]


def test_pages_outside_of_the_api_stay_pages(client: Client, db: None) -> None:
    from django.http import HttpResponseNotFound

    from api.middleware import ApiMiddleware

    page = HttpResponseNotFound("<h1>Not here</h1>")
    request = HttpRequest()
    request.path_info = "/apiary"
    assert ApiMiddleware(lambda _: page)(request) is page
    assert page.content == b"<h1>Not here</h1>"

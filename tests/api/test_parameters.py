"""What the query may hold, and which error wins."""

from typing import Any
from uuid import uuid4

import pytest

ID = "018f5b1e-0000-7000-8000-000000000000"
BAD = {
    "/projects?limit=": ["", "0", "101", "-1", "1.0", "1e1", "%201", "ten", "٣", "1_0"],
    "/projects?cursor=": ["", "x", "a.b", "%C3%A9", ID],
    "/creators?project_id=": ["", "1", "null", ID[:-1], ID.replace("-", ""), f"{{{ID}}}"],
    "/creators?search=": ["", "%20", "%00", "x" * 201],
    "/videos?creator_id=": ["", "@ada", f"urn:uuid:{ID}"],
    "/videos?tracking_status=": ["", "excluded", "AUTO_TRACKED", "any"],
    "/videos?posted_from=": [
        "",
        "2026-1-5",
        "2026-02-30",
        "20260105",
        "2026-W01-1",
        "2026-01-05T00:00:00Z",
        "0001-01-01",
    ],
    "/videos?posted_to=": ["today", "3000-01-01"],
}


@pytest.mark.parametrize("path", ["/projects", "/creators", "/videos", "/me", f"/projects/{ID}", "/openapi.json"])
def test_an_unknown_parameter_is_named(ask: Any, path: str) -> None:
    assert ask(f"{path}?zebra=1&format=csv").problem == (400, {"code": "invalid_query", "params": ["format", "zebra"]})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/projects?limit=1&limit=1", "limit"),
        (f"/creators?project_id={ID}&project_id={ID}", "project_id"),
        ("/videos?tracking_status=included&tracking_status=pending_review", "tracking_status"),
    ],
)
def test_a_repeated_parameter_is_named(ask: Any, path: str, name: str) -> None:
    assert ask(path).problem == (400, {"code": "invalid_query", "params": [name]})


@pytest.mark.parametrize(
    ("path", "names"),
    [
        *(
            (f"{parameter}{value}", [parameter.partition("?")[2][:-1]])
            for parameter, values in BAD.items()
            for value in values
        ),
        ("/videos?posted_from=2026-01-02&posted_to=2026-01-01", ["posted_from", "posted_to"]),
        ("/videos?limit=0&creator_id=x&posted_to=y", ["creator_id", "limit", "posted_to"]),
    ],
)
def test_a_bad_value_is_named(ask: Any, path: str, names: list[str]) -> None:
    assert ask(path).problem == (400, {"code": "invalid_params", "params": names})


@pytest.mark.parametrize(
    ("day", "says"),
    [("1926-01-01", "between 1970-01-01 and 2999-12-31"), ("3000-01-01", "between"), ("2026-02-30", "not a day")],
)
def test_a_day_out_of_reach_is_told_from_what_is_no_day(ask: Any, day: str, says: str) -> None:
    assert says in ask(f"/videos?posted_from={day}").body["error"]


def test_a_query_that_holds_too_much_is_refused(ask: Any) -> None:
    query = "&".join(f"p{number}=1" for number in range(1001))
    assert ask(f"/projects?{query}").problem == (400, {"code": "invalid_query", "params": []})


@pytest.mark.parametrize("path", ["/creators?project_id=", "/videos?project_id=", "/videos?creator_id="])
def test_a_filter_that_names_nothing_is_404_and_no_empty_list(ask: Any, path: str) -> None:
    assert ask(f"{path}{uuid4()}").problem == (404, {"code": "not_found"})


def test_an_id_may_be_written_in_capitals(ask: Any, admin: Any) -> None:
    id = str(admin.project.id)
    assert ask(f"/projects/{id.upper()}").body == ask(f"/projects/{id}").body
    assert ask(f"/creators?project_id={id.upper()}").status == 200


@pytest.mark.parametrize("resource", ["projects", "creators", "videos"])
@pytest.mark.parametrize("id", ["1", "null", ID, ID[:-1], ID.replace("-", ""), "%00", "..%2Fme", ID + "%20", "é"])
def test_a_malformed_or_absent_id_in_the_path_is_404(ask: Any, resource: str, id: str) -> None:
    assert ask(f"/{resource}/{id}").problem == (404, {"code": "not_found"})


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/projects/1?zebra=1", "invalid_query"),
        (f"/projects/{ID}?zebra=1", "invalid_query"),
        (f"/videos?creator_id={ID}&limit=0", "invalid_params"),
        (f"/videos?creator_id={ID}&cursor=x", "invalid_params"),
        ("/videos?limit=0&zebra=1", "invalid_query"),
    ],
)
def test_a_bad_query_wins_over_what_is_not_found(ask: Any, path: str, code: str) -> None:
    answer = ask(path)
    assert (answer.status, answer.body["meta"]["code"]) == (400, code)

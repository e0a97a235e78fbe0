"""The wall, from the API's side: it finds every route by itself, so that a new one cannot be forgotten."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern

from api.lists import ListView
from api.parameters import IdField
from api.urls import urlpatterns
from api.views import ApiView
from orgs.scope import organization_scope

Scope = Callable[[Any], AbstractContextManager[None]]
VIEWS: dict[str, type[ApiView]] = {str(route.pattern): route.callback.view_class for route in urlpatterns[:-1]}
DETAILS = [route for route in VIEWS if "<str:id>" in route]
LISTS = [route for route, view in VIEWS.items() if issubclass(view, ListView) and route not in DETAILS]
# Numbers over many rows: tests/api/test_analytics.py holds them to the wall.
ANALYTICS = [route for route in VIEWS if route.startswith("v1/analytics")]
FILTERS = [
    (route, name)
    for route, view in VIEWS.items()
    # What a filter beneath one row names is that route's own test.
    if route not in (*ANALYTICS, *DETAILS)
    for name, field in view.query_class().fields.items()
    if isinstance(field, IdField)
]
# Routes that show nobody's rows, and why.
EXEMPT = {
    "v1/me": "shows the key's own organization",
    "v1/openapi.json": "is public and the same for everybody",
    "v1/schema": "is the same for every key",
}


@pytest.fixture
def ours(admin: Any, api_key: Any, make_creator: Any, make_video: Any, make_campaign: Any) -> dict[str, Any]:
    creator = make_creator(admin.project, "northwind.creator")
    video = make_video(creator)
    campaign = make_campaign(admin.project, "Northwind campaign", video)
    return {"projects": admin.project, "creators": creator, "videos": video, "campaigns": campaign}


@pytest.fixture
def theirs(outsider: Any, in_scope: Scope, make_campaign: Any) -> dict[str, Any]:
    from creators.models import Creator
    from videos.models import Video

    with in_scope(outsider.org):
        creator, video = Creator.objects.get(), Video.objects.get()
    campaign = make_campaign(outsider.project, "Southwind campaign", video)
    return {"projects": outsider.project, "creators": creator, "videos": video, "campaigns": campaign}


@pytest.fixture(params=["our key on their rows", "their key on our rows"])
def crossing(
    request: pytest.FixtureRequest, ours: Any, theirs: Any, api_key: Any, outsider_key: str
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A key, the rows of its organization, and the rows of the other one."""
    return (api_key[1], ours, theirs) if "our key" in request.param else (outsider_key, theirs, ours)


def resource_of(route: str) -> str:
    return route.split("/")[1]


def named_by(filter: str) -> str:
    """Which resource a filter names: project_id → projects."""
    return filter.removesuffix("_id") + "s"


@pytest.fixture(autouse=True)
def nothing_changes(ours: Any, theirs: Any) -> Iterator[None]:
    """Asking leaves every row of both organizations as it was."""

    def rows() -> list[Any]:
        found = []
        for owner in (ours, theirs):
            with organization_scope(owner["projects"].org_id):
                found += [type(row).objects.filter(id=row.id).values().get() for row in owner.values()]
        return found

    before = rows()
    yield
    assert rows() == before


def test_every_route_is_under_test() -> None:
    assert all(isinstance(route, URLPattern) for route in urlpatterns)
    assert {*DETAILS, *LISTS, *ANALYTICS, *EXEMPT} == set(VIEWS)


@pytest.mark.parametrize("route", DETAILS)
def test_a_foreign_row_looks_like_no_row(ask: Any, crossing: Any, route: str) -> None:
    key, own, foreign = crossing
    path = "/api/" + route
    row = resource_of(route)
    mine = ask(path.replace("<str:id>", str(own[row].id)), key=key)
    assert mine.status == 200
    if route.endswith("<str:id>"):
        assert mine.body["data"]["id"] == str(own[row].id)
    answers = [ask(path.replace("<str:id>", str(id)), key=key) for id in (foreign[row].id, UUID(int=7))]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].body == answers[1].body


@pytest.mark.parametrize("route", LISTS)
def test_a_list_holds_own_rows_only(ask: Any, crossing: Any, route: str) -> None:
    key, own, _ = crossing
    answer = ask("/api/" + route, key=key)
    assert [row["id"] for row in answer.body["data"]] == [str(own[resource_of(route)].id)]


@pytest.mark.parametrize(("route", "name"), FILTERS)
def test_a_filter_that_names_a_foreign_row_names_nothing(ask: Any, crossing: Any, route: str, name: str) -> None:
    key, own, foreign = crossing
    mine = ask(f"/api/{route}?{name}={own[named_by(name)].id}", key=key)
    assert [row["id"] for row in mine.body["data"]] == [str(own[resource_of(route)].id)]
    answers = [ask(f"/api/{route}?{name}={id}", key=key) for id in (foreign[named_by(name)].id, UUID(int=7))]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].body == answers[1].body


@pytest.mark.parametrize("text", ["southwind", "northwind", "creator", "Creator"])
def test_a_search_reaches_own_rows_only(ask: Any, crossing: Any, text: str) -> None:
    key, own, _ = crossing
    ids = {row["id"] for row in ask(f"/creators?search={text}", key=key).body["data"]}
    assert ids <= {str(own["creators"].id)}


def test_me_shows_the_keys_own_organization_and_usage(ask: Any, crossing: Any) -> None:
    key, own, _ = crossing
    data = ask("/me", key=key).body["data"]
    assert data["organization"]["id"] == str(own["projects"].org_id)
    assert [
        data["limits"][f"max_{name}_per_org"]["current"] for name in ("projects", "creators", "tracked_videos")
    ] == [
        1,
        1,
        1,
    ]

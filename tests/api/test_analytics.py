"""/api/v1/analytics: series, what can be asked, notes, and the reports, compared as whole answers."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.test import Client

from analytics.metrics import METRICS
from analytics.services import annotation_create
from api.urls import urlpatterns
from campaigns.models import CampaignItem
from campaigns.services import ItemReference, campaign_create, campaign_items_add
from tests.analytics.conftest import add_post_snapshots

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BEGIN = NOW - timedelta(days=20)
NOBODY = UUID(int=7)
RANGE = "from=2026-11-20&to=2026-11-24"
META = {"from": "2026-11-20", "to": "2026-11-24", "timezone": "UTC", "tier_retention_days": None}
REPORTS = [str(route.pattern).removeprefix("v1") for route in urlpatterns[:-1] if "/aggregate/" in str(route.pattern)]
# Two tell how things stand, of no days.
OVER_DAYS = [path for path in REPORTS if not path.endswith(("/goal-compliance", "/member-overlap"))]


@pytest.fixture(autouse=True)
def today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def creator(admin: Any, make_creator: Any) -> Any:
    return make_creator(admin.project, "ada", nickname="Ada", tracked_since=BEGIN, follower_count=500)


@pytest.fixture
def video(creator: Any, make_video: Any) -> Any:
    """Posted on November 21 (a Saturday) at 18:00; 600 views on the next day, 900 two days later."""
    posted = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
    made = make_video(creator, posted_at=posted, tracked_since=BEGIN, view_count=900, title="First")
    add_post_snapshots(made.post_id, "view_count", {posted + timedelta(hours=6): 600, NOW - timedelta(hours=12): 900})
    return made


def report(ask: Any, name: str, project: Any, more: str = RANGE) -> Any:
    answer = ask(f"/analytics/aggregate/{name}?project_id={project.id}&{more}")
    assert answer.status == 200, answer.body
    return answer.body


def points(*values: Any) -> list[dict[str, Any]]:
    return [
        {"bucket": f"2026-11-{20 + n}", "value": value, "partial": n == 4, "baseline": False, "rounded": False}
        for n, value in enumerate(values)
    ]


def test_a_series_with_comparison_parts_and_notes(
    ask: Any, admin: Any, creator: Any, video: Any, in_scope: Any
) -> None:
    with in_scope(admin.org):
        note = annotation_create(project_id=admin.project.id, date=date(2026, 11, 22), text="Launch", kind="launch")
    query = f"entity=project&entity_id={admin.project.id}&metric=views&{RANGE}&compare=prior_period&breakdown=creator"
    body = ask(f"/analytics?{query}").body
    assert body["data"] == {
        "entity": {"type": "project", "id": str(admin.project.id), "label": admin.project.name},
        "metric": "views",
        "unit": "count",
        "mode": "new",
        "granularity": "day",
        "timezone": "UTC",
        "from": "2026-11-20",
        "to": "2026-11-24",
        "series": points(None, 600, 150, 150, 0),
        "total": 900,
        "compare": {
            "from": "2026-11-15",
            "to": "2026-11-19",
            "series": [
                {"bucket": f"2026-11-{day}", "value": None, "partial": False, "baseline": False, "rounded": False}
                for day in range(15, 20)
            ],
            "total": None,
        },
        "breakdown_series": [
            {
                "entity_ref": {"type": "creator", "id": str(creator.id), "label": "@ada"},
                "series": points(None, 600, 150, 150, 0),
            }
        ],
        "annotations": [{"id": str(note.id), "date": "2026-11-22", "kind": "launch", "text": "Launch"}],
    }
    assert body["meta"] == {"tier_retention_days": None, "fresh_as_of": "2026-11-24T00:00:00Z"}


def test_the_same_as_csv(api_key: Any, admin: Any, video: Any) -> None:
    query = f"entity=project&entity_id={admin.project.id}&metric=views&{RANGE}&format=csv"
    response: Any = Client().get(f"/api/v1/analytics?{query}", headers={"Authorization": f"Bearer {api_key[1]}"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    head = f"main,project,{admin.project.id},{admin.project.name}"
    assert b"".join(response.streaming_content).decode() == "\r\n".join(
        [
            "series_kind,entity_type,entity_id,entity_label,bucket,value,partial,baseline",
            f"{head},2026-11-20,,false,false",
            f"{head},2026-11-21,600,false,false",
            f"{head},2026-11-22,150,false,false",
            f"{head},2026-11-23,150,false,false",
            f"{head},2026-11-24,0,true,false",
            "",
        ]
    )


def test_the_schema_names_every_metric(ask: Any) -> None:
    data = ask("/analytics/schema").body["data"]
    assert [metric["id"] for metric in data["metrics"]] == list(METRICS)
    assert data["metrics"][0] == {
        "id": "views",
        "label": "Views",
        "unit": "count",
        "kind": "additive",
        "entities": ["project", "campaign", "creator", "video"],
        "description": METRICS["views"].docs,
    }
    assert data["breakdowns"]["creator"] == ["video"]
    assert (data["modes"], data["comparisons"]) == (["new", "cumulative"], ["prior_period"])


def test_the_notes_of_a_range(ask: Any, admin: Any, in_scope: Any) -> None:
    with in_scope(admin.org):
        for day in (19, 20, 24):
            annotation_create(project_id=admin.project.id, date=date(2026, 11, day), text=f"Day {day}", kind="note")
    body = ask(f"/analytics/annotations?project_id={admin.project.id}&{RANGE}").body
    assert [(row["date"], row["kind"], row["text"]) for row in body["data"]] == [
        ("2026-11-20", "note", "Day 20"),
        ("2026-11-24", "note", "Day 24"),
    ]
    assert body["meta"] == META


def test_reports_of_posts(ask: Any, admin: Any, video: Any) -> None:
    shown = ask(f"/videos/{video.id}").body["data"]
    project = admin.project
    assert report(ask, "video-leaderboard", project)["data"] == {"items": [shown], "total_count": 1}
    assert report(ask, "posting-heatmap", project) == {
        "data": [{"dow": 6, "hour": 18, "post_count": 1, "avg_views": 900.0}],
        "error": None,
        "meta": META,
    }
    tokyo = report(ask, "posting-heatmap", project, f"{RANGE}&tz=Asia/Tokyo")
    assert [(cell["dow"], cell["hour"]) for cell in tokyo["data"]] == [(0, 3)]
    assert report(ask, "view-distribution", project)["data"] == {
        "bins": [{"from": 500, "to": 1000, "count": 1}],
        "percentiles": dict.fromkeys(("p10", "p25", "p50", "p75", "p90", "p99"), 900.0),
        "mean": 900.0,
        "post_count": 1,
        "known_count": 1,
    }
    assert report(ask, "outliers", project)["data"] == []


def test_an_outlier(ask: Any, admin: Any, creator: Any, make_video: Any) -> None:
    for number in range(8):
        make_video(creator, posted_at=NOW - timedelta(days=10, hours=number), view_count=1_000 + number)
    viral = make_video(creator, posted_at=NOW - timedelta(days=3), view_count=9_000_000)
    (row,) = report(ask, "outliers", admin.project)["data"]
    assert row == {
        "video": ask(f"/videos/{viral.id}").body["data"],
        "view_count": 9_000_000,
        "creator_median_views": 1_004.0,
        "score": row["score"],
        "direction": "high",
    }
    assert row["score"] > 3.5


def test_reports_of_creators(ask: Any, admin: Any, creator: Any, video: Any) -> None:
    who = {"creator_id": str(creator.id), "tiktok_handle": "ada", "display_name": "Ada"}
    board = report(ask, "creator-leaderboard", admin.project)["data"]
    unknown = dict.fromkeys(("likes", "comments", "shares", "saves", "engagement"), None)
    assert board == {
        "items": [
            who
            | unknown
            | {
                "views": 900,
                "posts": 1,
                "engagement_rate_by_views": None,
                "engagement_rate_by_followers": None,
                "posts_per_week": 1.4,
                "avg_views_per_post": 900.0,
            }
        ],
        "total_count": 1,
    }
    assert report(ask, "posting-consistency", admin.project)["data"] == [
        who | {"posts": 1, "posts_per_week": 1.4, "active_weeks": 1, "longest_gap_days": 3, "regularity": None}
    ]
    assert report(ask, "creator-scatter", admin.project)["data"] == [
        who | {"followers": 500, "avg_views_per_post": 900.0, "posts": 1}
    ]


def test_reports_of_campaigns(ask: Any, admin: Any, creator: Any, video: Any, in_scope: Any) -> None:
    with in_scope(admin.org):
        one, two = (campaign_create(project_id=admin.project.id, name=name) for name in ("One", "Two"))
        reference = ItemReference(CampaignItem.Type.CREATOR, creator.id)
        campaign_items_add(campaign_id=one.id, references=[reference])
    items = report(ask, "campaign-leaderboard", admin.project, f"{RANGE}&order=posts")["data"]["items"]
    assert [(row["campaign_id"], row["name"], row["views"], row["posts"]) for row in items] == [
        (str(one.id), "One", 900, 1),
        (str(two.id), "Two", 0, 0),
    ]
    body = ask(f"/analytics/aggregate/member-overlap?project_id={admin.project.id}").body
    assert body["data"] == {
        "campaigns": [{"id": str(one.id), "name": "One"}, {"id": str(two.id), "name": "Two"}],
        "pairs": [
            {
                "campaign_a": str(one.id),
                "campaign_b": str(two.id),
                "shared_creators": 0,
                "shared_videos": 0,
                "jaccard": 0.0,
            }
        ],
    }
    assert body["meta"] is None


def test_a_future_end_is_cut_to_today_and_said(ask: Any, admin: Any) -> None:
    meta = report(ask, "view-distribution", admin.project, "to=2027-01-01")["meta"]
    assert (meta["from"], meta["to"]) == ("2026-10-26", "2026-11-24")


@pytest.mark.parametrize("path", REPORTS)
def test_a_foreign_project_looks_like_none(ask: Any, outsider: Any, path: str) -> None:
    answers = [ask(f"{path}?project_id={id_}") for id_ in (outsider.project.id, NOBODY)]
    assert [answer.problem for answer in answers] == [(404, {"code": "not_found"})] * 2


@pytest.mark.parametrize("kind", ["project", "campaign", "creator", "video"])
def test_a_foreign_entity_looks_like_none(ask: Any, outsider: Any, in_scope: Any, kind: str) -> None:
    from creators.models import Creator
    from videos.models import Video

    with in_scope(outsider.org):
        campaign = campaign_create(project_id=outsider.project.id, name="Theirs")
        foreign = {
            "project": outsider.project.id,
            "campaign": campaign.id,
            "creator": Creator.objects.get().id,
            "video": Video.objects.get().id,
        }
    for id_ in (foreign[kind], NOBODY):
        answer = ask(f"/analytics?entity={kind}&entity_id={id_}&metric=views")
        assert answer.problem == (404, {"code": "not_found"})
    notes = ask(f"/analytics/annotations?project_id={outsider.project.id}")
    assert notes.problem == (404, {"code": "not_found"})


@pytest.mark.parametrize(
    ("query", "code", "params"),
    [
        ("metric=likes_per_second", "invalid_params", ["metric"]),
        ("metric=views&mode=old", "invalid_params", ["mode"]),
        ("metric=views&tz=Mars/Olympus", "invalid_params", ["tz"]),
        ("metric=views&from=2026-11-10&to=2026-11-09", "invalid_params", ["from", "to"]),
        ("metric=views&from=2026-11-25", "invalid_params", ["from"]),
        ("metric=views&from=1990-01-01", "invalid_params", ["from", "to"]),
        ("metric=views&granularity=hour", "invalid_params", ["from", "granularity", "to"]),
        ("metric=views&base_metric=likes", "invalid_query", ["base_metric", "metric"]),
        ("metric=views&breakdown=project", "invalid_params", ["breakdown"]),
        ("metric=views&metric=likes", "invalid_query", ["metric"]),
        ("metric=views&color=red", "invalid_query", ["color"]),
        ("mode=new", "invalid_query", ["metric"]),
    ],
)
def test_a_question_that_makes_no_sense_names_its_parameters(
    ask: Any, admin: Any, query: str, code: str, params: list[str]
) -> None:
    answer = ask(f"/analytics?entity=project&entity_id={admin.project.id}&{query}")
    assert answer.problem == (400, {"code": code, "params": params})


@pytest.mark.parametrize("path", ["/analytics/annotations", *OVER_DAYS, "/analytics"])
def test_a_plan_shows_no_more_than_its_days(ask: Any, admin: Any, in_scope: Any, path: str) -> None:
    with in_scope(admin.org):
        admin.org.tier = "starter"
        admin.org.save()
    who = (
        f"entity=project&entity_id={admin.project.id}&metric=views"
        if path == "/analytics"
        else f"project_id={admin.project.id}"
    )
    earliest = NOW.date() - timedelta(days=365)
    assert ask(f"{path}?{who}&from={earliest}").status == 200
    refused = ask(f"{path}?{who}&from={earliest - timedelta(days=1)}")
    assert refused.problem == (402, {"code": "retention_exceeded", "tier_retention_days": 365})


def test_overlap_is_as_of_now_and_takes_no_range(ask: Any, admin: Any) -> None:
    answer = ask(f"/analytics/aggregate/member-overlap?project_id={admin.project.id}&from=2026-11-01")
    assert answer.problem == (400, {"code": "invalid_query", "params": ["from"]})


@pytest.mark.parametrize(
    ("name", "query", "param"),
    [
        ("video-leaderboard", "order=title", "order"),
        ("video-leaderboard", "limit=101", "limit"),
        ("creator-leaderboard", "order=followers", "order"),
        ("campaign-leaderboard", "offset=-1", "offset"),
    ],
)
def test_a_list_is_asked_for_in_its_own_words(ask: Any, admin: Any, name: str, query: str, param: str) -> None:
    answer = ask(f"/analytics/aggregate/{name}?project_id={admin.project.id}&{query}")
    assert answer.problem == (400, {"code": "invalid_params", "params": [param]})

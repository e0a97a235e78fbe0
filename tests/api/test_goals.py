"""/api/v1/projects/{id}/goal-compliance and /analytics/aggregate/goal-compliance."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine

from creators.models import Creator
from goals.services import goal_edit, goals_create
from goals.terms import GoalTerms
from orgs.limits import Tier
from orgs.models import Organization
from scraping.models import Account, PostSnapshot

pytestmark = pytest.mark.django_db
# A Tuesday, a quarter into the week's fifth half day: 36 of 168 hours are over in UTC.
NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
MONDAY = "2026-11-02"


@pytest.fixture(autouse=True)
def on_that_tuesday() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(admin: Any, make_creator: Any, make_video: Any, in_scope: Any) -> Any:
    """A creator with a post of Monday that has 300 views and 30 likes, and three goals."""
    with in_scope(admin.org):
        Organization.objects.update(timezone="UTC")
    since = NOW - timedelta(days=60)
    ada = make_creator(admin.project, "ada", tracked_since=since, tracking_start_date=since.date(), follower_count=7)
    Account.objects.create(
        id=ada.account_id, handle="ada", first_seen_at=since, seen_at=NOW, posts_seen_at=NOW - timedelta(hours=1)
    )
    posted = NOW - timedelta(days=1)
    video = make_video(ada, posted_at=posted, tracked_since=since)
    for at, views in ((posted, 0), (NOW, 300)):
        counts = {"view_count": views, "like_count": views // 10, "source": "simulator", "precision": "exact"}
        PostSnapshot.objects.create(post_id=video.post_id, captured_at=at, **counts)
    with in_scope(admin.org):
        for type, measure, target in (
            ("posts", "count", "7"),
            ("views", "total", "2000"),
            ("engagement", "rate", "12.5"),
        ):
            terms = GoalTerms(type, measure, "weekly", Decimal(target), date(2026, 10, 1))
            goals_create(project_id=admin.project.id, creator_ids=[ada.id], terms=terms, now=NOW)
    return ada


def path_of(project: Any, query: str = "") -> str:
    return f"/projects/{project.id}/goal-compliance{query}"


def test_every_goal_is_told_with_what_it_is_held_against(ask: Any, admin: Any, ada: Any) -> None:
    answer = ask(path_of(admin.project))
    (row,) = answer.body["data"]
    assert answer.body["meta"] == {"nextCursor": None}
    assert row["creator"] == {
        "id": str(ada.id), "tiktok_handle": "ada", "display_name": ada.display_name, "avatar_url": None,
    }  # fmt: skip
    count, total, rate = row["compliance"]
    assert count["goal"] == {
        "id": count["goal"]["id"],
        "creator_id": str(ada.id),
        "project_id": str(admin.project.id),
        "type": "posts",
        "measure": "count",
        "period": "weekly",
        "target": 7,
        "start_date": "2026-10-01",
        "end_date": None,
    }
    running = {
        "has_advisory": True,
        "messages": ["The period is still running, so the result can change."],
        "period_in_progress": True,
        "period_recently_ended": False,
        "scrape_stale": False,
        "not_yet_started": False,
    }
    week = {"period_start": MONDAY, "period_end": "2026-11-08", "advisory": running}
    told = [{name: one[name] for name in one if name != "goal"} for one in (count, total, rate)]
    assert told == [
        {**week, "actual": 1, "target": 7, "expected": 1, "pace": 1.0, "status": "on_track"},
        {**week, "actual": 300, "target": 2000, "expected": 428.571429, "pace": 0.7, "status": "behind_pace"},
        {**week, "actual": 10.0, "target": 12.5, "expected": 12.5, "pace": 0.8, "status": "behind_pace"},
    ]


def test_the_counts_are_those_of_the_goals(ask: Any, admin: Any, ada: Any) -> None:
    data = ask(f"/analytics/aggregate/goal-compliance?project_id={admin.project.id}").body["data"]
    assert (data["goal_count"], data["creator_count"]) == (3, 1)
    nothing = dict.fromkeys(("on_track", "behind_pace", "at_risk", "completed", "missed", "no_data"), 0)
    assert data["by_status"] == {**nothing, "on_track": 1, "behind_pace": 2}
    assert data["by_type"] == {
        "posts": {**nothing, "on_track": 1},
        "views": {**nothing, "behind_pace": 1},
        "engagement": {**nothing, "behind_pace": 1},
        "followers": nothing,
    }
    assert data["by_compliance"] == {"compliant": 0, "non_compliant": 1, "no_data": 0}
    ranged = ask(f"/analytics/aggregate/goal-compliance?project_id={admin.project.id}&from={MONDAY}")
    assert ranged.problem == (400, {"code": "invalid_query", "params": ["from"]})


def test_the_guide_shows_these_answers(ask: Any, admin: Any, ada: Any) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "goals.md").read_text()
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", guide, re.DOTALL)]
    (row,) = ask(path_of(admin.project)).body["data"]
    total = row["compliance"][1]
    (example,) = shown[0]["data"]
    assert list(example["creator"]) == list(row["creator"])
    assert example["compliance"] == [total | {"goal": total["goal"] | _ids(example["compliance"][0]["goal"])}]
    assert shown[1] == ask(f"/analytics/aggregate/goal-compliance?project_id={admin.project.id}").body


def _ids(goal: dict[str, Any]) -> dict[str, Any]:
    return {name: goal[name] for name in ("id", "creator_id", "project_id")}


def test_a_past_day_has_its_own_period_and_target(ask: Any, admin: Any, ada: Any, in_scope: Any) -> None:
    goal_id = ask(path_of(admin.project)).body["data"][0]["compliance"][0]["goal"]["id"]
    with in_scope(admin.org):
        goal_edit(goal_id=goal_id, target=Decimal(9), end_date=date(2026, 11, 5), now=NOW)
    (row,) = ask(path_of(admin.project, "?reference_date=2026-11-01&period=weekly")).body["data"]
    count = row["compliance"][0]
    assert (count["period_start"], count["period_end"]) == ("2026-10-26", "2026-11-01")
    assert (count["goal"]["target"], count["target"], count["status"]) == (9, 7, "missed")
    assert count["advisory"]["period_recently_ended"]
    assert ask(path_of(admin.project, "?period=daily")).body["data"] == []
    (row,) = ask(path_of(admin.project)).body["data"]
    assert (row["compliance"][0]["period_end"], row["compliance"][0]["target"]) == ("2026-11-05", 9)


def test_pages_go_by_creator(ask: Any, admin: Any, ada: Any, make_creator: Any, in_scope: Any) -> None:
    others = [make_creator(admin.project) for _ in range(3)]
    make_creator(admin.project, "without.goals")
    terms = GoalTerms("posts", "count", "daily", Decimal(1), date(2026, 12, 1))
    with in_scope(admin.org):
        goals_create(project_id=admin.project.id, creator_ids=[one.id for one in others], terms=terms, now=NOW)
    first = ask(path_of(admin.project, "?limit=3")).body
    second = ask(path_of(admin.project, f"?limit=3&cursor={first['meta']['nextCursor']}")).body
    handles = [row["creator"]["tiktok_handle"] for row in first["data"] + second["data"]]
    assert handles == [*(one.tiktok_handle for one in reversed(others)), "ada"]
    assert second["meta"]["nextCursor"] is None
    to_come = first["data"][0]["compliance"][0]
    assert (to_come["status"], to_come["expected"], to_come["period_start"]) == ("no_data", None, "2026-12-01")
    assert to_come["advisory"]["not_yet_started"]
    own = ask(path_of(admin.project, f"?creator_id={ada.id}")).body["data"]
    assert [row["creator"]["tiktok_handle"] for row in own] == ["ada"]


def test_what_cannot_be_asked_is_refused(ask: Any, admin: Any, outsider: Any, ada: Any, in_scope: Any) -> None:
    def problem(query: str, project: Any = admin.project) -> Any:
        return ask(path_of(project, query)).problem

    assert problem("?reference_date=2026-11-04") == (400, {"code": "invalid_params", "params": ["reference_date"]})
    assert problem("?reference_date=tuesday") == (400, {"code": "invalid_params", "params": ["reference_date"]})
    assert problem("?period=yearly") == (400, {"code": "invalid_params", "params": ["period"]})
    assert problem(f"?from={MONDAY}") == (400, {"code": "invalid_query", "params": ["from"]})
    assert problem("", outsider.project) == (404, {"code": "not_found"})
    with in_scope(outsider.org):
        theirs = Creator.objects.get()
    assert problem(f"?creator_id={theirs.id}") == (404, {"code": "not_found"})
    with in_scope(admin.org):
        Organization.objects.update(tier=Tier.STARTER)
    kept = {"code": "retention_exceeded", "tier_retention_days": 365}
    assert problem("?reference_date=2025-11-02") == (402, kept)
    assert ask(path_of(admin.project, "?reference_date=2025-11-03")).status == 200

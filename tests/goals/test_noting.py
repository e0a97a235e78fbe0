"""A change of compliance is written down and announced once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from creators.models import CreatorChange
from goals.services import goals_pause, goals_resume
from goals.services.upkeep import judge_organization
from goals.tasks import judge_goals_of
from orgs.models import OutboxEvent
from orgs.scope import organization_scope
from tests.goals.conftest import NOW

HOUR = timedelta(hours=1)


def logged(org_id: UUID) -> list[tuple[str, str]]:
    with organization_scope(org_id):
        rows = CreatorChange.objects.filter(kind="goal_compliance_changed").order_by("happened_at", "id")
        assert OutboxEvent.objects.filter(kind="goal_compliance_changed").count() == rows.count()
        return [(row.before["compliance"], row.after["compliance"]) for row in rows]


def test_every_change_is_noted_once_however_often_goals_are_judged(creator: Any, post: Any, set_goal: Any) -> None:
    goal = set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 11, 3))
    first_day_over = datetime(2026, 11, 3, 23, tzinfo=UTC)
    assert [judge_organization(creator.org_id, now=NOW)[1] for _ in range(3)] == [1, 0, 0]
    assert logged(creator.org_id) == [("no_data", "compliant")]
    set_goal(creator, "views", "total", "daily", 100, start=date(2026, 11, 3))
    assert [judge_organization(creator.org_id, now=NOW + n * HOUR)[1] for n in range(2)] == [1, 0]
    post(creator, NOW, {NOW: 0, first_day_over: 400})
    assert judge_organization(creator.org_id, now=NOW + 2 * HOUR)[1] == 1
    assert logged(creator.org_id)[1:] == [("compliant", "non_compliant"), ("non_compliant", "compliant")]
    with organization_scope(creator.org_id):
        last = CreatorChange.objects.order_by("-happened_at").first()
        event = OutboxEvent.objects.order_by("-id").first()
    assert last is not None
    assert event is not None
    assert [one["status"] for one in last.after["goals"]] == ["on_track", "on_track"]
    assert last.after["goals"][0] == {
        "goal_id": str(goal.id),
        "goal": "1 post a day",
        "status": "on_track",
        "period_start": "2026-11-03",
        "period_end": "2026-11-03",
    }
    assert (event.data["creator_id"], event.data["before"], event.data["after"]) == (
        str(creator.id),
        "non_compliant",
        "compliant",
    )


def test_a_creator_without_goals_is_forgotten_and_begins_anew(creator: Any, outsider: Any, set_goal: Any) -> None:
    goal = set_goal(creator, "posts", "count", "daily", 1)
    judge_goals_of(str(outsider.org.id))
    judge_organization(creator.org_id, now=NOW)
    with organization_scope(creator.org_id):
        goals_pause(project_id=creator.project_id, goal_ids=[goal.id], now=NOW)
    judge_organization(creator.org_id, now=NOW)
    with organization_scope(creator.org_id):
        goals_resume(project_id=creator.project_id, goal_ids=[goal.id], now=NOW)
    judge_organization(creator.org_id, now=NOW)
    assert logged(creator.org_id) == [("no_data", "compliant")] * 2
    assert logged(outsider.org.id) == []

"""Periods that are over are kept once they have settled, and nothing that changes later alters them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from creators.services import creator_remove
from goals.compliance import compliance_of
from goals.evaluation import Status
from goals.history import history_of
from goals.models import ClosedPeriod, Goal
from goals.services import goal_edit, goals_pause, goals_resume
from goals.services.upkeep import judge_organization, organizations_with_goals
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import PostSnapshot
from tests.goals.conftest import NOW
from videos.models import Video

DAY = timedelta(days=1)
# Sunday 8 November ends in Berlin at 23:00 UTC.
WEEK_ENDS = datetime(2026, 11, 8, 23, tzinfo=UTC)
SETTLED = WEEK_ENDS + 2 * DAY
MONDAY = date(2026, 11, 2)


def kept(creator: Any) -> list[Any]:
    with organization_scope(creator.org_id):
        rows = ClosedPeriod.objects.order_by("goal_id", "period_start")
        return list(rows.values_list("period_start", "period_end", "status", "actual", "target", "timezone"))


def on(creator: Any, day: date, now: datetime) -> Any:
    with organization_scope(creator.org_id):
        ((goal,),) = [one.goals for one in compliance_of(creator.project_id, now=now, reference_date=day)]
    return goal


def history(goal: Goal, now: datetime) -> Any:
    with organization_scope(goal.org_id):
        (read,) = Goal.objects.filter(id=goal.id).with_versions()
        return history_of([read], now=now)[goal.id]


def test_a_period_is_kept_48_hours_after_its_end_once(creator: Any, post: Any, set_goal: Any) -> None:
    set_goal(creator, "views", "total", "weekly", 300, start=MONDAY)
    post(creator, NOW, {NOW: 0, WEEK_ENDS: 310})
    assert judge_organization(creator.org_id, now=SETTLED - timedelta(seconds=1))[0] == 0
    assert on(creator, MONDAY, SETTLED - timedelta(seconds=1)).compliance.advisory.period_recently_ended
    assert [judge_organization(creator.org_id, now=now)[0] for now in (SETTLED, SETTLED + DAY)] == [1, 0]
    week = (MONDAY, date(2026, 11, 8), "completed", Decimal(310), Decimal(300), "Europe/Berlin")
    assert kept(creator) == [week]


def test_what_is_kept_does_not_change_with_membership_history_target_or_zone(
    creator: Any, post: Any, set_goal: Any
) -> None:
    goal = set_goal(creator, "views", "total", "weekly", 300, start=MONDAY)
    video = post(creator, NOW, {NOW: 0, WEEK_ENDS: 310})
    judge_organization(creator.org_id, now=SETTLED)
    before = on(creator, MONDAY, SETTLED + DAY)
    with organization_scope(creator.org_id):
        Video.objects.filter(id=video.id).update(tracking_status="excluded")
        Organization.objects.update(timezone="America/New_York", week_start="sunday")
        goal_edit(goal_id=goal.id, target=Decimal(9_000), end_date=None, now=SETTLED + DAY)
    PostSnapshot.objects.filter(post_id=video.post_id).update(view_count=1)
    after = on(creator, MONDAY, SETTLED + DAY)
    assert (after.compliance, after.period) == (before.compliance, before.period)
    assert (before.compliance.actual, before.compliance.target, before.compliance.status) == (310, 300, "completed")
    # The week that runs begins after what is kept, whatever the calendar says now.
    running = on(creator, date(2026, 11, 11), SETTLED + DAY)
    assert (running.period.first, running.period.last) == (date(2026, 11, 9), date(2026, 11, 14))
    assert (running.compliance.actual, running.compliance.target) == (0, 9_000)


def test_an_edit_holds_from_the_current_period_on(creator: Any, set_goal: Any) -> None:
    goal = set_goal(creator, "posts", "count", "weekly", 3, start=date(2026, 10, 19))
    with organization_scope(creator.org_id):
        goal_edit(goal_id=goal.id, target=Decimal(5), end_date=None, now=NOW)
        goal_edit(goal_id=goal.id, target=Decimal(4), end_date=None, now=NOW + 7 * DAY)
    targets = [on(creator, date(2026, 10, 26) + n * 7 * DAY, NOW + 14 * DAY).compliance.target for n in range(4)]
    assert targets == [3, 5, 4, 4]
    judge_organization(creator.org_id, now=NOW + 14 * DAY)
    assert [row[4] for row in kept(creator)] == [3, 3, 5, 4][: len(kept(creator))]


def test_what_ends_while_a_goal_rests_or_its_creator_is_removed_does_not_count(creator: Any, set_goal: Any) -> None:
    goal = set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 10, 28))
    with organization_scope(creator.org_id):
        own = {"project_id": creator.project_id, "goal_ids": [goal.id]}
        assert goals_pause(**own, now=datetime(2026, 10, 29, 12, tzinfo=UTC))
        assert goals_resume(**own, now=datetime(2026, 10, 31, 12, tzinfo=UTC))
    judge_organization(creator.org_id, now=NOW + 2 * DAY)
    days = [row[0].day for row in kept(creator)]
    assert days == [28, 31, 1, 2]
    with organization_scope(creator.org_id):
        creator_remove(creator_id=creator.id, now=NOW)
    judge_organization(creator.org_id, now=NOW + 9 * DAY)
    assert [row[0].day for row in kept(creator)] == days


def test_the_strip_holds_kept_and_unsettled_periods_and_the_streak_only_kept_ones(
    creator: Any, post: Any, set_goal: Any
) -> None:
    goal = set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 10, 20))
    for day in (21, 22, 23, 25, 26, 27, 28, 29, 30, 31):
        post(creator, datetime(2026, 10, day, 12, tzinfo=UTC), {})
    before = history(goal, NOW)
    assert (len(before.periods), before.streak, before.periods[-1].is_settled) == (12, 0, False)
    assert [one.status == "completed" for one in before.periods][-5:] == [True] * 3 + [False] * 2
    judge_organization(creator.org_id, now=NOW)
    after = history(goal, NOW)
    assert [(one.period_start, one.status) for one in after.periods] == [
        (one.period_start, one.status) for one in before.periods
    ]
    assert [one.is_settled for one in after.periods] == [True] * 10 + [False] * 2
    assert after.streak == 7
    with organization_scope(creator.org_id):
        ClosedPeriod.objects.filter(period_start=date(2026, 10, 30)).update(status=Status.NO_DATA)
    assert history(goal, NOW).streak == 6


def test_a_goal_that_begins_in_the_past_is_closed_in_parts(creator: Any, post: Any, set_goal: Any) -> None:
    with organization_scope(creator.org_id):
        creator.tracking_start_date = date(2025, 1, 1)
        creator.tracking_starts_at = datetime(2025, 1, 1, tzinfo=UTC)
        creator.save()
    set_goal(creator, "posts", "count", "daily", 1, start=date(2025, 11, 1), end=date(2026, 10, 31))
    post(creator, datetime(2026, 3, 29, 22, 30, tzinfo=UTC), {})  # the first half hour of 30 March in Berlin
    assert judge_organization(creator.org_id, now=NOW + DAY)[0] == 365
    assert [row[0] for row in kept(creator) if row[2] == "completed"] == [date(2026, 3, 30)]
    assert creator.org_id in organizations_with_goals()

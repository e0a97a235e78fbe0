"""What is measured for each measure, which period a day stands for, and who is left out."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from creators.models import Creator
from goals.compliance import CreatorCompliance, GoalCompliance, compliance_of, state_of_creators
from goals.evaluation import ComplianceState, Status
from goals.services import goals_delete, goals_pause
from orgs.scope import organization_scope
from tests.goals.conftest import NOW, SINCE

HOUR = timedelta(hours=1)


def at(day: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def judged(creator: Any, now: datetime = NOW, **asked: Any) -> list[CreatorCompliance]:
    with organization_scope(creator.org_id):
        return compliance_of(creator.project_id, now=now, **asked)


def only(creator: Any, now: datetime = NOW, **asked: Any) -> GoalCompliance:
    ((goal,),) = [one.goals for one in judged(creator, now, **asked)]
    return goal


def test_a_count_is_held_against_whole_posts_by_the_organizations_week(creator: Any, post: Any, set_goal: Any) -> None:
    set_goal(creator, "posts", "count", "weekly", 7)
    post(creator, at(1, 22), {})  # Sunday, 23:00 in Berlin
    post(creator, at(1, 23), {})  # Monday, midnight in Berlin
    post(creator, at(3, 10), {}, tracking_status="pending_review")
    one = only(creator)
    assert (one.period.first, one.period.last) == (date(2026, 11, 2), date(2026, 11, 8))
    # 36 of 168 hours: 7 × 36/168 = 1.5 posts are expected, so 1.
    assert (one.compliance.actual, one.compliance.expected, one.compliance.pace) == (1, 1, 1)
    assert one.compliance.status is Status.ON_TRACK
    assert one.compliance.projected == Fraction(14, 3)


def test_totals_and_the_rate_are_what_was_gained_in_the_period_by_old_posts_too(
    creator: Any, post: Any, set_goal: Any
) -> None:
    set_goal(creator, "views", "total", "weekly", 1_000)
    set_goal(creator, "engagement", "total", "weekly", 50)
    set_goal(creator, "engagement", "rate", "weekly", "5")
    post(creator, at(1, 22), {at(1, 23): 0, NOW: 200}, likes=20)
    ((views, total, rate),) = [one.goals for one in judged(creator)]
    assert (views.compliance.actual, total.compliance.actual, rate.compliance.actual) == (200, 20, 10)
    assert views.compliance.expected == Fraction(1_000 * 36, 168)
    assert views.compliance.pace == Fraction(200 * 168, 36_000)
    assert [one.compliance.status for one in (views, total, rate)] == [
        Status.BEHIND_PACE,
        Status.ON_TRACK,
        Status.ON_TRACK,
    ]


def test_the_lowest_post_counts_48_hours_after_the_period_at_the_latest(creator: Any, post: Any, set_goal: Any) -> None:
    set_goal(creator, "views", "per_video", "weekly", 500)
    end = at(8, 23)
    post(creator, at(3), {at(3): 0, end + 48 * HOUR: 480, end + 49 * HOUR: 9_000})
    post(creator, at(4), {at(4): 0, end: 600})
    post(creator, at(5), {})  # never observed: not looked at
    assert only(creator, end + 47 * HOUR, reference_date=date(2026, 11, 8)).compliance.actual == 480 * 178 // 179
    late = only(creator, end + 60 * HOUR, reference_date=date(2026, 11, 8)).compliance
    assert (late.actual, late.status) == (480, Status.MISSED)


def test_followers_are_read_at_the_end_of_the_period_or_now(creator: Any, followers: Any, set_goal: Any) -> None:
    set_goal(creator, "followers", "milestone", "weekly", 1_050)
    set_goal(creator, "followers", "gain", "weekly", 70)
    followers(creator, {at(1, 23): 1_000, NOW: 1_036, NOW + HOUR: 5_000})
    ((milestone, gain),) = [one.goals for one in judged(creator)]
    assert (milestone.compliance.actual, gain.compliance.actual) == (1_036, 36)
    assert (milestone.compliance.expected, gain.compliance.expected) == (1_050, 15)
    assert (milestone.compliance.status, gain.compliance.status) == (Status.BEHIND_PACE, Status.ON_TRACK)


def test_nothing_measured_is_no_data_and_no_posts_are_nought(
    admin: Any, creator: Any, make_creator: Any, post: Any, set_goal: Any
) -> None:
    unread = make_creator(admin.project, "unread", tracked_since=at(1), tracking_start_date=date(2026, 10, 1))
    for type, measure in [
        ("posts", "count"),
        ("views", "total"),
        ("views", "per_video"),
        ("engagement", "rate"),
        ("followers", "gain"),
    ]:
        set_goal(unread, type, measure, "weekly", 10)
        set_goal(creator, type, measure, "weekly", 10)
    newest, oldest = judged(creator)
    assert newest.creator == unread
    assert [one.compliance.actual for one in newest.goals] == [None] * 5
    assert all(one.compliance.advisory.scrape_stale for one in newest.goals)
    assert [one.compliance.actual for one in oldest.goals] == [0, 0, None, None, None]
    assert (newest.state, oldest.state) == (ComplianceState.NO_DATA, ComplianceState.NON_COMPLIANT)
    post(creator, at(2), {})  # published, its numbers unknown
    assert [one.compliance.actual for one in judged(creator)[1].goals] == [1, None, None, None, None]


def test_a_period_is_cut_to_the_goal_and_to_tracking_and_its_target_is_whole(
    creator: Any, post: Any, set_goal: Any
) -> None:
    set_goal(creator, "posts", "count", "monthly", 10, start=date(2026, 11, 2), end=date(2026, 11, 20))
    one = only(creator)
    assert (one.period.first, one.period.last, one.compliance.target) == (date(2026, 11, 2), date(2026, 11, 20), 10)
    with organization_scope(creator.org_id):
        Creator.objects.filter(id=creator.id).update(tracking_start_date=date(2026, 11, 3))
    assert only(creator).period.first == date(2026, 11, 3)


def test_the_day_picks_the_period_and_the_result_is_as_of_now(creator: Any, post: Any, set_goal: Any) -> None:
    set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 10, 20))
    post(creator, at(1), {})
    assert only(creator, reference_date=date(2026, 11, 1)).compliance.status is Status.COMPLETED
    assert only(creator, reference_date=date(2026, 11, 2)).compliance.status is Status.MISSED
    before = only(creator, reference_date=date(2026, 10, 19))
    assert (before.period.first, before.compliance.status) == (date(2026, 10, 20), Status.NO_DATA)
    assert before.compliance.advisory.not_yet_started
    assert not before.compliance.advisory.period_in_progress
    assert judged(creator, period="weekly") == []
    with pytest.raises(ValueError, match="day to come"):
        judged(creator, reference_date=date(2026, 11, 4))


def test_more_creators_and_goals_take_no_more_statements(
    admin: Any, creator: Any, make_creator: Any, post: Any, set_goal: Any
) -> None:
    asked = [("posts", "count", "weekly"), ("views", "total", "monthly"), ("views", "per_video", "daily")]
    asked += [("engagement", "rate", "weekly"), ("followers", "gain", "monthly")]

    def statements() -> int:
        for one in asked:
            set_goal(creator, *one, 10)
        with CaptureQueriesContext(connection) as queries:
            assert len(judged(creator)) == len(creators)
        return len(queries)

    creators = [creator]
    post(creator, at(2), {at(2): 0, NOW: 50})
    few = statements()
    for _ in range(8):
        creator = make_creator(admin.project, tracked_since=SINCE, tracking_start_date=date(2026, 10, 5))
        post(creator, at(2), {at(2): 0, NOW: 50})
        creators.append(creator)
        last = statements()
    assert last == few


def test_whoever_is_not_judged_is_left_out(admin: Any, creator: Any, make_creator: Any, set_goal: Any) -> None:
    goals = {
        name: set_goal(
            make_creator(admin.project, name, tracking_start_date=date(2026, 8, 1)), "posts", "count", "daily", 1
        )
        for name in ("paused", "deleted", "removed")
    }
    make_creator(admin.project, "goalless")
    ended = make_creator(admin.project, "ended", tracking_start_date=date(2026, 8, 1))
    set_goal(ended, "posts", "count", "weekly", 1, end=date(2026, 11, 2))
    set_goal(creator, "posts", "count", "daily", 1, start=date(2026, 12, 1))
    with organization_scope(admin.org.id):
        own = {"project_id": admin.project.id, "now": NOW}
        goals_pause(goal_ids=[goals["paused"].id], **own)
        goals_delete(goal_ids=[goals["deleted"].id], **own)
        Creator.objects.filter(id=goals["removed"].creator_id).update(removed_at=timezone.now())
        assert state_of_creators(admin.project.id, now=NOW) == {creator.id: ComplianceState.NO_DATA}
        assert state_of_creators(admin.project.id, now=NOW, creators=[ended]) == {}
    on_monday = judged(creator, reference_date=date(2026, 11, 2))
    assert [one.creator.tiktok_handle for one in on_monday] == ["ended", creator.tiktok_handle]

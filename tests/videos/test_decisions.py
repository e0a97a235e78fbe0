"""Deciding on posts that wait: who decided stands on the post, nobody is overwritten silently, everything is undone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.engine import answer
from analytics.query import Query
from orgs.limits import LimitReached
from orgs.models import AuditEntry, Organization
from projects.services import ProjectArchived
from scraping.models import Account
from tests.conftest import NOW
from tests.threads import held_up
from videos.models import Decision, Video, VideoChange
from videos.services.decisions import Decided, NothingToUndo, Undone, decision_undo, videos_decide
from videos.services.tracking import videos_switch_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(admin: Any, make_creator: Any, make_video: Any) -> list[Any]:
    """Three posts that wait, of one selective creator."""
    creator = make_creator(admin.project, tracking_mode="selective")
    return [make_video(creator, tracking_status="pending_review") for _ in range(3)]


@pytest.fixture
def decide(admin: Any, in_scope: Any) -> Callable[..., Decided]:
    """`decide("included", video, …, by=person, minutes=0)`, in the admin's project."""

    def act(status: str, *videos: Any, by: Any = admin, minutes: int = 0, **words: Any) -> Decided:
        with in_scope(admin.org):
            chosen = Video.objects.filter(id__in=[video.id for video in videos])
            now = NOW + timedelta(minutes=minutes)
            return videos_decide(
                project=admin.project, videos=chosen, tracking_status=status, by=by.user, now=now, **words
            )

    return act


@pytest.fixture
def undo(admin: Any, in_scope: Any) -> Callable[..., Undone]:
    def act(by: Any = admin, minutes: int = 0, decision_id: UUID | None = None) -> Undone:
        with in_scope(admin.org):
            now = NOW + timedelta(minutes=minutes)
            return decision_undo(project=admin.project, by=by.user, now=now, decision_id=decision_id)

    return act


@pytest.fixture
def statuses(admin: Any, in_scope: Any) -> Callable[[], list[str]]:
    def read() -> list[str]:
        with in_scope(admin.org):
            return list(Video.objects.order_by("id").values_list("tracking_status", flat=True))

    return read


def test_one_statement_decides_on_many_and_says_who(
    admin: Any, in_scope: Any, make_video: Any, waiting: list[Any], statuses: Any
) -> None:
    direct = make_video(admin.project)
    with in_scope(admin.org), CaptureQueriesContext(connection) as asked:
        decided = videos_decide(
            project=admin.project,
            videos=Video.objects.in_inbox(),
            tracking_status="included",
            by=admin.user,
            now=NOW + timedelta(hours=1),
        )
        row = Video.objects.select_related("decision__made_by").get(id=waiting[0].id)

    assert decided.number == 3
    assert len([query for query in asked.captured_queries if "UPDATE videos_video" in query["sql"]]) == 1
    assert statuses() == ["included"] * 3 + ["direct_add"]
    assert (row.decision.made_by, row.decision.words, row.status_before) == (admin.user, "approved", "pending_review")
    # Programs that sync since an earlier time hear of it.
    assert row.updated_at > waiting[0].updated_at
    with in_scope(admin.org):
        changes = VideoChange.objects.filter(video_id=row.id, actor=admin.user).values_list("before", "after")
        assert list(changes) == [({"tracking_status": "pending_review"}, {"tracking_status": "included"})]
        entry = AuditEntry.objects.get(action="video.included")
        assert (entry.object_label, Video.objects.get(id=direct.id).decision) == ("3 posts", None)


def test_deciding_on_nothing_leaves_nothing(admin: Any, in_scope: Any, make_video: Any, decide: Any) -> None:
    direct = make_video(admin.project)
    assert decide("excluded", direct) == Decided(None)
    with in_scope(admin.org):
        assert not Decision.objects.exists()


def test_a_decided_post_is_reported_with_who_decided_and_changed_only_by_who_has_seen_that(
    admin: Any, member: Any, waiting: list[Any], decide: Any, statuses: Any
) -> None:
    decide("excluded", waiting[0], by=member)

    second = decide("included", *waiting, minutes=5)
    assert second.number == 2
    assert [(video.id, video.decision.maker) for video in second.already] == [(waiting[0].id, member.user.email)]
    assert statuses() == ["excluded", "included", "included"]

    # Seen before the member decided once more: still not overwritten.
    assert decide("included", waiting[0], minutes=6, overrule_until=NOW - timedelta(minutes=1)).number == 0
    assert decide("included", waiting[0], minutes=7, overrule_until=NOW + timedelta(minutes=6)).number == 1
    assert statuses() == ["included"] * 3


def test_undoing_goes_back_one_action_at_a_time(waiting: list[Any], decide: Any, undo: Any, statuses: Any) -> None:
    decide("excluded", waiting[0])
    decide("included", *waiting, minutes=1)

    assert len(undo(minutes=2).video_ids) == 2
    assert statuses() == ["excluded", "pending_review", "pending_review"]
    assert len(undo(minutes=3).video_ids) == 1
    assert statuses() == ["pending_review"] * 3
    with pytest.raises(NothingToUndo):
        undo(minutes=4)


def test_undoing_leaves_what_others_decided_and_returns_what_was_overruled(
    member: Any, waiting: list[Any], decide: Any, undo: Any, statuses: Any, in_scope: Any, admin: Any
) -> None:
    mine = decide("excluded", *waiting)
    theirs = decide("included", waiting[0], by=member, minutes=5, overrule_until=NOW)

    # Somebody's last action is their own.
    with pytest.raises(NothingToUndo):
        undo(by=member, minutes=6, decision_id=mine.decision.id)
    undone = undo(minutes=6)
    assert (len(undone.video_ids), undone.decided_since) == (2, 1)
    assert statuses() == ["included", "pending_review", "pending_review"]

    assert undo(by=member, minutes=7, decision_id=theirs.decision.id).video_ids == (waiting[0].id,)
    assert statuses() == ["excluded", "pending_review", "pending_review"]
    with in_scope(admin.org):
        assert Video.objects.get(id=waiting[0].id).decision == mine.decision
        history = VideoChange.objects.filter(video_id=waiting[0].id).order_by("happened_at")
        assert [change.after["tracking_status"] for change in history] == ["excluded", "included", "excluded"]


def test_yesterdays_action_is_not_the_last_one(waiting: list[Any], decide: Any, undo: Any) -> None:
    decide("included", waiting[0])
    with pytest.raises(NothingToUndo):
        undo(minutes=24 * 60 + 1)


def test_a_full_plan_takes_approvals_but_no_excluded_post_back(
    admin: Any, make_video: Any, waiting: list[Any], decide: Any, undo: Any, statuses: Any, in_scope: Any
) -> None:
    decide("excluded", waiting[0])
    with in_scope(admin.org):
        Organization.objects.update(limit_overrides={"max_tracked_videos_per_org": 2})

    # A post that waits has its place already.
    assert decide("included", waiting[1]).number == 1
    undo()
    with pytest.raises(LimitReached) as reached:
        decide("included", waiting[0], minutes=1, overrule_until=NOW)
    assert (reached.value.limit_key, reached.value.current, reached.value.max) == ("max_tracked_videos_per_org", 2, 2)
    with pytest.raises(LimitReached):
        undo(minutes=1)
    assert statuses() == ["excluded", "pending_review", "pending_review"]


def test_an_archived_project_is_read_only(admin: Any, waiting: list[Any], decide: Any, undo: Any) -> None:
    decide("included", waiting[0])
    admin.project.archived_at = NOW
    with pytest.raises(ProjectArchived):
        decide("included", waiting[1])
    with pytest.raises(ProjectArchived):
        undo()


def test_every_number_follows_at_once(
    admin: Any, waiting: list[Any], make_campaign: Any, decide: Any, undo: Any, in_scope: Any
) -> None:
    campaign = make_campaign(admin.project, "Launch", waiting[0].creator)
    with in_scope(admin.org):
        Account.objects.create(
            id=waiting[0].account_id, handle="mara", first_seen_at=NOW, seen_at=NOW
        )  # known, so that answers are kept

    def posts() -> tuple[Any, ...]:
        with in_scope(admin.org):
            asked = [Query(kind, one.id, "posts") for kind, one in (("project", admin.project), ("campaign", campaign))]
            return tuple(answer(query, now=NOW + timedelta(hours=9)).total for query in asked)

    assert posts() == (0, 0)
    decide("included", *waiting)
    assert posts() == (3, 3)
    undo()
    assert posts() == (0, 0)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_decision_and_a_change_that_holds_the_organization_wait_for_each_other_in_one_direction(
        self, admin: Any, waiting: list[Any]
    ) -> None:
        """Who switches holds the organization and waits for the post; who decides has the post, and its new rows must
        not wait for the organization they belong to."""

        def decide() -> int:
            videos = Video.objects.filter(id__in=[video.id for video in waiting])
            return videos_decide(
                project=admin.project, videos=videos, tracking_status="included", by=admin.user, now=NOW
            ).number

        def switch() -> int:
            return videos_switch_off(project=admin.project, videos=Video.objects.all(), now=NOW).number

        last = Video.objects.filter(id=waiting[2].id)
        assert held_up(admin.org.id, last, decide, switch) == [3, 3]

    @pytest.mark.parametrize("is_undone", [False, True])
    def test_posts_are_locked_in_one_order_though_some_are_overruled(
        self, admin: Any, member: Any, waiting: list[Any], decide: Any, is_undone: bool
    ) -> None:
        decide("excluded" if is_undone else "included", waiting[2])
        words = {"project": admin.project, "now": NOW + timedelta(minutes=2), "by": member.user}

        def overrule() -> int:
            return videos_decide(
                videos=Video.objects.all(), tracking_status="excluded", overrule_until=NOW, **words
            ).number

        def undo() -> int:
            return decision_undo(**words).restored

        def switch() -> int:
            return videos_switch_off(project=admin.project, videos=Video.objects.all(), now=NOW).number

        if is_undone:
            decide("included", *waiting, by=member, minutes=1, overrule_until=NOW)
        middle = Video.objects.filter(id=waiting[1].id)
        assert held_up(admin.org.id, middle, switch, undo if is_undone else overrule) == [3, 3]

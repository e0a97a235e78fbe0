"""A pasted handle becomes a tracked creator with its posts, and keeps being read."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from creators.adding import Line, creators_import
from creators.progress import progress_of
from creators.services import creator_correct_handle
from orgs.scope import organization_scope
from scraping.counts import tiktok_round
from scraping.models import Account, AccountSnapshot, Post, PostSnapshot, ScrapeRun, ScrapeTarget
from scraping.outcomes import Outcome
from scraping.services.planning import POSTS_PER_PAGE
from tests.pipeline.conftest import START, Pipeline
from videos.models import Video
from videos.services.starts import creator_move_start

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]


def posted(post: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(post["posted_at"])


def state(pipeline: Pipeline, person: Any, handle: str) -> str:
    with organization_scope(person.org.id):
        creator = pipeline.creator(person, handle)
        return progress_of([creator], pipeline.now)[creator.id].state


def test_a_pasted_handle_goes_from_queued_to_tracked_with_exact_followers(pipeline: Pipeline, admin: Any) -> None:
    (result,) = pipeline.add(admin, "@Mara.Cooks")
    assert result.outcome == "added"
    assert state(pipeline, admin, "mara.cooks") == "queued"

    assert pipeline.run() == [Outcome.OK, Outcome.OK]

    shown = pipeline.simulator.account("mara.cooks", at=pipeline.now)
    creator = pipeline.creator(admin, "mara.cooks")
    assert str(creator.account_id) == shown["account_id"]
    assert creator.follower_count == shown["follower_count"]
    assert creator.total_likes == shown["total_likes"]
    assert state(pipeline, admin, "mara.cooks") == "tracked"
    assert AccountSnapshot.objects.filter(account_id=creator.account_id).count() == 1


def test_posts_from_the_start_of_tracking_on_become_videos_with_rounded_numbers(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "mara.cooks")
    pipeline.run()
    assert pipeline.videos(admin) == [], "posts from before the day it was added are not taken in"

    pipeline.later(days=7)
    pipeline.run()

    posted = pipeline.simulator.posts("mara.cooks", after=pipeline.now.replace(day=1, hour=0), until=pipeline.now)
    videos = pipeline.videos(admin)
    assert [str(video.post_id) for video in videos] == [post["id"] for post in posted]
    assert [video.view_count for video in videos] == [tiktok_round(post["view_count"]) for post in posted]
    assert {video.tracking_status for video in videos} == {"auto_tracked"}
    assert {video.creator_id for video in videos} == {pipeline.creator(admin, "mara.cooks").id}


def test_snapshots_keep_arriving_on_schedule(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    account_id = pipeline.creator(admin, "dailydesk").account_id
    for _ in range(4):
        pipeline.later(hours=7)
        pipeline.run()
    assert AccountSnapshot.objects.filter(account_id=account_id).count() == 3
    assert ScrapeRun.objects.filter(account_id=account_id, kind="discover_videos", outcome="ok").count() == 5
    newest = pipeline.videos(admin)[0]
    captured = list(PostSnapshot.objects.filter(post_id=newest.post_id).values_list("captured_at", flat=True))
    assert captured == sorted(captured)
    assert newest.stats_updated_at == captured[-1]


def test_a_selective_creator_s_posts_wait_for_review_and_a_decision_stays(pipeline: Pipeline, admin: Any) -> None:
    (result,) = pipeline.add(admin, "runwithleo")
    with organization_scope(admin.org.id):
        result.creator.tracking_mode = "selective"
        result.creator.save()
    pipeline.run()
    pipeline.later(days=6)
    pipeline.run()
    videos = pipeline.videos(admin)
    assert {video.tracking_status for video in videos} == {"pending_review"}

    with organization_scope(admin.org.id):
        Video.objects.filter(id=videos[0].id).update(tracking_status="excluded")
    pipeline.later(days=1)
    pipeline.run()
    assert [video.tracking_status for video in pipeline.videos(admin) if video.id == videos[0].id] == ["excluded"]


def test_an_account_is_read_once_however_many_organizations_track_it(
    pipeline: Pipeline, admin: Any, outsider: Any
) -> None:
    pipeline.add(admin, "studio.nine")
    pipeline.add(outsider, "https://www.tiktok.com/@studio.nine?lang=en")
    pipeline.run()
    account_id = pipeline.creator(admin, "studio.nine").account_id
    assert ScrapeRun.objects.filter(outcome="ok").count() == 2
    assert pipeline.creator(outsider, "studio.nine").account_id == account_id
    assert ScrapeTarget.objects.filter(account_id=account_id).count() == len(ScrapeTarget.Kind)


def test_an_organization_sees_no_number_from_before_it_began_to_track(
    pipeline: Pipeline, admin: Any, outsider: Any
) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.simulator.set_clock(START + timedelta(days=20))
    posts = pipeline.simulator.posts("dailydesk", after=START)
    posted_at = next(at for at in map(posted, reversed(posts)) if 2 < at.hour < 20)
    pipeline.at(posted_at + timedelta(minutes=10))
    ScrapeTarget.objects.update(due_at=pipeline.now)
    pipeline.run()
    assert Post.objects.filter(posted_at=posted_at).exists()
    pipeline.later(hours=2)
    pipeline.add(outsider, "dailydesk")
    newcomer = pipeline.creator(outsider, "dailydesk")
    assert (newcomer.account_id, newcomer.follower_count) == (None, None)

    pipeline.run()
    assert pipeline.creator(outsider, "dailydesk").tracked_since == pipeline.now
    assert pipeline.creator(outsider, "dailydesk").follower_count is not None
    creator = pipeline.creator(outsider, "dailydesk")
    own = [video for video in pipeline.videos(outsider) if video.creator_id == creator.id]
    assert own
    assert {video.stats_updated_at for video in own} == {pipeline.now}


@pytest.mark.parametrize("is_known_before", [False, True])
@pytest.mark.parametrize("is_read_back", [False, True])
def test_a_newcomer_gets_all_posts_since_its_start_whoever_had_read_them_before(
    pipeline: Pipeline, admin: Any, outsider: Any, is_known_before: bool, is_read_back: bool
) -> None:
    start = (pipeline.now - timedelta(days=60)).date()
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    if is_read_back:
        own = pipeline.creator(admin, "dailydesk").id
        pipeline.act(admin, creator_move_start, creator_id=own, tracking_start_date=start, now=pipeline.now)
        pipeline.run()

    pipeline.later(minutes=5)
    if is_known_before:
        pipeline.add(outsider, "dailydesk")
        pipeline.run()
        newcomer = pipeline.creator(outsider, "dailydesk").id
        pipeline.act(outsider, creator_move_start, creator_id=newcomer, tracking_start_date=start, now=pipeline.now)
    else:
        lines = [Line("dailydesk", tracking_start_date=start.isoformat())]
        pipeline.act(outsider, creators_import, project=outsider.project, lines=lines, now=pipeline.now)
    pipeline.run()

    creator = pipeline.creator(outsider, "dailydesk")
    posted = pipeline.simulator.posts("dailydesk", after=creator.tracking_starts_at, until=pipeline.now)
    assert len(posted) > POSTS_PER_PAGE
    shown = {str(video.post_id) for video in pipeline.videos(outsider) if video.creator_id == creator.id}
    assert shown == {post["id"] for post in posted}


def test_a_removed_creator_is_read_no_longer_and_comes_back_with_its_history(pipeline: Pipeline, admin: Any) -> None:
    from creators.services import creator_remove

    pipeline.add(admin, "kiki.thrift")
    pipeline.run()
    pipeline.later(days=3)
    pipeline.run()
    before = pipeline.videos(admin)
    creator = pipeline.creator(admin, "kiki.thrift")
    pipeline.act(admin, creator_remove, creator_id=creator.id, now=pipeline.now)
    assert not ScrapeTarget.objects.filter(account_id=creator.account_id).exists()
    pipeline.later(days=4)
    assert pipeline.run() == []

    (result,) = pipeline.add(admin, "kiki.thrift")
    assert result.outcome == "reactivated"
    pipeline.run()
    again = pipeline.creator(admin, "kiki.thrift")
    assert (again.id, again.removed_at, again.tracked_since) == (creator.id, None, creator.tracked_since)
    after = pipeline.videos(admin)
    assert {video.id for video in before} < {video.id for video in after}


def test_a_rename_keeps_the_history_and_is_noticed(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "noor.bakes")
    pipeline.run()
    before = pipeline.creator(admin, "noor.bakes")
    pipeline.simulator.change("noor.bakes", rename="noor.bakes.more")
    pipeline.later(days=2)
    pipeline.run()
    renamed = pipeline.creator(admin, "noor.bakes.more")
    assert (renamed.id, renamed.account_id) == (before.id, before.account_id)
    pipeline.later(days=1)
    assert Outcome.OK in pipeline.run()


def test_a_truncated_listing_removes_nothing(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=5)
    pipeline.run()
    account_id = pipeline.creator(admin, "dailydesk").account_id
    known = Post.objects.filter(account_id=account_id).count()
    pipeline.simulator.change("dailydesk", truncate=1)
    pipeline.later(hours=8)
    pipeline.run()
    pipeline.simulator.change("dailydesk", truncate=None)
    assert Post.objects.filter(account_id=account_id).count() >= known
    assert Account.objects.get(id=account_id).posts_seen_at == pipeline.now


def test_a_start_moved_back_takes_older_posts_in(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "mara.cooks")
    pipeline.run()
    assert pipeline.videos(admin) == []
    creator = pipeline.creator(admin, "mara.cooks")
    start = (pipeline.now - timedelta(days=40)).date()

    pipeline.later(hours=1)
    pipeline.act(admin, creator_move_start, creator_id=creator.id, tracking_start_date=start, now=pipeline.now)
    pipeline.run()

    midnight = datetime.combine(start, datetime.min.time(), tzinfo=pipeline.now.tzinfo)
    posted = pipeline.simulator.posts("mara.cooks", after=midnight, until=pipeline.now)
    assert {str(video.post_id) for video in pipeline.videos(admin)} == {post["id"] for post in posted}
    assert posted, "there is something to take in"


def test_a_new_handle_typed_by_hand_is_taken_over_if_tiktok_says_it_is_the_same_account(
    pipeline: Pipeline, admin: Any
) -> None:
    pipeline.add(admin, "kiki.thrift")
    pipeline.run()
    before = pipeline.creator(admin, "kiki.thrift")
    pipeline.simulator.change("kiki.thrift", rename="kiki.thrifts.more")
    pipeline.later(minutes=1)

    for handle in ("mara.cooks", "kiki.thrifts.more"):
        pipeline.act(admin, creator_correct_handle, creator_id=before.id, handle=handle, now=pipeline.now)
        pipeline.run()

    renamed = pipeline.creator(admin, "kiki.thrifts.more")
    assert (renamed.id, renamed.account_id) == (before.id, before.account_id)

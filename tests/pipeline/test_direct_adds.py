"""Posts that were added by their address, whoever posted them, from the pasted line to rows that keep being read."""

from datetime import timedelta
from typing import Any

import pytest

from creators.links import follow
from creators.models import WaitingLink
from creators.services import creator_remove
from orgs.scope import organization_scope
from scraping.counts import tiktok_round
from scraping.models import Account, Post, PostSnapshot, ScrapeTarget
from tests.pipeline.conftest import START, Pipeline
from videos.models import Video, VideoChange
from videos.services.adding import videos_add
from videos.services.sweep import sweep
from videos.services.tracking import videos_switch_off, videos_switch_on

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
HANDLE = "dailydesk"


def post_of(pipeline: Pipeline, handle: str = HANDLE, number: int = 0) -> dict[str, Any]:
    posts = pipeline.simulator.posts(handle, after=START - timedelta(days=20), until=pipeline.now)
    found: dict[str, Any] = posts[number]
    return found


def add(pipeline: Pipeline, person: Any, post: dict[str, Any]) -> Video:
    link = f"https://www.tiktok.com/@{HANDLE}/video/{post['id']}?lang=en"
    (result,) = pipeline.act(person, videos_add, project=person.project, entries=[link], now=pipeline.now)
    assert result.outcome == "added", result.error
    return result.video


def targets(post_id: int) -> list[ScrapeTarget]:
    return [target for target in ScrapeTarget.objects.all() if post_id in target.post_ids]


def test_a_post_of_an_account_that_nobody_tracks_is_read_and_keeps_being_read(pipeline: Pipeline, admin: Any) -> None:
    post = post_of(pipeline)
    video = add(pipeline, admin, post)
    pipeline.run()
    (row,) = pipeline.videos(admin)
    assert (row.id, row.creator, row.tracking_status) == (video.id, None, "direct_add")
    assert (row.view_count, row.title) == (tiktok_round(post["view_count"]), post["caption"])
    assert row.author_handle == HANDLE
    # Nothing but this post is read of the account, by its own schedule.
    (target,) = targets(row.post_id)
    assert (target.account_id, target.kind, target.posts_since) == (row.account_id, "video_stats", None)
    for _ in range(3):
        pipeline.later(hours=30)
        pipeline.run()
    assert PostSnapshot.objects.filter(post_id=row.post_id).count() >= 2
    assert pipeline.videos(admin)[0].stats_updated_at == pipeline.now
    assert Post.objects.count() == 1
    assert Account.objects.get().seen_at is None


def test_the_row_gets_the_creator_that_is_tracked_later_and_stays_a_direct_add(pipeline: Pipeline, admin: Any) -> None:
    video = add(pipeline, admin, post_of(pipeline))
    pipeline.run()
    pipeline.later(hours=2)
    pipeline.add(admin, HANDLE)
    pipeline.run()
    creator = pipeline.creator(admin, HANDLE)
    rows = [row for row in pipeline.videos(admin) if row.post_id == video.post_id]
    assert [(row.id, row.creator_id, row.tracking_status) for row in rows] == [(video.id, creator.id, "direct_add")]
    assert rows[0].tracked_since == START
    pipeline.act(admin, creator_remove, creator_id=creator.id, now=pipeline.now)
    with organization_scope(admin.org.id):
        assert list(Video.objects.counting().values_list("id", flat=True)) == [video.id]
    # The post alone is read on; when the creator is tracked again the row is the same.
    assert [target.kind for target in ScrapeTarget.objects.all()] == ["video_stats"]
    pipeline.add(admin, HANDLE)
    pipeline.run()
    assert [row.tracking_status for row in pipeline.videos(admin) if row.id == video.id] == ["direct_add"]


def test_a_second_organization_sees_nothing_from_before_it_added_the_post(
    pipeline: Pipeline, admin: Any, outsider: Any
) -> None:
    post = post_of(pipeline)
    add(pipeline, admin, post)
    pipeline.run()
    pipeline.later(hours=5)
    theirs = add(pipeline, outsider, post)
    assert theirs.view_count is None
    pipeline.run()
    own = [row for row in pipeline.videos(outsider) if row.id == theirs.id]
    assert [row.stats_updated_at for row in own] == [pipeline.now]
    assert PostSnapshot.objects.filter(post_id=theirs.post_id, captured_at__gte=theirs.tracked_since).exists()


def test_what_is_switched_off_everywhere_is_asked_for_no_longer(pipeline: Pipeline, admin: Any) -> None:
    video = add(pipeline, admin, post_of(pipeline))
    pipeline.run()
    pipeline.act(
        admin, videos_switch_off, project=admin.project, videos=Video.objects.filter(id=video.id), now=pipeline.now
    )
    assert not ScrapeTarget.objects.exists()
    pipeline.act(
        admin, videos_switch_on, project=admin.project, videos=Video.objects.filter(id=video.id), now=pipeline.now
    )
    assert len(targets(video.post_id)) == 1


def test_of_a_tracked_creator_a_switched_off_post_is_unwanted(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, HANDLE)
    pipeline.run()
    pipeline.later(days=5)
    pipeline.run()
    video = pipeline.videos(admin)[0]
    pipeline.act(
        admin, videos_switch_off, project=admin.project, videos=Video.objects.filter(id=video.id), now=pipeline.now
    )
    unwanted = {target.kind: target.unwanted_ids for target in ScrapeTarget.objects.all()}
    assert unwanted == {"creator_profiles": [], "discover_videos": [video.post_id], "video_stats": [video.post_id]}


def test_a_short_link_is_followed_by_a_worker_to_the_post(pipeline: Pipeline, admin: Any) -> None:
    post = post_of(pipeline)
    code = post["short_url"].rpartition("/")[2]
    entries = [f"https://vm.tiktok.com/{code}/", "https://vm.tiktok.com/ZTdead0000/"]
    results = pipeline.act(admin, videos_add, project=admin.project, entries=entries, now=pipeline.now)
    assert [result.outcome for result in results] == ["resolving", "resolving"]
    with organization_scope(admin.org.id):
        links = list(WaitingLink.objects.order_by("url"))
    for link in links:
        follow(admin.org.id, link.id, providers=pipeline.providers, now=pipeline.now)
    assert [str(video.post_id) for video in pipeline.videos(admin)] == [post["id"]]
    with organization_scope(admin.org.id):
        assert [link.error[:30] for link in WaitingLink.objects.all()] == ["This link leads to no account "]


def test_what_a_crash_left_undone_the_sweep_does(pipeline: Pipeline, admin: Any) -> None:
    with organization_scope(admin.org.id):
        link = f"https://www.tiktok.com/@{HANDLE}/video/{post_of(pipeline)['id']}"
        videos_add(project=admin.project, entries=[link], now=pipeline.now)
    assert not ScrapeTarget.objects.exists()
    sweep(pipeline.now)
    pipeline.run()
    (row,) = pipeline.videos(admin)
    assert row.view_count is not None
    ScrapeTarget.objects.all().delete()
    sweep(pipeline.now)
    assert len(targets(row.post_id)) == 1
    with organization_scope(admin.org.id):
        assert [change.kind for change in VideoChange.objects.of_video(row.id)] == ["added"]

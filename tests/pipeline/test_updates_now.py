"""Updating now: at once, within the day's limit, with progress and result."""

from datetime import timedelta
from typing import Any

import pytest

from creators.models import Creator
from creators.services import project_update_now
from creators.updates import update_progress
from orgs import limits
from orgs.limits import DailyLimitReached
from orgs.scope import organization_scope
from scraping.models import Post, ScrapeTarget
from tests.pipeline.conftest import Pipeline
from videos.models import Video
from videos.services.sweep import sweep
from videos.services.updates import video_update_now, video_update_progress

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]


def test_a_project_s_update_reads_every_creator_and_says_how_far_it_has_come(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "mara.cooks", "dailydesk")
    pipeline.run()
    pipeline.later(minutes=30)
    asked_at = pipeline.now
    assert pipeline.run() == []
    assert pipeline.act(admin, project_update_now, project=admin.project, now=asked_at) == 2

    def progress() -> Any:
        with organization_scope(admin.org.id):
            return update_progress(list(Creator.objects.order_by("id")), asked_at=asked_at)

    assert (progress().total, progress().done) == (4, 0)
    pipeline.simulator.fault("http_500", handle="mara.cooks", times=2)
    assert len(pipeline.run()) >= 4
    shown = progress()
    assert (shown.total, shown.done, shown.is_finished) == (4, 4, True)
    assert (shown.failed > 0, shown.sentences) == (True, ("TikTok did not answer",))


def test_an_update_beyond_the_day_s_limit_changes_nothing(
    pipeline: Pipeline, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.PLAN, "max_manual_scrape_triggers_per_day", (1, 1, 1))
    pipeline.add(admin, "mara.cooks")
    pipeline.run()
    pipeline.act(admin, project_update_now, project=admin.project, now=pipeline.now)
    pipeline.run()
    before = list(ScrapeTarget.objects.order_by("id").values())
    pipeline.later(minutes=1)
    with pytest.raises(DailyLimitReached):
        pipeline.act(admin, project_update_now, project=admin.project, now=pipeline.now)
    assert list(ScrapeTarget.objects.order_by("id").values()) == before


def test_a_video_s_update_reads_the_post_by_itself_and_ends(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=5)
    pipeline.run()
    sweep(pipeline.now)
    video = pipeline.videos(admin)[0]
    pipeline.later(minutes=30)
    pipeline.act(admin, video_update_now, video_id=video.id, now=pipeline.now)
    assert not video_update_progress(video, asked_at=pipeline.now).is_finished
    pipeline.run()
    assert video_update_progress(video, asked_at=pipeline.now).is_finished
    assert Post.objects.get(id=video.post_id).seen_at == pipeline.now
    with organization_scope(admin.org.id):
        assert Video.objects.get(id=video.id).stats_updated_at == pipeline.now


def test_posts_that_listings_do_not_show_are_read_one_by_one(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=20)
    pipeline.run()
    account_id = pipeline.creator(admin, "dailydesk").account_id
    pipeline.simulator.change("dailydesk", truncate=1)
    for _ in range(4):
        pipeline.later(hours=8)
        pipeline.run()
    pipeline.simulator.change("dailydesk", truncate=None)
    fresh = Post.objects.filter(account_id=account_id, posted_at__gt=pipeline.now - timedelta(days=7))
    assert fresh.exists()
    assert not fresh.filter(seen_at__lt=pipeline.now - timedelta(hours=16)).exists()

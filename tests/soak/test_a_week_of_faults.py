"""A week in which TikTok misbehaves at random: at its end every number is as if nothing had happened. `make soak`."""

import random
from typing import Any

import pytest

from scraping.counts import tiktok_round
from scraping.models import ScrapeRun
from tests.pipeline.conftest import START, Pipeline, pipeline, providers, simulator_process  # noqa: F401
from videos.services.sweep import sweep

FAULTS = ("http_429", "http_500", "empty", "challenge", "schema_drift", "login_redirect")
HANDLES = ("mara.cooks", "dailydesk", "runwithleo", "studio.nine", "kiki.thrift", "potplantpaul")


@pytest.mark.django_db(databases="__all__")
def test_after_a_week_of_faults_every_post_has_the_number_tiktok_shows(pipeline: Pipeline, admin: Any) -> None:  # noqa: F811
    chance = random.Random(20261124)
    pipeline.add(admin, *HANDLES)
    for _ in range(7 * 24):
        pipeline.simulator.clear_faults()
        if chance.random() < 0.5:
            pipeline.simulator.fault(chance.choice(FAULTS), times=chance.randint(1, 8))
        pipeline.run()
        sweep(pipeline.now)
        pipeline.later(hours=1)
    pipeline.simulator.clear_faults()
    pipeline.later(hours=30)
    pipeline.run()
    sweep(pipeline.now)

    assert ScrapeRun.objects.exclude(outcome="ok").count() > 50
    videos = {str(video.post_id): video.view_count for video in pipeline.videos(admin)}
    expected = {
        post["id"]: tiktok_round(post["view_count"])
        for handle in HANDLES
        for post in pipeline.simulator.posts(handle, after=START.replace(hour=0))
    }
    assert set(videos) == set(expected)
    exact = {post_id for post_id, views in expected.items() if views < 10_000}
    assert {post_id: videos[post_id] for post_id in exact} == {post_id: expected[post_id] for post_id in exact}

"""Real recorded creators, replayed over HTTP, go through the same pipeline and show exactly the recorded numbers."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from creators.models import Creator
from orgs.scope import organization_scope
from scraping.models import AccountSnapshot, PostSnapshot
from scraping.providers import build_providers
from scraping.simulator.process import SimulatorProcess
from tests.pipeline.conftest import Pipeline
from videos.models import Video

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
pytestmark = [
    pytest.mark.django_db(databases="__all__"),
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded samples are not beside this checkout"),
]


@pytest.fixture(scope="module")
def recorded() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(replay=SAMPLES) as simulator:
        yield simulator


@pytest.fixture
def replay(recorded: SimulatorProcess, django_capture_on_commit_callbacks: Callable[..., Any]) -> Iterator[Pipeline]:
    providers = build_providers(["simulator"], simulator_url=recorded.url)
    pipeline = Pipeline(recorded, providers, django_capture_on_commit_callbacks)
    pipeline.now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    yield pipeline
    providers.close()


def track(replay: Pipeline, person: Any, handle: str) -> Creator:
    """Add a recorded creator and take its whole recorded past in."""
    (result,) = replay.add(person, f"https://www.tiktok.com/@{handle}")
    with organization_scope(person.org.id):
        Creator.objects.filter(id=result.creator.id).update(
            tracking_start_date="2015-01-01", tracking_starts_at=datetime(2015, 1, 1, tzinfo=UTC)
        )
    replay.run()
    return replay.creator(person, handle)


def test_a_recorded_profile_shows_exactly_its_numbers(replay: Pipeline, admin: Any, api_key: Any) -> None:
    recorded = json.loads((SAMPLES / "user_detail_7.json").read_text())
    stats = find(recorded, "statsV2")
    creator = track(replay, admin, "khaby.lame")
    expected = {
        "follower_count": int(stats["followerCount"]),
        "following_count": int(stats["followingCount"]),
        "total_likes": int(stats["heartCount"]),
        "video_count": int(stats["videoCount"]),
    }
    assert {name: getattr(creator, name) for name in expected} == expected
    snapshot = AccountSnapshot.objects.get(account_id=creator.account_id)
    assert {name: getattr(snapshot, name) for name in expected} == expected

    answer = Client().get(f"/api/v1/creators/{creator.id}", headers={"Authorization": f"Bearer {api_key[1]}"}).json()
    assert {name: answer["data"][name] for name in expected} == expected
    assert answer["data"]["tiktok_user_id"] == find(recorded, "user")["id"]
    page = admin.client.get(reverse("creator", args=[admin.org.id, admin.project.id, creator.id])).content.decode()
    assert f"{expected['follower_count']:,}" in page


def test_a_recorded_list_becomes_videos_with_exactly_its_numbers(replay: Pipeline, admin: Any, api_key: Any) -> None:
    items = json.loads((SAMPLES / "item_list_3.json").read_text())
    creator = track(replay, admin, items[0]["author"]["uniqueId"])
    with organization_scope(admin.org.id):
        videos = {video.post_id: video for video in Video.objects.filter(creator_id=creator.id)}
    assert set(videos) == {int(item["id"]) for item in items}
    for item in items:
        video = videos[int(item["id"])]
        shown = (video.view_count, video.like_count, video.comment_count, video.share_count)
        stats = item["stats"]
        assert shown == (stats["playCount"], stats["diggCount"], stats["commentCount"], stats["shareCount"])
        assert video.title == item["desc"]
    assert PostSnapshot.objects.count() == len(items)

    headers = {"Authorization": f"Bearer {api_key[1]}"}
    answer = Client().get(f"/api/v1/videos?creator_id={creator.id}&limit=100", headers=headers).json()
    api = {row["tiktok_video_id"]: row["view_count"] for row in answer["data"]}
    assert api == {item["id"]: item["stats"]["playCount"] for item in items}


def find(tree: Any, key: str) -> Any:
    """The first value of a key anywhere in a JSON tree."""
    if isinstance(tree, dict):
        if key in tree:
            return tree[key]
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            if (found := find(branch, key)) is not None:
                return found
    return None

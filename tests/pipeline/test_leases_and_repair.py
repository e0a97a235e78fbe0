"""Work is done once, survives its worker's death, and what a crash left behind is repaired."""

import threading
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections

from creators.models import Creator
from orgs import limits
from orgs.scope import organization_scope
from scraping.models import Account, Post, PostSnapshot, ScrapeRun, ScrapeTarget
from scraping.outcomes import Outcome
from scraping.services.scrape import read_target, scrape
from scraping.services.targets import LEASE, Claim, claim_due, request_lookups
from tests.pipeline.conftest import START, Pipeline
from videos.models import MirrorState, Video
from videos.services.mirror import mirror_everywhere
from videos.services.sweep import sweep

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]


def test_a_claimed_target_is_nobody_else_s_until_its_lease_runs_out(pipeline: Pipeline) -> None:
    request_lookups(["mara.cooks"], START)
    (claim,) = claim_due(START)
    assert claim_due(START) == []
    assert claim_due(START + LEASE - timedelta(microseconds=1)) == []
    (again,) = claim_due(START + LEASE + timedelta(seconds=1))
    assert again.target_id == claim.target_id
    assert again.lease_id != claim.lease_id


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_many_dispatchers_at_once_never_claim_the_same_target() -> None:
    request_lookups([f"handle.{number}" for number in range(24)], START)
    claims: list[Claim] = []
    gate = threading.Barrier(8)

    def dispatch() -> None:
        gate.wait()
        claims.extend(claim_due(START, limit=5))
        connections.close_all()

    threads = [threading.Thread(target=dispatch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [claim.target_id for claim in claims]
    assert len(ids) == len(set(ids))
    assert len(ids) + len(claim_due(START)) == 24


def test_a_result_under_a_lost_lease_is_not_written(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "mara.cooks")
    (claim,) = claim_due(pipeline.now)

    # Planned, begun, read: while that goes on the lease is lost.
    looks = count(1)

    def clock() -> Any:
        if next(looks) == 3:
            ScrapeTarget.objects.update(lease_id=uuid4())
        return pipeline.now

    assert scrape(claim, providers=pipeline.providers, clock=clock) is None
    assert (Account.objects.count(), ScrapeRun.objects.count()) == (0, 0)


def test_reading_a_target_twice_leaves_the_same_rows(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=2)
    pipeline.run()
    before = rows(admin)
    ScrapeTarget.objects.update(due_at=pipeline.now)
    pipeline.run()
    assert rows(admin) == before


def rows(person: Any) -> tuple[Any, ...]:
    with organization_scope(person.org.id):
        videos = list(Video.objects.order_by("post_id").values_list("post_id", "view_count", "tracking_status"))
        creators = list(Creator.objects.values_list("tiktok_handle", "follower_count"))
    return videos, creators, PostSnapshot.objects.count(), Post.objects.count()


def test_the_sweep_mirrors_what_a_crash_left_behind(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    # The worker dies right after the canonical commit: nothing is announced.
    for claim in claim_due(pipeline.now):
        read_target(claim, providers=pipeline.providers, clock=lambda: pipeline.now)
    assert pipeline.creator(admin, "dailydesk").account_id is None

    assert sweep(pipeline.now) == 1
    assert pipeline.creator(admin, "dailydesk").follower_count is not None
    pipeline.run()
    assert sweep(pipeline.now) == 0


def test_the_sweep_asks_again_for_handles_and_accounts_that_nobody_asks_for(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "mara.cooks", "dailydesk")
    ScrapeTarget.objects.all().delete()
    sweep(pipeline.now)
    assert set(pipeline.run()) == {Outcome.OK}
    ScrapeTarget.objects.all().delete()
    sweep(pipeline.now)
    assert ScrapeTarget.objects.count() == 2 * len(ScrapeTarget.Kind)


def test_mirroring_again_changes_nothing(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=3)
    pipeline.run()
    account = Account.objects.get()
    before = rows(admin)
    mirror_everywhere({account.id: account.handle}, pipeline.now)
    assert rows(admin) == before


def test_posts_over_the_plan_s_cap_wait_outside_and_come_in_oldest_first(
    pipeline: Pipeline, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (2, 2, 2))
    pipeline.add(admin, "dailydesk")
    pipeline.run()
    pipeline.later(days=8)
    pipeline.run()
    known = list(Post.objects.filter(posted_at__gte=START.replace(hour=0)).order_by("posted_at"))
    assert len(known) > 3
    assert {video.post_id for video in pipeline.videos(admin)} == {post.id for post in known[:2]}
    with organization_scope(admin.org.id):
        assert MirrorState.objects.get().waiting_posts == len(known) - 2

    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (3, 3, 3))
    sweep(pipeline.now)
    assert {video.post_id for video in pipeline.videos(admin)} == {post.id for post in known[:3]}


def test_two_handles_of_one_account_become_one_creator(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, "lina.lifts")
    pipeline.run()
    pipeline.simulator.change("lina.lifts", rename="lina.and.friends")
    pipeline.add(admin, "lina.and.friends")
    pipeline.run()
    with organization_scope(admin.org.id):
        assert Creator.objects.get().tiktok_handle == "lina.and.friends"

"""Accounts that were read together are copied together, and each as if it had been copied alone."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from creators.models import Creator
from creators.services import schedule_account
from orgs import limits
from orgs.scope import organization_scope
from scraping.models import Account
from scraping.services.scrape import read_target
from scraping.services.targets import claim_due
from tests.pipeline.conftest import Pipeline
from videos.models import MirrorState, Video
from videos.services.mirror import mirror_everywhere, mirror_into

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
HANDLES = ("mara.cooks", "dailydesk", "runwithleo")


def read(pipeline: Pipeline) -> dict[int, str]:
    """Read all that is due without copying anything; returns the accounts that are known by then."""
    while claims := claim_due(pipeline.now):
        for claim in claims:
            read_target(claim, providers=pipeline.providers, clock=lambda: pipeline.now)
    return dict(Account.objects.values_list("id", "handle"))


def rows(person: Any) -> list[tuple[Any, ...]]:
    """What the organization sees, but for ids and times of writing."""
    with organization_scope(person.org.id):
        creators = (
            Creator.objects.filter(tiktok_handle__in=HANDLES)
            .order_by("tiktok_handle")
            .values_list("tiktok_handle", "account_id", "follower_count", "status", "last_scraped_at", "follower_peak")
        )
        videos = (
            Video.objects.filter(author_handle__in=HANDLES)
            .order_by("post_id")
            .values_list(
                "post_id", "creator__tiktok_handle", "view_count", "tracking_status", "title", "stats_updated_at"
            )
        )
        states = (
            MirrorState.objects.filter(seq__gt=0)
            .order_by("account_id")
            .values_list("account_id", "seq", "waiting_posts", "is_void")
        )
        return [*creators, *videos, *states]


def test_accounts_copied_together_look_as_if_each_had_been_copied_alone(
    pipeline: Pipeline, admin: Any, outsider: Any
) -> None:
    for person in (admin, outsider):
        pipeline.add(person, *HANDLES)
    for days in (0, 8, 8):
        pipeline.later(days=days)
        accounts = read(pipeline)
        for account_id in accounts:
            mirror_into(admin.org.id, [account_id])
        new = mirror_into(outsider.org.id, list(accounts))
        assert set(new) == (set(accounts) if days == 0 else set())
        for account_id in new:
            schedule_account(account_id, pipeline.now)
        assert rows(outsider) == rows(admin)
    with organization_scope(admin.org.id):
        assert Video.objects.values("creator").distinct().count() == len(HANDLES)


def test_copying_more_accounts_together_asks_no_more(pipeline: Pipeline, admin: Any) -> None:
    pipeline.add(admin, *HANDLES)
    accounts = read(pipeline)
    mirror_everywhere(accounts, pipeline.now)
    asked = []
    for some in (dict([next(iter(accounts.items()))]), accounts):
        with CaptureQueriesContext(connection) as queries:
            mirror_everywhere(some, pipeline.now)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_where_there_is_no_room_for_all_the_oldest_posts_of_accounts_read_together_come_in(
    pipeline: Pipeline, admin: Any, monkeypatch: Any
) -> None:
    pipeline.add(admin, *HANDLES)
    mirror_everywhere(read(pipeline), pipeline.now)
    pipeline.later(days=8)
    accounts = read(pipeline)
    with organization_scope(admin.org.id):
        before = Video.objects.count()
        Video.objects.all().delete()
        MirrorState.objects.update(is_void=True)
    mirror_everywhere(accounts, pipeline.now)
    with organization_scope(admin.org.id):
        everything = list(Video.objects.order_by("posted_at", "post_id").values_list("post_id", flat=True))
        Video.objects.all().delete()
        MirrorState.objects.update(is_void=True)
    assert len(everything) > before

    monkeypatch.setitem(limits.PLAN, "max_tracked_videos_per_org", (3, 3, 3))
    mirror_everywhere(accounts, pipeline.now)
    with organization_scope(admin.org.id):
        assert set(Video.objects.values_list("post_id", flat=True)) == set(everything[:3])
        waiting = sum(MirrorState.objects.values_list("waiting_posts", flat=True))
    assert waiting == len(everything) - 3

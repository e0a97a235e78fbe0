"""How fast a campaign's membership is answered at any depth: the closure against a recursive CTE against walking.

Sizes come from CAMPAIGN_ITEMS (default 10,000 descendants) and PROJECT_VIDEOS (default 20,000).
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection

from bench._superuser import gather_statistics
from campaigns.models import Campaign, CampaignItem
from campaigns.queries import videos_of
from campaigns.services.paths import rebuild_paths
from creators.models import Creator
from creators.starts import start_of_tracking
from orgs.models import User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.models import Project
from videos.models import Video

ITEMS = int(os.environ.get("CAMPAIGN_ITEMS", "10000"))
VIDEOS = int(os.environ.get("PROJECT_VIDEOS", "20000"))
CAMPAIGNS, DEPTH, CREATORS, ROUNDS = 200, 50, 100, 9
NOW = datetime(2026, 11, 24, tzinfo=UTC)

CLOSURE = """
SELECT count(*) FROM campaigns_campaignitem i
WHERE i.parent_id IN (SELECT descendant_id FROM campaigns_campaignpath WHERE ancestor_id = %s)
"""
RECURSIVE = """
WITH RECURSIVE tree(id) AS (
    SELECT %s::uuid
    UNION
    SELECT i.campaign_id FROM campaigns_campaignitem i JOIN tree t ON i.parent_id = t.id
    WHERE i.campaign_id IS NOT NULL
)
SELECT count(*) FROM campaigns_campaignitem i WHERE i.parent_id IN (SELECT id FROM tree)
"""
CONTAINS = """
SELECT EXISTS (
    SELECT FROM campaigns_campaignitem i JOIN campaigns_campaignpath p ON p.descendant_id = i.parent_id
    WHERE p.ancestor_id = %s AND i.video_id = %s
)
"""


def main() -> None:
    """Print milliseconds for each way, and what the other questions about membership cost."""
    org = organization_create(owner=User.objects.create_user("bench.campaigns@example.com"), name="Bench")
    with organization_scope(org.id):
        project = Project.objects.create(org=org, name="Bench")
        root, deepest = _fill(project)
    gather_statistics()
    with organization_scope(org.id):
        _report(root, deepest)


def _report(root: UUID, video_id: UUID) -> None:
    count = _value(CLOSURE, root)
    assert count == _value(RECURSIVE, root) == _walk(root)
    closure, recursive = _ms(lambda: _value(CLOSURE, root)), _ms(lambda: _value(RECURSIVE, root))
    walk = _ms(lambda: _walk(root), rounds=3)
    print(
        f"campaigns: {count:,} descendants, {DEPTH} deep: {closure:.1f} ms by closure, {recursive:.1f} ms by recursive"
        f" CTE, {walk:,.0f} ms walking; walking / closure {walk / closure:.0f} x"
    )
    contains = _ms(lambda: _value(CONTAINS, root, video_id))
    counting = videos_of(root).count()
    counted = _ms(lambda: videos_of(root).count())
    listed = _ms(lambda: list(videos_of(root).values_list("post_id", flat=True)))
    print(
        f"campaigns: is a video in it {contains:.1f} ms; {counting:,} counting videos of {VIDEOS:,} counted in"
        f" {counted:.1f} ms, their post ids read in {listed:.1f} ms"
    )


def _value(statement: str, *parameters: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def _walk(campaign_id: UUID) -> int:
    """The naive way: campaign by campaign, item by item."""
    found: set[UUID] = set()
    waiting, seen = [campaign_id], {campaign_id}
    while waiting:
        for item in CampaignItem.objects.filter(parent_id=waiting.pop()):
            found.add(item.id)
            if item.campaign_id is not None and item.campaign_id not in seen:
                seen.add(item.campaign_id)
                waiting.append(item.campaign_id)
    return len(found)


def _ms(ask: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return median(times) * 1_000


def _fill(project: Project) -> tuple[UUID, UUID]:
    """A chain of DEPTH campaigns, the others hung on it, items everywhere; its top, and a video at the bottom."""
    shared: dict[str, Any] = {"org_id": project.org_id, "project": project}
    since = {"tracked_since": NOW}
    first_day = (NOW - timedelta(minutes=VIDEOS)).date()
    start = {"tracking_start_date": first_day, "tracking_starts_at": start_of_tracking(first_day, "UTC")}
    creators = Creator.objects.bulk_create(
        Creator(**shared, **since, account_id=10**15 + n, tiktok_handle=f"bench.{n}", **start) for n in range(CREATORS)
    )
    videos = Video.objects.bulk_create(
        (
            Video(
                **shared, **since, creator=creators[n % CREATORS], post_id=10**16 + n, kind="video",
                posted_at=NOW - timedelta(minutes=n), tracking_status="auto_tracked",
            )
            for n in range(VIDEOS)
        ),
        batch_size=2_000,
    )  # fmt: skip
    campaigns = Campaign.objects.bulk_create(Campaign(**shared, name=f"Campaign {n}") for n in range(CAMPAIGNS))
    parents = [n - 1 if n < DEPTH else n % DEPTH for n in range(1, CAMPAIGNS)]
    items = [
        CampaignItem(**shared, parent=campaigns[parent], campaign=campaigns[n])
        for n, parent in enumerate(parents, start=1)
    ]
    items += [
        CampaignItem(**shared, parent=campaigns[n % CAMPAIGNS], video=videos[n])
        for n in range(min(ITEMS - len(items), VIDEOS))
    ]
    CampaignItem.objects.bulk_create(items, batch_size=2_000)
    rebuild_paths(project.id)
    return campaigns[0].id, videos[DEPTH - 1].id

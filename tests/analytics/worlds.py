"""Whole projects with generated histories: made from a seed, kept in memory for the oracle, stored for the engine.

Times cluster around what the definition turns on: midnights of the zone, 48 hours after posting, the beginning of
tracking, now. One world is stored at once and asked many questions.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from campaigns.models import CampaignItem
from campaigns.services import ItemReference, campaign_create, campaign_items_add
from creators.models import Creator
from orgs.models import Organization
from orgs.scope import organization_scope
from scraping.models import PostSnapshot
from scraping.services.observations import count_rows
from scraping.services.packed_days import keep_zone, rebuild
from scraping.services.packing import Snapshots, addition, pack, store_snapshots
from tests.analytics.conftest import write_account_snapshots, write_post_snapshots
from tests.analytics.oracle import AccountHistory, History, Members, PostHistory
from videos.models import Video

POST_COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
ACCOUNT_COUNTERS = ("follower_count", "following_count", "total_likes", "video_count")
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Africa/Cairo",
    "America/Santiago",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
)
# Around changes of the clocks, ends of months and a leap day.
TODAYS = (
    datetime(2026, 3, 31, 9, 30, tzinfo=UTC),
    datetime(2026, 4, 7, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 2, 0, 0, tzinfo=UTC),
    datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    datetime(2028, 3, 2, 18, 15, tzinfo=UTC),
)
HOUR, DAY = 3_600, 86_400
STATUSES = ("auto_tracked", "auto_tracked", "included", "direct_add", "pending_review", "excluded")


@dataclass
class Made:
    """A post in the world: its row, its history, and whether it counts."""

    video: Video
    history: PostHistory
    counts: bool


@dataclass
class World:
    """A project as the oracle sees it. `campaigns`: id → ids of creators and videos and campaigns in it."""

    org_id: UUID
    project_id: UUID
    zone: str
    week_start: str
    now: int
    posts: list[Made] = field(default_factory=list)
    creators: list[tuple[Creator, AccountHistory | None]] = field(default_factory=list)
    campaigns: dict[UUID, list[UUID]] = field(default_factory=dict)

    def members(self, kind: str, entity_id: UUID) -> Members:
        """What an entity stands for."""
        if kind == "video":
            return Members(tuple(m.history for m in self.posts if m.video.id == entity_id), ())
        if kind == "campaign":
            return self._campaign(entity_id)
        posts = [m.history for m in self.posts if m.counts and (kind == "project" or m.video.creator_id == entity_id)]
        return Members(tuple(posts), self._accounts(self._creators(kind, entity_id)))

    def parts(self, kind: str, entity_id: UUID, by: str) -> dict[str, Members]:
        """The parts an entity is broken down into, by id."""
        whole = self.members(kind, entity_id)
        if by == "video":
            return {post.id: Members((post,), ()) for post in whole.posts}
        if by == "creator":
            parts = {str(one): self.members("creator", one) for one in self._creators(kind, entity_id)}
        else:
            ids = [c for c in self.campaigns if kind == "project" or c in self.campaigns[entity_id]]
            parts = {str(campaign): self.members("campaign", campaign) for campaign in ids}
        return {
            id: Members(tuple(p for p in part.posts if p in whole.posts), part.accounts) for id, part in parts.items()
        }

    def _campaign(self, campaign_id: UUID) -> Members:
        beneath = self._beneath(campaign_id)
        posts = [m for m in self.posts if m.counts and (m.video.id in beneath or m.video.creator_id in beneath)]
        return Members(tuple(m.history for m in posts), self._accounts(self._creators("campaign", campaign_id)))

    def _creators(self, kind: str, entity_id: UUID) -> set[UUID]:
        """The creators that belong to an entity; removed ones do not."""
        tracked = {c.id for c, _ in self.creators if c.removed_at is None}
        if kind == "project":
            return tracked
        if kind == "creator":
            return tracked & {entity_id}
        beneath = self._beneath(entity_id)
        posting = {m.video.creator_id for m in self.posts if m.counts and m.video.id in beneath}
        return tracked & (beneath | posting)

    def _accounts(self, creators: set[UUID]) -> tuple[AccountHistory, ...]:
        return tuple(account for creator, account in self.creators if account is not None and creator.id in creators)

    def _beneath(self, campaign_id: UUID) -> set[UUID]:
        """Everything that stands in a campaign, at any depth."""
        beneath: set[UUID] = set()
        waiting = [campaign_id]
        while waiting:
            for one in self.campaigns.get(waiting.pop(), []):
                if one not in beneath:
                    beneath.add(one)
                    waiting.append(one)
        return beneath


class Maker:
    """Makes one world from a seed."""

    def __init__(self, seed: int, person: Any) -> None:
        self.random = random.Random(seed)
        self.seed = seed
        zone, week_start = self.random.choice(ZONES), self.random.choice(["monday", "sunday", "saturday"])
        now = int(self.random.choice(TODAYS).timestamp()) + self.random.choice([0, 0, 1, 1_799, 7 * HOUR])
        self.world = World(person.org.id, person.project.id, zone, week_start, now)
        self.project = person.project
        with organization_scope(person.org.id):
            Organization.objects.update(timezone=zone, week_start=week_start)

    def make(self, posts: int) -> World:
        """Make creators, posts and campaigns, and store all of it."""
        with organization_scope(self.world.org_id):
            for number in range(4):
                self._creator(number)
            for number in range(posts):
                self._post(number)
            self._pack()
            self._campaigns()
        return self.world

    def _pack(self) -> None:
        """Keep most posts' days in the organization's zone, since before their last snapshots, which come afterwards
        and of which not all are packed."""
        ids = [made.video.post_id for made in self.world.posts]
        late = self._take_back(ids, self.world.now - self.random.choice([0, 1, 8, 40]) * DAY)
        rebuild(sorted(ids))
        keep_zone(self.random.sample(ids, k=len(ids) * 4 // 5), self.world.zone)
        while late:
            number = self.random.randint(1, len(late))
            post_ids, times, sources, precisions, *counts = zip(*late[:number], strict=True)
            seconds = np.array([int(at.timestamp()) for at in times])
            rows = count_rows(list(zip(*counts, strict=True)), len(POST_COUNTERS))
            snapshots = Snapshots(np.array(post_ids), seconds, rows, np.array(sources), np.array(precisions))
            store_snapshots(addition(snapshots))
            late = late[number:]
            if self.random.random() < 0.5:
                pack()

    def _take_back(self, ids: list[int], since: int) -> list[tuple[Any, ...]]:
        """Delete the snapshots since then; returns them in order of time."""
        late = PostSnapshot.objects.filter(post_id__in=ids, captured_at__gte=moment_of(since)).order_by("captured_at")
        rows = list(late.values_list("post_id", "captured_at", "source", "precision", *POST_COUNTERS))
        late.delete()
        return rows

    def _creator(self, number: int) -> None:
        now = self.world.now
        since = now - self.random.choice([200 * DAY, 30 * DAY, 3 * DAY])
        account_id = 1 + self.seed * 1_000 + number
        creator = Creator.objects.create(
            org_id=self.world.org_id,
            project=self.project,
            account_id=None if number == 3 else account_id,
            tiktok_handle=f"creator.{self.seed}.{number}",
            tracking_start_date=date(2020, 1, 1),
            tracking_starts_at=datetime(2020, 1, 1, tzinfo=UTC),
            tracked_since=moment_of(since),
            removed_at=moment_of(now) if number == 2 else None,
            last_scraped_at=moment_of(now),
        )
        times = self._times(now - 60 * DAY, since)
        snapshots = {at: self._counts(ACCOUNT_COUNTERS, 1_000) for at in times}
        write_account_snapshots(account_id, {moment_of(at): counts for at, counts in snapshots.items()})
        histories = _histories(ACCOUNT_COUNTERS, since, None, snapshots)
        account = None if creator.account_id is None else AccountHistory(str(creator.id), histories)
        self.world.creators.append((creator, account))

    def _post(self, number: int) -> None:
        chance, world = self.random, self.world
        posted = self._near_midnight(world.now - chance.randint(0, 70 * DAY))
        creator = chance.choice([*(c for c, _ in world.creators), None])
        status = "direct_add" if creator is None else chance.choice(STATUSES)
        first = posted + chance.choice([-HOUR, 0, 60, 5 * HOUR, 48 * HOUR, 48 * HOUR + 1, 9 * DAY])
        times = self._times(first, posted)
        since = chance.choice([posted - 90 * DAY, posted - 90 * DAY, *(times or [posted]), posted + 5 * DAY + 7])
        snapshots = {at: self._counts(POST_COUNTERS, 40_000) for at in times}
        video = Video.objects.create(
            org_id=world.org_id,
            project=self.project,
            creator=creator,
            post_id=1 + self.seed * 1_000 + number,
            title=f"Post {number}",
            kind="video",
            posted_at=moment_of(posted),
            tracking_status=status,
            tracking_disabled=chance.random() < 0.1,
            tracked_since=moment_of(since),
            counts_precision=chance.choice(["exact", "rounded"]),
        )
        write_post_snapshots(video.post_id, {moment_of(at): counts for at, counts in snapshots.items()})
        counts = (
            status in ("auto_tracked", "included", "direct_add")
            and not video.tracking_disabled
            and (creator is None or creator.removed_at is None or status == "direct_add")
        )
        rounds = video.counts_precision == "rounded"
        histories = _histories(POST_COUNTERS, since, posted, snapshots, rounds=rounds)
        history = PostHistory(str(video.id), posted, histories)
        world.posts.append(Made(video, history, counts))

    def _times(self, first: int, other: int) -> list[int]:
        """Up to nine instants from the first on and not after now, some of them at midnights, some close together."""
        chance, times = self.random, set()
        at = first
        for _ in range(chance.choice([0, 1, 2, 4, 6, 9])):
            times.add(at)
            at += chance.choice([1, 600, 6 * HOUR, 7 * HOUR + 13, DAY, DAY + 61, 8 * DAY, 33 * DAY])
            at = self._near_midnight(at)
        return sorted(at for at in times | {other - 2 * DAY} if at <= self.world.now and times)

    def _near_midnight(self, at: int) -> int:
        if self.random.random() > 0.2:
            return at
        local = datetime.fromtimestamp(at, ZoneInfo(self.world.zone)).date()
        midnight = datetime(local.year, local.month, local.day, tzinfo=ZoneInfo(self.world.zone)).timestamp()
        return int(midnight) + self.random.choice([-1, 0, 0, 1])

    def _counts(self, names: Sequence[str], size: int) -> dict[str, int | None]:
        chance = self.random
        high = chance.choice([3, size, size, 10**10])
        return {name: None if chance.random() < 0.15 else chance.randint(0, high) for name in names}

    def _campaigns(self) -> None:
        chance, world = self.random, self.world
        for number in range(5):
            campaign = campaign_create(project_id=world.project_id, name=f"Campaign {number}")
            creators = [("creator", c.id) for c, _ in world.creators if c.removed_at is None]
            videos = [("video", m.video.id) for m in world.posts if m.video.tracking_status != "excluded"]
            beneath = [("campaign", one) for one in world.campaigns]
            items = [*chance.sample(creators, k=min(chance.randint(0, 2), len(creators)))]
            items += chance.sample(videos, k=min(chance.randint(0, 8), len(videos)))
            items += chance.sample(beneath, k=min(chance.randint(0, 2), len(beneath)))
            items = [] if number == 0 else items
            results = campaign_items_add(
                campaign_id=campaign.id, references=[ItemReference(CampaignItem.Type(kind), one) for kind, one in items]
            )
            taken = [one for (_, one), result in zip(items, results, strict=True) if result.outcome == "added"]
            world.campaigns[campaign.id] = taken


def moment_of(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


def _histories(
    names: Sequence[str],
    since: int,
    posted: int | None,
    snapshots: dict[int, dict[str, int | None]],
    *,
    rounds: bool = False,
) -> dict[str, History]:
    own = {name: tuple((at, counts[name]) for at, counts in snapshots.items()) for name in names}
    return {name: History(since, posted, own[name], rounds) for name in names}


def days_before(now: int, zone: str, number: int) -> date:
    """The local day so many days before today."""
    return datetime.fromtimestamp(now, ZoneInfo(zone)).date() - timedelta(days=number)

"""One history, asked every question: ours first, then DuckDB's, whose answers must be ours.

`python -m bench._measure JSON` runs in a process of its own, because Django knows one database a process.
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from bench._duckdb import ask_peer, heatmap
from bench._history import CREATORS, DAYS, NOW, ZONE, build
from bench._stack import start_in

Found = TypeVar("Found")
SAMPLE = 25


@dataclass(frozen=True, slots=True)
class Question:
    """`what`: series, top or heatmap; of so many videos (about), over so many days."""

    what: str
    videos: int
    days: int = 30


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds. `first`: ad hoc, with nothing kept; `again`: settled; None where the question has no such time."""

    videos: int
    first: float
    again: float | None
    duckdb: float | None


@dataclass(frozen=True, slots=True)
class History:
    """Where a history lies and how it is asked; `peer`: the program that asks DuckDB for series and top lists."""

    home: str
    videos: int
    each: int
    runs: int
    peer: str | None

    @property
    def path(self) -> Path:
        return Path(self.home) / f"{self.videos}x{self.each}"


def main(asked: dict[str, Any]) -> None:
    """Print the sizes of what is stored and the times of each question as JSON."""
    history = History(**asked["history"])
    superuser = start_in(history.path)
    org_id = build(superuser, history.path, videos=history.videos, each=history.each)
    _hold_to_the_oracle(org_id)
    times = []
    for question in (Question(**one) for one in asked["questions"]):
        measure = {"series": _series, "top": _top, "heatmap": _heatmap}[question.what]
        times.append(asdict(measure(org_id, history, question)))
    sizes = _bytes_a_snapshot(superuser, history)
    print(json.dumps({"times": times, "bytes": sizes, "load": os.getloadavg()[0]}))


def _series(org_id: UUID, history: History, question: Question) -> Times:
    """Daily views of a campaign of some creators."""
    campaign_id, ids = _campaign(org_id, round(CREATORS * question.videos / history.videos))
    first_day = NOW.date() - timedelta(days=question.days - 1)
    first, answer = _median(history.runs, lambda: _ask(org_id, campaign_id, first_day), before=_forget)
    again, kept = _median(history.runs, lambda: _ask(org_id, campaign_id, first_day))
    _require_equal("the settled answer", kept.series, answer.series)
    if history.peer is None:
        return Times(len(ids), first, again, None)
    edges = _edges(answer)
    peer, rows = ask_peer(
        Path(history.peer), "series", history.path / "peer.duckdb", runs=history.runs, ids=ids, edges=edges
    )
    _require_equal("DuckDB's series", [row[1] for row in rows], [point.value or 0 for point in answer.series])
    return Times(len(ids), first, again, peer)


def _top(org_id: UUID, history: History, question: Question) -> Times:
    """The 100 posts with most views, of those posted in the last days."""
    from analytics.reports.video_leaderboard import video_leaderboard

    project_id, span, ids = _posted(org_id, history, question)
    ours, board = _median(history.runs, lambda: _in_scope(org_id, video_leaderboard, project_id, span=span, limit=100))
    _require_equal("the number of posts", board.total_count, len(ids))
    if history.peer is None:
        return Times(len(ids), ours, None, None)
    peer, rows = ask_peer(Path(history.peer), "top", history.path / "peer.duckdb", runs=history.runs, ids=ids)
    # Equal numbers stand in an order of their own in each.
    _require_equal("DuckDB's top list", [row[1] for row in rows], [video.view_count for video in board.items])
    _require_equal("DuckDB's best post", rows[0][0], board.items[0].post_id)
    return Times(len(ids), ours, None, peer)


def _heatmap(org_id: UUID, history: History, question: Question) -> Times:
    """Weekday and hour of posting of the posts of the last days."""
    from analytics.reports.posting_heatmap import posting_heatmap
    from analytics.reports.posts import quotient

    project_id, span, ids = _posted(org_id, history, question)
    ours, cells = _median(history.runs, lambda: _in_scope(org_id, posting_heatmap, project_id, span=span))
    if history.peer is None:
        return Times(len(ids), ours, None, None)
    peer, rows = heatmap(history.path / "peer.duckdb", ids, ZONE, runs=history.runs)
    theirs = [(day, hour, posts, quotient(views, posts)) for day, hour, posts, views in rows]
    _require_equal("DuckDB's heatmap", theirs, [(c.dow, c.hour, c.post_count, c.avg_views) for c in cells])
    return Times(len(ids), ours, None, peer)


def _require_equal(what: str, found: object, ours: object) -> None:
    if found != ours:
        sys.exit(f"{what} differs: {str(found)[:200]} and {str(ours)[:200]}")


def _median(runs: int, ask: Callable[[], Found], before: Callable[[], None] = lambda: None) -> tuple[float, Found]:
    """Milliseconds, warm; `before` runs before each time and is not counted."""
    found, times = ask(), []
    for _ in range(runs):
        before()
        started = time.perf_counter()
        found = ask()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), found


def _forget() -> None:
    from django.core.cache import cache

    cache.clear()


def _in_scope(org_id: UUID, report: Callable[..., Found], *arguments: Any, **words: Any) -> Found:
    from orgs.scope import organization_scope

    with organization_scope(org_id):
        return report(*arguments, **words)


def _ask(org_id: UUID, campaign_id: UUID, first: date) -> Any:
    from analytics.engine import answer
    from analytics.query import Query

    return _in_scope(org_id, answer, Query("campaign", campaign_id, "views", mode="cumulative", from_=first), now=NOW)


def _edges(answer: Any) -> list[int]:
    from analytics.buckets import Span, seconds

    buckets = Span(answer.from_, answer.to, answer.timezone).buckets(seconds(NOW))
    return [min(bucket.end, seconds(NOW)) for bucket in buckets]


def _campaign(org_id: UUID, creators: int) -> tuple[UUID, list[int]]:
    """A campaign of so many creators, and the ids of its posts."""
    from campaigns.models import CampaignItem
    from creators.models import Creator

    def items() -> list[UUID]:
        return list(Creator.objects.order_by("id").values_list("id", flat=True)[:creators])

    return _campaign_of(org_id, f"{creators} creators", CampaignItem.Type.CREATOR, items)


def _campaign_of(org_id: UUID, name: str, kind: Any, items: Callable[[], Sequence[UUID]]) -> tuple[UUID, list[int]]:
    from campaigns.models import Campaign
    from campaigns.queries import videos_of
    from campaigns.services import ItemReference, campaign_create, campaign_items_add
    from orgs.scope import organization_scope
    from projects.models import Project

    with organization_scope(org_id):
        campaign = Campaign.objects.filter(name=name).first()
        if campaign is None:
            campaign = campaign_create(project_id=Project.objects.get().id, name=name)
            campaign_items_add(campaign_id=campaign.id, references=[ItemReference(kind, one) for one in items()])
        return campaign.id, list(videos_of(campaign.id).values_list("post_id", flat=True))


def _posted(org_id: UUID, history: History, question: Question) -> tuple[UUID, Any, list[int]]:
    """The project, the days in which about so many videos were posted, and the ids of their posts."""
    from analytics.buckets import Span
    from analytics.reports.posts import posted_in
    from orgs.scope import organization_scope
    from projects.models import Project

    days = round(DAYS * question.videos / history.videos)
    span = Span(NOW.date() - timedelta(days=days - 1), NOW.date(), ZONE)
    with organization_scope(org_id):
        project_id = Project.objects.get().id
        return project_id, span, list(posted_in(project_id, span).values_list("post_id", flat=True))


def _hold_to_the_oracle(org_id: UUID) -> None:
    """Daily views of some posts, as the engine and as the plain definition in the tests give them."""
    from campaigns.models import CampaignItem
    from tests.analytics.oracle import total
    from videos.models import Video

    def items() -> list[UUID]:
        everything = list(Video.objects.order_by("id").values_list("id", flat=True))
        return random.Random(7).sample(everything, min(SAMPLE, len(everything)))

    campaign_id, _ = _campaign_of(org_id, "Sample", CampaignItem.Type.VIDEO, items)
    answer = _ask(org_id, campaign_id, NOW.date() - timedelta(days=DAYS - 1))
    histories = _in_scope(org_id, _histories, campaign_id)
    plain = [total(histories, edge) for edge in _edges(answer)]
    _require_equal("the oracle's series", plain, [point.value or 0 for point in answer.series])


def _histories(campaign_id: UUID) -> list[Any]:
    from analytics.buckets import seconds
    from campaigns.queries import videos_of
    from scraping.models import PostSnapshot
    from tests.analytics.oracle import History as PlainHistory

    rows = list(videos_of(campaign_id).values_list("post_id", "tracked_since", "posted_at"))
    snapshots: dict[int, list[tuple[int, int | None]]] = {post_id: [] for post_id, _, _ in rows}
    of_posts = PostSnapshot.objects.filter(post_id__in=list(snapshots))
    for post_id, at, views in of_posts.values_list("post_id", "captured_at", "view_count"):
        snapshots[post_id].append((seconds(at), views))
    return [PlainHistory(seconds(since), seconds(posted), tuple(snapshots[post_id])) for post_id, since, posted in rows]


def _bytes_a_snapshot(superuser: str, history: History) -> dict[str, float]:
    import psycopg

    sizes = {}
    with psycopg.connect(superuser) as connection:
        for name, query in (
            ("scraping_postsnapshot", "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)"),
            ("scraping_postspan", "SELECT pg_total_relation_size(%s::regclass)"),
            ("scraping_postdays", "SELECT pg_total_relation_size(%s::regclass)"),
        ):
            size = connection.execute(query, [name]).fetchone()
            sizes[name] = round(int(size[0]) / (history.videos * history.each), 1) if size else 0.0
    return sizes


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

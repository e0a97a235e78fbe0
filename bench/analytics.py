"""Series over days, settled and ad hoc, beside the analyst's way on the same history and in the same run.

`python -m bench.analytics --home DIR [--videos 100000] [--each 100] [--peer PATH] [--runs 7]` makes the history in DIR
once and uses it again. `--peer` is a program that asks DuckDB the same questions and prints what it found as JSON; the
answers must be equal.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench._history import CREATORS, NOW, build
from bench._stack import start_in

# What is asked: share of all videos, days.
QUESTIONS = ((0.05, 30), (0.05, 175), (0.2, 30))


def main(arguments: list[str] | None = None) -> None:
    """Print one line a question: ours ad hoc, ours settled, DuckDB's, and their ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "trackagoat-bench")
    parser.add_argument("--videos", type=int, default=2_000)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--peer", type=Path)
    asked = parser.parse_args([] if arguments is None else arguments)
    home = asked.home / f"{asked.videos}x{asked.each}"
    superuser = start_in(home)
    org_id = build(superuser, home, videos=asked.videos, each=asked.each)
    _print_cost(superuser, asked.videos * asked.each)
    print(f"load average {os.getloadavg()[0]:.1f}; milliseconds, median of {asked.runs}")
    print(f"{'':28}{'ad hoc':>9}{'settled':>9}{'DuckDB':>9}{'ad hoc':>9}{'settled':>9}")
    for share, days in QUESTIONS:
        _line(org_id, home, round(CREATORS * share), days, asked)


def _line(org_id: UUID, home: Path, creators: int, days: int, asked: argparse.Namespace) -> None:
    campaign_id, ids = _campaign(org_id, creators)
    first = NOW.date() - timedelta(days=days - 1)
    ad_hoc, answer = _median(asked.runs, lambda: _ask(org_id, campaign_id, first, is_settled=False))
    settled, again = _median(asked.runs, lambda: _ask(org_id, campaign_id, first, is_settled=True))
    if [point.value for point in again.series] != [point.value for point in answer.series]:
        sys.exit("the settled answer differs")
    line = f"{len(ids):>7,} videos x {days:<4} days    {ad_hoc:9.1f}{settled:9.1f}"
    if asked.peer is not None:
        peer = _peer(asked, home, ids, answer)
        line += f"{peer:9.1f}{ad_hoc / peer:8.2f}x{settled / peer:8.2f}x"
    print(line)


def _median(runs: int, ask: Callable[[], Any]) -> tuple[float, Any]:
    found, times = ask(), []
    for _ in range(runs):
        started = time.perf_counter()
        found = ask()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times), found


def _ask(org_id: UUID, campaign_id: UUID, first: Any, *, is_settled: bool) -> Any:
    from django.core.cache import cache

    from analytics.engine import answer
    from analytics.query import Query
    from orgs.scope import organization_scope

    if not is_settled:
        cache.clear()
    with organization_scope(org_id):
        return answer(Query("campaign", campaign_id, "views", mode="cumulative", from_=first), now=NOW)


def _campaign(org_id: UUID, creators: int) -> tuple[UUID, list[int]]:
    """A campaign of so many creators, and the ids of its posts."""
    from campaigns.models import Campaign, CampaignItem
    from campaigns.queries import videos_of
    from campaigns.services import ItemReference, campaign_create, campaign_items_add
    from creators.models import Creator
    from orgs.scope import organization_scope
    from projects.models import Project

    name = f"{creators} creators"
    with organization_scope(org_id):
        campaign = Campaign.objects.filter(name=name).first()
        if campaign is None:
            campaign = campaign_create(project_id=Project.objects.get().id, name=name)
            chosen = Creator.objects.order_by("id").values_list("id", flat=True)[:creators]
            references = [ItemReference(CampaignItem.Type.CREATOR, one) for one in chosen]
            campaign_items_add(campaign_id=campaign.id, references=references)
        return campaign.id, list(videos_of(campaign.id).values_list("post_id", flat=True))


def _peer(asked: argparse.Namespace, home: Path, ids: list[int], answer: Any) -> float:
    """DuckDB's time; ends the run if its numbers are not ours."""
    from analytics.buckets import Span, seconds

    buckets = Span(answer.from_, answer.to, answer.timezone).buckets(seconds(NOW))
    ends = [min(bucket.end, seconds(NOW)) for bucket in buckets]
    files = {"ids": ids, "edges": ends}
    for name, content in files.items():
        (home / f"{name}.json").write_text(json.dumps(content))
    command = [sys.executable, str(asked.peer), "series", "--db", str(home / "peer.duckdb"), "--runs", str(asked.runs)]
    command += ["--ids", str(home / "ids.json"), "--edges", str(home / "edges.json")]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    ours = [point.value or 0 for point in answer.series]
    theirs = [total for _, total, _ in found["result"]]
    if ours != theirs:
        sys.exit(f"DuckDB's numbers differ: {ours[:5]} … and {theirs[:5]} …")
    return float(found["ms"])


def _print_cost(superuser: str, snapshots: int) -> None:
    import psycopg

    with psycopg.connect(superuser) as connection:
        sizes = {
            name: int(connection.execute(query, [name]).fetchone()[0])  # type: ignore[index]
            for name, query in (
                ("scraping_postsnapshot", "SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(%s)"),
                ("scraping_postspan", "SELECT pg_total_relation_size(%s::regclass)"),
                ("scraping_postdays", "SELECT pg_total_relation_size(%s::regclass)"),
            )
        }
    each = {name: size / snapshots for name, size in sizes.items()}
    print(
        f"{snapshots:,} snapshots; bytes a snapshot: " + ", ".join(f"{name} {size:.0f}" for name, size in each.items())
    )


if __name__ == "__main__":
    main(sys.argv[1:])

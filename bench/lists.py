"""What a page of the video list costs in a large organization, beside a small one in the same database and run.

Sizes come from LIST_VIDEOS (default 100,000), LIST_SMALL (1,000) and LIST_EACH, snapshots of each post (100); whole
pages are asked for as a browser does, in turns. The last column must stay at 3 or below for the marked lines.
"""

import logging
import os
import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from random import Random
from statistics import median
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.test import Client

from creators.models import Creator
from creators.starts import start_of_tracking
from orgs.models import User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.models import Project
from projects.services import project_create
from videos.models import Video
from videos.services.words import keep_words

VIDEOS = int(os.environ.get("LIST_VIDEOS", "100000"))
SMALL = int(os.environ.get("LIST_SMALL", "1000"))
EACH = int(os.environ.get("LIST_EACH", "100"))
ROUNDS, CREATORS, AT_ONCE = 9, 300, 2_000
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST_POST = 7_100_000_000_000_000_000
# How often a word stands in captions: about one in two, in a hundred, in a thousand.
COMMON, SOME, RARE = "today", "glowup", "needle"
NEXT = re.compile(r'rel="next"\s+href="[^"?]*\?([^"]+)"')
WORDS = [f"word{number}" for number in range(3_000)]
FILTERED = "kind=video&status=auto_tracked&views_min=1000&posted_from=2026-08-01"
# What is asked, by its name; marked ones are what the product promises.
PAGES = {
    "newest *": "",
    "filtered, by views *": f"{FILTERED}&sort=-view_count",
    "by views *": "sort=-view_count",
    "a rare word *": f"q={RARE}",
    "some word, by views *": f"q={SOME}&sort=-view_count",
    "a common word": f"q={COMMON}",
    "a common word, by views": f"q={COMMON}&sort=-view_count",
    "hashtag, filtered, by views": f"hashtag={SOME}&{FILTERED}&sort=-view_count",
    "fewest views first": "sort=view_count",
    "by likes": "sort=-like_count",
    "cards, by views": "show=cards&sort=-view_count",
    "count and sums (lazy)": "part=totals",
}
_SNAPSHOTS = """
INSERT INTO scraping_postsnapshot
SELECT %(first)s + n, %(now)s::timestamptz - k * interval '6 hours', n + 1000 - k, n, n, n, n, 'bench', 'exact'
FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS n CROSS JOIN generate_series(0, %(each)s - 1) AS k
"""


def main() -> None:
    """Print milliseconds a page, small and large, and how many times as much."""
    # A line a request would be most of what is printed.
    logging.disable(logging.CRITICAL)
    small, large = _organization("small", SMALL, 0), _organization("large", VIDEOS, SMALL)
    _snapshots(SMALL + VIDEOS)
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], autocommit=True, dbname=_database()) as superuser:
        superuser.execute("VACUUM ANALYZE")
    print(f"{SMALL + VIDEOS:,} videos, {(SMALL + VIDEOS) * EACH:,} snapshots; milliseconds, median of {ROUNDS}")
    print(f"{'':32}{SMALL:>10,}{VIDEOS:>10,}")
    for name, query in PAGES.items():
        times = _in_turns(small, large, query)
        print(f"{name:32}{times[0]:10.1f}{times[1]:10.1f}{times[1] / times[0]:9.2f}x", flush=True)
    print(f"{'page 40, by views':32}{'':10}{_page_far_down(large):10.1f}")


def _database() -> str:
    return str(connection.settings_dict["NAME"])


Asker = tuple[Client, str]


def _organization(name: str, videos: int, first: int) -> Asker:
    """An organization with so many videos; somebody signed in to it, and the address of its list."""
    user = User.objects.create_user(f"{name}@bench.example", "only for benches", verified=True)
    org = organization_create(owner=user, name=name)
    with organization_scope(org.id):
        project = project_create(name=name)
        _fill(project, videos, first)
    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    client.force_login(user)
    return client, f"/o/{org.id}/p/{project.id}/videos/"


def _fill(project: Project, number: int, first: int) -> None:
    since = NOW - timedelta(days=200)
    creators = Creator.objects.bulk_create(
        Creator(
            org_id=project.org_id,
            project=project,
            account_id=FIRST_POST - 1 - first - place,
            tiktok_handle=f"bench.{first + place}",
            tracking_start_date=since.date(),
            tracking_starts_at=start_of_tracking(since.date(), "UTC"),
            tracked_since=since,
            last_scraped_at=NOW,
        )
        for place in range(CREATORS)
    )
    chance = Random(7)
    for start in range(0, number, AT_ONCE):
        some = [
            _video(project, creators[place % CREATORS], first + place, chance)
            for place in range(start, min(start + AT_ONCE, number))
        ]
        Video.objects.bulk_create(some)
        keep_words(some)


def _video(project: Project, creator: Creator, number: int, chance: Random) -> Video:
    words = chance.sample(WORDS, 10)
    words += [word for word, share in ((COMMON, 0.5), (RARE, 0.001)) if chance.random() < share]
    hashtags = [SOME] if chance.random() < 0.01 else []
    views = int(chance.paretovariate(0.7) * 300)
    return Video(
        org_id=project.org_id,
        project=project,
        creator=creator,
        post_id=FIRST_POST + number,
        account_id=creator.account_id,
        author_handle=creator.tiktok_handle,
        title=" ".join(words),
        hashtags=hashtags,
        kind="photo" if chance.random() < 0.2 else "video",
        posted_at=NOW - timedelta(seconds=chance.randrange(180 * 86_400)),
        tracking_status="auto_tracked",
        tracked_since=creator.tracked_since,
        view_count=views,
        like_count=views // 11,
        comment_count=views // 97,
        share_count=views // 210,
        save_count=views // 55,
        stats_updated_at=NOW,
    )


def _snapshots(posts: int) -> None:
    with connection.cursor() as cursor:
        for low in range(0, posts, 5_000):
            high = min(low + 5_000, posts) - 1
            cursor.execute(_SNAPSHOTS, {"first": FIRST_POST, "now": NOW, "low": low, "high": high, "each": EACH})


def _in_turns(small: Asker, large: Asker, query: str) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for round_ in range(ROUNDS + 1):
        for own, asker in zip(times, (small, large), strict=True):
            taken = _ask(asker, query)[0]
            # The first one warms up.
            if round_:
                own.append(taken)
    return median(times[0]), median(times[1])


def _ask(asker: Asker, query: str) -> tuple[float, Any]:
    client, address = asker
    started = time.perf_counter()
    response = client.get(f"{address}?{query}")
    taken = (time.perf_counter() - started) * 1_000
    assert response.status_code == 200, response.status_code
    return taken, response


def _page_far_down(asker: Asker) -> float:
    """The fortieth page, or the last one."""
    taken, query = 0.0, "sort=-view_count"
    for _ in range(40):
        taken, response = _ask(asker, query)
        following = NEXT.search(response.content.decode())
        query = unescape(following[1]) if following else query
    return taken


if __name__ == "__main__":
    main()

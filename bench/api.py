"""What the API costs beside the least that could answer: a bare Django view with one hand-written statement and orjson;
and whether the last pages of long lists cost what the first ones do.

Both sides of the first question go through a WSGI handler in this process, taking turns: the API with all middleware,
key, scope, walls and limits; the bare view without key, scope, walls and limits, on a connection that no policy holds
back and that keeps its statement prepared, behind the same middleware (the bar) and behind none (to know).
"""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from statistics import median
from typing import Any
from unittest import mock
from uuid import UUID

import orjson
import psycopg
from django.conf import settings
from django.core.cache import cache
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import override_settings
from django.urls import include, path
from django.utils import timezone

VIDEOS = int(os.environ.get("BENCH_API_VIDEOS", "100000"))
SNAPSHOTS = int(os.environ.get("BENCH_API_SNAPSHOTS", "1000000"))
ROUNDS = int(os.environ.get("BENCH_API_ROUNDS", "15"))
REQUESTS = int(os.environ.get("BENCH_API_REQUESTS", "30"))
BAR_SHARE, BAR_DEPTH = 0.5, 1.2
POST_ID = 7_100_000_000_000_000_000
COLUMNS = (
    "id, project_id, creator_id, post_id, author_handle, title, kind, thumbnail_url, duration_seconds, posted_at, "
    "tracking_status, tracking_disabled, availability, description, metadata, view_count, like_count, comment_count, "
    "share_count, save_count, counts_precision, stats_updated_at, created_at, updated_at"
)
# The rows that the API shows, written by hand.
STATEMENT = f"""
SELECT {", ".join(f"v.{name.strip()}" for name in COLUMNS.split(","))}
FROM videos_video v JOIN projects_project p ON p.id = v.project_id LEFT JOIN creators_creator c ON c.id = v.creator_id
WHERE v.org_id = %s AND v.tracking_status <> 'excluded' AND p.deleted_at IS NULL
    AND (v.tracking_status = 'direct_add' OR v.creator_id IS NULL
        OR (c.removed_at IS NULL AND v.posted_at >= c.tracking_starts_at))
ORDER BY v.id DESC LIMIT 100
"""
Side = Callable[[], float]
_org_id: UUID | None = None


def main() -> None:
    """Print requests a second of both, and milliseconds of first and last pages."""
    cache.clear()
    org_id, secret, video_id = _populate()
    logging.disable(logging.CRITICAL)
    with mock.patch("api.limits.REQUESTS_PER_MINUTE", 10**9), override_settings(ROOT_URLCONF=__name__):
        print(f"\napi: {VIDEOS:,} videos, {SNAPSHOTS:,} snapshots of one of them")
        _beside_a_bare_view(org_id, secret)
        videos, stats = "/api/v1/videos?limit=100", f"/api/v1/videos/{video_id}/stats?limit=100&from=2020-01-01"
        _first_and_last("last page of /videos", secret, videos, VIDEOS // 100 - 1)
        _first_and_last("last page of /videos?updated_since", secret, f"{videos}&updated_since={_since()}", 10**9)
        _first_and_last("deep page of /stats", secret, stats, SNAPSHOTS // 100 - 1)
    logging.disable(logging.NOTSET)


def _beside_a_bare_view(org_id: UUID, secret: str) -> None:
    """The bare view as a view of the same project, behind the same middleware (the bar) and behind none."""
    ours = _side(WSGIHandler(), "/api/v1/videos?limit=100", secret)
    with mock.patch.object(settings, "MIDDLEWARE", []):
        none = WSGIHandler()
    with _unwalled() as unwalled, mock.patch(f"{__name__}._ask", partial(unwalled.execute, STATEMENT, [org_id])):
        for name, handler, bar in (("same middleware", WSGIHandler(), BAR_SHARE), ("no middleware", none, None)):
            mine, bare = _compare(ours, _side(handler, "/bare", secret))
            share, rates = bare / mine, f"{1000 / mine:5.0f}/s ours  {1000 / bare:5.0f}/s bare"
            verdict = "" if bar is None else "ok" if share >= bar else f"under the bar of {bar:.0%}"
            print(f"  bare view, {name:23} {rates}  share {share:.0%}  {verdict}")


def _ask() -> Any:
    raise NotImplementedError


def bare(request: HttpRequest) -> HttpResponse:
    """One statement, its rows as dicts, orjson."""
    names = [name.strip() for name in COLUMNS.split(",")]
    rows = [dict(zip(names, row, strict=True)) for row in _ask().fetchall()]
    body = orjson.dumps({"data": rows, "error": None, "meta": None}, option=orjson.OPT_UTC_Z)
    return HttpResponse(body, content_type="application/json")


urlpatterns = [path("bare", bare), path("", include("trackagoat.urls"))]


def _first_and_last(what: str, secret: str, first: str, pages: int) -> None:
    """Walk to a page and compare it with the first one."""
    handler = WSGIHandler()
    address, found = first, first
    for _ in range(pages):
        cursor = _get(handler, address, secret)["meta"]["nextCursor"]
        if cursor is None:
            break
        found, address = address, f"{first}&cursor={cursor}"
    at_first, at_last = _compare(_side(handler, first, secret), _side(handler, found, secret))
    verdict = "ok" if at_last / at_first <= BAR_DEPTH else f"over the bar of {BAR_DEPTH}"
    print(f"  {what:34} {at_first:6.2f} ms first  {at_last:6.2f} ms there  ratio {at_last / at_first:.2f}  {verdict}")


def _compare(*sides: Side) -> list[float]:
    """Median milliseconds a request of each, taken in turns so that a busy machine slows all of them down."""
    times: list[list[float]] = [[] for _ in sides]
    for turn in range(ROUNDS + 1):
        for side, taken in zip(sides, times, strict=True):
            seconds = side()
            if turn:  # the first warms up
                taken.append(seconds * 1000 / REQUESTS)
    return [median(taken) for taken in times]


def _side(handler: WSGIHandler, address: str, secret: str) -> Side:
    base = RequestFactory(SERVER_NAME="localhost").get(address, HTTP_AUTHORIZATION=f"Bearer {secret}").environ

    def side() -> float:
        start = time.perf_counter()
        for _ in range(REQUESTS):
            response = handler.get_response(WSGIRequest(dict(base)))
            assert response.status_code == 200, response.content
        return time.perf_counter() - start

    return side


def _get(handler: WSGIHandler, address: str, secret: str) -> Any:
    base = RequestFactory(SERVER_NAME="localhost").get(address, HTTP_AUTHORIZATION=f"Bearer {secret}").environ
    return orjson.loads(handler.get_response(WSGIRequest(base)).content)


def _since() -> str:
    return (timezone.now() - timedelta(hours=12)).strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def _unwalled() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the superuser, whom no policy holds back."""
    name = connection.settings_dict["NAME"]
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], dbname=name, autocommit=True) as superuser:
        superuser.execute("SET TIME ZONE 'UTC'")
        yield superuser


def _populate() -> tuple[UUID, str, UUID]:
    """An organization with a key and VIDEOS of 100 creators; the newest video has SNAPSHOTS."""
    from creators.models import Creator
    from orgs.identity import memberships_of
    from orgs.models import User
    from orgs.scope import organization_scope
    from orgs.services import api_key_create, organization_create
    from projects.services import project_create
    from videos.models import Video

    now = timezone.now().replace(microsecond=0)
    begun = now - timedelta(days=365 * 3)
    owner = User.objects.create_user("owner@bench.example")
    org = organization_create(owner=owner, name="Bench", tier="ultra")
    with organization_scope(org.id):
        _, secret = api_key_create(by=memberships_of(owner)[0], name="bench")
        project = project_create(name="Program")
        shared = {"org": org, "project": project, "tracked_since": begun}
        creators = Creator.objects.bulk_create(
            Creator(
                **shared,
                account_id=number,
                tiktok_handle=f"creator.{number}",
                tracking_start_date=begun.date(),
                tracking_starts_at=begun,
            )
            for number in range(1, 101)
        )
        for start in range(0, VIDEOS, 5_000):
            numbers = range(start, min(start + 5_000, VIDEOS))
            Video.objects.bulk_create(_video(shared, creators[number % 100], number, now) for number in numbers)
        newest = Video.objects.order_by("-id")[:1].get()
    _add_snapshots(newest.post_id, begun, now)
    return org.id, secret, newest.id


def _video(shared: dict[str, Any], creator: Any, number: int, now: datetime) -> Any:
    from videos.models import Video

    return Video(
        **shared,
        creator=creator,
        account_id=creator.account_id,
        author_handle=creator.tiktok_handle,
        post_id=POST_ID + number,
        title=f"Post {number} of @{creator.tiktok_handle} #dance #math",
        kind="video",
        posted_at=now - timedelta(minutes=number % 500_000),
        tracking_status="auto_tracked",
        view_count=number,
        like_count=number // 10,
        comment_count=3,
        share_count=2,
        save_count=1,
        counts_precision="exact",
        stats_updated_at=now,
    )


def _add_snapshots(post_id: int, begun: datetime, now: datetime) -> None:
    """SNAPSHOTS readings, spread over the years since `begun`."""
    every = max(int((now - begun).total_seconds()) // (SNAPSHOTS + 1), 1)
    statement = """
        INSERT INTO scraping_postsnapshot (post_id, captured_at, view_count, source, precision)
        SELECT %s, %s + n * %s * interval '1 second', n, 'web', 'exact' FROM generate_series(1, %s) AS n
    """
    with _unwalled() as superuser:
        superuser.execute(statement, [post_id, begun, every, SNAPSHOTS])
        superuser.execute("VACUUM ANALYZE")

"""What the second wall costs: the video list page with row-level security and the scope's settings, and without."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone

from bench._superuser import as_superuser, gather_statistics
from orgs import scope
from orgs.models import User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.services import project_create
from videos.models import Video

VIDEOS = int(os.environ.get("BENCH_WALL_VIDEOS", "20000"))
ROUNDS, PAGES_A_ROUND = 12, 10


def main() -> None:
    """Print milliseconds of the page both ways and their ratio: the median over rounds that take turns."""
    client, address = _populated()
    gather_statistics()
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        _milliseconds(client, address)
        with_wall, without = [], []
        for _ in range(ROUNDS):
            with_wall.append(_milliseconds(client, address))
            with _no_second_wall():
                without.append(_milliseconds(client, address))
    walled, bare = statistics.median(with_wall), statistics.median(without)
    ratio = walled / bare
    print(f"wall: video list page of {VIDEOS:,} videos {walled:.1f} ms with it, {bare:.1f} ms without, {ratio:.2f} x")


def _populated() -> tuple[Client, str]:
    user = User.objects.create_user("bench@bench.example", "a password")
    now = timezone.now()
    for name in ("Elsewhere", "Bench"):
        org = organization_create(owner=user, name=name, tier="ultra")
        with organization_scope(org.id):
            project = project_create(name="Program")
            Video.objects.bulk_create(_video(org.id, project.id, number, now) for number in range(VIDEOS))
    client = Client()
    client.force_login(user)
    return client, reverse("videos", kwargs={"org_id": org.id, "project_id": project.id}) + "?sort=-view_count"


def _video(org_id: UUID, project_id: UUID, number: int, now: datetime) -> Video:
    return Video(
        org_id=org_id,
        project_id=project_id,
        post_id=7_100_000_000_000_000_000 + number,
        author_handle=f"creator.{number % 300}",
        title=f"post {number}",
        kind="video",
        posted_at=now - timedelta(minutes=number),
        tracking_status=Video.TrackingStatus.DIRECT_ADD,
        tracked_since=now,
        view_count=number * 7919 % 1_000_003,
    )


def _milliseconds(client: Client, address: str) -> float:
    started = time.perf_counter()
    for _ in range(PAGES_A_ROUND):
        response = client.get(address)
        assert response.status_code == 200, response.status_code
    return (time.perf_counter() - started) * 1000 / PAGES_A_ROUND


@contextmanager
def _no_second_wall() -> Iterator[None]:
    tell: Callable[..., None] = scope._tell_database
    _row_level_security("DISABLE")
    scope._tell_database = lambda **settings: None
    try:
        yield
    finally:
        scope._tell_database = tell
        _row_level_security("ENABLE")


def _row_level_security(how: str) -> None:
    walled = "SELECT quote_ident(relname) FROM pg_class WHERE relforcerowsecurity"
    with connection.cursor() as cursor:
        cursor.execute(walled)
        tables = [row[0] for row in cursor.fetchall()]
    as_superuser([f"ALTER TABLE {table} {how} ROW LEVEL SECURITY" for table in tables])

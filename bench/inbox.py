"""How long it takes to decide on everything that waits in an inbox, at once and one by one.

INBOX_POSTS (default 2,000) posts wait among INBOX_VIDEOS (default 20,000) videos of a project.
"""

import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bench._superuser import gather_statistics
from creators.models import Creator
from creators.starts import start_of_tracking
from orgs.models import User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.models import Project
from videos.models import Video
from videos.services.decisions import decision_undo, videos_decide

WAITING = int(os.environ.get("INBOX_POSTS", "2000"))
VIDEOS = int(os.environ.get("INBOX_VIDEOS", "20000"))
CREATORS, ONE_BY_ONE = 40, 50
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def main() -> None:
    """Print milliseconds for all at once, the same one by one, and for the pages around it."""
    user = User.objects.create_user("bench.inbox@example.com", verified=True)
    org = organization_create(owner=user, name="Bench")
    with organization_scope(org.id):
        project = Project.objects.create(org=org, name="Bench")
    fill(str(org.id), str(project.id))
    gather_statistics()
    with organization_scope(org.id):
        _at_once(project, user)
        _one_by_one(project, user)
    _pages(project, user)


def _at_once(project: Project, user: User) -> None:
    decide, undo = [], []
    for _ in range(5):
        with CaptureQueriesContext(connection) as asked:
            decide.append(_ms(lambda: _decide(project, user, Video.objects.in_inbox())))
        undo.append(_ms(lambda: decision_undo(project=project, by=user, now=timezone.now())))
    updates = sum("UPDATE videos_video" in query["sql"] for query in asked.captured_queries)
    print(
        f"inbox: {WAITING:,} posts of {VIDEOS:,} videos approved in {median(decide):.0f} ms by {updates} statement"
        f" ({len(asked)} queries with history and log), undone in {median(undo):.0f} ms"
    )


def _one_by_one(project: Project, user: User) -> None:
    ids = list(Video.objects.in_inbox().values_list("id", flat=True)[:ONE_BY_ONE])
    each = [
        _ms(lambda video_id=video_id: _decide(project, user, Video.objects.filter(id=video_id))) for video_id in ids
    ]
    print(f"inbox: one by one {median(each):.1f} ms each, {median(each) * WAITING:,.0f} ms for {WAITING:,}")


def _pages(project: Project, user: User) -> None:
    client = Client(headers={"Host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user)
    where = {"org_id": project.org_id, "project_id": project.id}
    inbox = reverse("inbox", kwargs=where)
    assert client.get(inbox).status_code == 200
    page = median(_ms(lambda: client.get(inbox)) for _ in range(5))
    grouped = median(_ms(lambda: client.get(f"{inbox}?group=creator")) for _ in range(5))
    calendar = median(_ms(lambda: client.get(reverse("calendar", kwargs=where))) for _ in range(5))
    with organization_scope(project.org_id):
        ids = list(Video.objects.in_inbox().values_list("id", flat=True)[:ONE_BY_ONE])
    headers = {"HTTP_HX_REQUEST": "true"}
    address = reverse("inbox_decide", kwargs=where)

    def press(video_id: Any) -> None:
        client.post(address, {"ids": video_id, "tracking_status": "excluded"}, **headers)

    key = median(_ms(lambda video_id=video_id: press(video_id)) for video_id in ids)
    print(
        f"inbox: page {page:.0f} ms, by creator {grouped:.0f} ms, the answer to one key {key:.0f} ms;"
        f" a month of the calendar {calendar:.0f} ms"
    )


def _decide(project: Project, user: User, videos: Any) -> None:
    videos_decide(project=project, videos=videos, tracking_status="included", by=user, now=timezone.now())


def _ms(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1_000


def fill(org_id: str, project_id: str) -> None:
    """Put so many videos into a project, of which so many wait."""
    with organization_scope(UUID(org_id)):
        _fill(Project.objects.get(id=project_id))


def _fill(project: Project) -> None:
    first_day = date(2020, 1, 1)
    start = {"tracking_start_date": first_day, "tracking_starts_at": start_of_tracking(first_day, "UTC")}
    shared: dict[str, Any] = {"org_id": project.org_id, "project": project, "tracked_since": NOW}
    creators = Creator.objects.bulk_create(
        Creator(**shared, **start, account_id=10**15 + n, tiktok_handle=f"bench.{n}", tracking_mode="selective")
        for n in range(CREATORS)
    )
    every = max(VIDEOS // WAITING, 1)
    Video.objects.bulk_create(
        (
            Video(
                **shared, creator=creators[n % CREATORS], account_id=10**15 + n % CREATORS, post_id=10**16 + n,
                title=f"Post {n}", kind="video", posted_at=NOW - timedelta(minutes=n), view_count=n,
                tracking_status="pending_review" if n % every == 0 and n // every < WAITING else "auto_tracked",
            )
            for n in range(max(VIDEOS, WAITING))
        ),
        batch_size=2_000,
    )  # fmt: skip

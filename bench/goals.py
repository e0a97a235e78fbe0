"""How long judging all goals of a project takes, beside reading the rows that it looks at; and whether that is linear.

Sizes come from GOAL_CREATORS (default 300), GOALS_EACH (4, at most 7) and POSTS_EACH (40).
"""

import os
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench._superuser import gather_statistics
from creators.models import Creator
from creators.starts import start_of_tracking
from goals.compliance import compliance_of
from goals.models import Goal, GoalVersion
from goals.services import goals_create
from goals.terms import MEASURES, GoalTerms
from orgs.models import Organization, User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.models import Project
from scraping.models import Account, AccountSnapshot, PostDays, PostSnapshot, PostSpan
from scraping.services.bulk import insert_missing
from scraping.services.packed_days import keep_zone, rebuild
from videos.models import Video

CREATORS = int(os.environ.get("GOAL_CREATORS", "300"))
GOALS = int(os.environ.get("GOALS_EACH", "4"))
POSTS = int(os.environ.get("POSTS_EACH", "40"))
ROUNDS = 9
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=120)
ZONE = "Europe/Berlin"
FIRST_POST, FIRST_ACCOUNT = 7_200_000_000_000_000_000, 6_900_000_000_000_000_000
_KINDS = ("weekly", "monthly", "daily")
_ASKED = [(type, measure) for type, measures in MEASURES.items() for measure in measures]


def main() -> None:
    """Print milliseconds for a quarter, half and all of the creators."""
    org = organization_create(owner=User.objects.create_user("bench.goals@example.com"), name="Bench")
    sizes = [max(CREATORS // 4, 1), max(CREATORS // 2, 1), CREATORS]
    with organization_scope(org.id):
        Organization.objects.update(timezone=ZONE)
        projects = [_fill(org, number, size) for number, size in enumerate(sizes)]
    gather_statistics()
    with organization_scope(org.id):
        times = [_report(project, size) for project, size in zip(projects, sizes, strict=True)]
    print(f"goals: {times[2] / times[1]:.2f} x from half to all creators, {times[1] / times[0]:.2f} x from a quarter")


def _report(project: Project, size: int) -> float:
    found = compliance_of(project.id, now=NOW)
    goals = sum(len(one.goals) for one in found)
    assert goals == size * GOALS, (goals, size * GOALS)
    with CaptureQueriesContext(connection) as queries:
        compliance_of(project.id, now=NOW)
    judged, (read, rows) = _ms(lambda: compliance_of(project.id, now=NOW)), _reading(project)
    print(
        f"goals: {size} creators, {goals:,} goals judged in {judged:.1f} ms with {len(queries)} statements;"
        f" reading the same {rows:,} rows takes {read:.1f} ms, judging {judged / read:.2f} x that"
    )
    return judged


def _reading(project: Project) -> tuple[float, int]:
    """Milliseconds of reading the rows that the goals are judged by, and how many these are."""
    return _ms(lambda: _read(project.id)), _read(project.id)


def _read(project_id: UUID) -> int:
    goals = list(Goal.objects.in_project(project_id).running().prefetch_related("creator"))
    versions = list(GoalVersion.objects.filter(goal__project_id=project_id))
    posts = list(
        Video.objects.counting()
        .in_project(project_id)
        .values_list("post_id", "creator_id", "tracked_since", "posted_at")
    )
    ids = [row[0] for row in posts]
    accounts = [goal.creator.account_id for goal in goals]
    others: Iterable[Any] = (
        PostSpan.objects.filter(post_id__in=ids).values_list(),
        PostDays.objects.filter(post_id__in=ids, zone=ZONE, month__in=_months()).values_list(),
        Account.objects.filter(id__in=accounts).values_list("id", "posts_seen_at"),
        AccountSnapshot.objects.filter(account_id__in=accounts).values_list(
            "account_id", "captured_at", "follower_count"
        ),
    )
    return len(goals) + len(versions) + len(posts) + sum(len(list(rows)) for rows in others)


def _months() -> list[int]:
    """The months of the days that running periods begin on."""
    kept = PostDays.objects.order_by("-month").values_list("month", flat=True)
    return list(dict.fromkeys(kept))[:1]


def _ms(ask: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ask()
        times.append(time.perf_counter() - started)
    return median(times) * 1_000


def _fill(org: Organization, number: int, size: int) -> Project:
    project = Project.objects.create(org=org, name=f"Bench {number}")
    creators = _creators(project, number, size)
    _posts(project, creators, number)
    for place in range(GOALS):
        type, measure = _ASKED[place % len(_ASKED)]
        target = Decimal(5 if measure in ("count", "rate") else 5_000)
        terms = GoalTerms(type, measure, _KINDS[place % len(_KINDS)], target, date(2026, 9, 1))
        for start in range(0, len(creators), 1_000):
            ids = [creator.id for creator in creators[start : start + 1_000]]
            goals_create(project_id=project.id, creator_ids=ids, terms=terms, now=NOW)
    return project


def _creators(project: Project, number: int, size: int) -> list[Creator]:
    accounts = [FIRST_ACCOUNT + number * 10**6 + place for place in range(size)]
    Account.objects.bulk_create(
        Account(id=account, handle=f"b{account}", first_seen_at=SINCE, seen_at=NOW, posts_seen_at=NOW)
        for account in accounts
    )
    times = [NOW - timedelta(days=days) for days in (100, 30, 7, 1, 0)]
    rows = [(account, at, 1_000 + 40 * day) for account in accounts for day, at in enumerate(times)]
    columns = dict(
        zip(("account_id", "captured_at", "follower_count"), map(list, zip(*rows, strict=True)), strict=True)
    )
    insert_missing(AccountSnapshot, {**columns, **_marks(len(rows))})
    return Creator.objects.bulk_create(
        Creator(
            org_id=project.org_id,
            project=project,
            account_id=account,
            tiktok_handle=f"b{account}",
            tracking_start_date=SINCE.date(),
            tracking_starts_at=start_of_tracking(SINCE.date(), ZONE),
            tracked_since=SINCE,
            last_scraped_at=NOW,
        )
        for account in accounts
    )


def _posts(project: Project, creators: list[Creator], number: int) -> None:
    """Posts over 60 days, each read five times since."""
    first = FIRST_POST + number * 10**7
    rows, videos = [], []
    for place in range(len(creators) * POSTS):
        creator, posted = (
            creators[place % len(creators)],
            NOW - timedelta(minutes=place * 86_400 // (len(creators) * POSTS)),
        )
        age = (NOW - posted) / 5
        rows += [(first + place, posted + age * step, 900 * step, 60 * step) for step in range(1, 6)]
        videos.append(
            Video(
                org_id=project.org_id,
                project=project,
                creator=creator,
                post_id=first + place,
                account_id=creator.account_id,
                kind="video",
                posted_at=posted,
                tracking_status="auto_tracked",
                tracked_since=SINCE,
            )
        )
    names = ("post_id", "captured_at", "view_count", "like_count")
    columns: dict[str, list[Any]] = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    columns["captured_at"] = [at.replace(microsecond=0) for at in columns["captured_at"]]
    insert_missing(PostSnapshot, {**columns, **_marks(len(rows))})
    Video.objects.bulk_create(videos, batch_size=2_000)
    ids = [video.post_id for video in videos]
    rebuild(ids)
    keep_zone(ids, ZONE)


def _marks(rows: int) -> dict[str, list[Any]]:
    return {"source": ["bench"] * rows, "precision": ["exact"] * rows}

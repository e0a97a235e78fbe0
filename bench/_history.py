"""A made-up history of any size, the same at every run: written to PostgreSQL, packed, and copied to DuckDB."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import psycopg

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAYS = 180
ZONE = "Europe/Berlin"
FIRST_POST = 7_100_000_000_000_000_000
CREATORS = 300
SINCE = NOW - timedelta(days=DAYS + 20)
# How often each post was read; the values rise and level off, with a few steps down.
_SNAPSHOTS = """
INSERT INTO scraping_postsnapshot
SELECT %(first)s + n, to_timestamp(at), views, views / 11, views / 97, views / 210, views / 55, 'bench', 'exact'
FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS n
CROSS JOIN LATERAL (SELECT %(now)s - 3600 - abs(hashint8(n)) %% (%(days)s * 86400 - 7200) AS posted) p
CROSS JOIN LATERAL (SELECT greatest((%(now)s - posted) / %(each)s, 2) AS step) s
CROSS JOIN generate_series(0, %(each)s - 1) AS k
CROSS JOIN LATERAL (
    SELECT posted + k * step + abs(hashint8(n * 1000 + k)) %% greatest(step / 2, 1) AS at,
        (abs(hashint8(n + 7)) %% 400000)::bigint * k / (k + 15) - abs(hashint8(n * 31 + k)) %% 3 + 3 AS views
) v
"""


def build(superuser: str, home: Path, *, videos: int, each: int) -> UUID:
    """Make the history unless it is there. Returns the organization's id."""
    from orgs.identity import memberships_of
    from orgs.models import User

    known = User.objects.filter(email="bench@bench.example").first()
    if known is not None:
        _pack_forgotten(superuser, videos)
        return memberships_of(known)[0].org_id
    _snapshots(superuser, videos, each)
    org_id = _rows(superuser, videos)
    _pack(videos)
    _copy(superuser, home / "peer.duckdb")
    _tidy(superuser)
    return org_id


def _pack_forgotten(superuser: str, videos: int) -> None:
    """Pack days that a migration has forgotten."""
    from scraping.models import PostDays

    if not PostDays.objects.exists():
        _pack(videos)
        _tidy(superuser)


def _tidy(superuser: str) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


def _snapshots(superuser: str, videos: int, each: int) -> None:
    fixed = {"first": FIRST_POST, "now": int(NOW.timestamp()), "days": DAYS, "each": each}
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("TRUNCATE scraping_postsnapshot, scraping_postspan, scraping_postdays")
        for low in range(0, videos, 10_000):
            connection.execute(_SNAPSHOTS, fixed | {"low": low, "high": min(low + 10_000, videos) - 1})


def _rows(superuser: str, videos: int) -> UUID:
    from orgs.models import Organization, User
    from orgs.scope import organization_scope
    from orgs.services import organization_create
    from projects.services import project_create
    from videos.models import Video

    user = User.objects.create_user("bench@bench.example", "only for benches")
    org = organization_create(owner=user, name="Bench")
    with psycopg.connect(superuser) as connection:
        found = connection.execute(
            "SELECT post_id, min(captured_at), (array_agg(view_count ORDER BY captured_at DESC))[1]"
            " FROM scraping_postsnapshot GROUP BY 1 ORDER BY 1"
        ).fetchall()
    with organization_scope(org.id):
        Organization.objects.update(timezone=ZONE)
        project = project_create(name="Bench")
        creators = _creators(project)
        for start in range(0, len(found), 5_000):
            Video.objects.bulk_create(
                Video(
                    org_id=org.id,
                    project=project,
                    creator=creators[(post_id - FIRST_POST) % CREATORS],
                    post_id=post_id,
                    account_id=creators[(post_id - FIRST_POST) % CREATORS].account_id,
                    title=f"Post {post_id}",
                    kind="video",
                    posted_at=first.replace(minute=0, second=0) - timedelta(hours=1),
                    tracking_status="auto_tracked",
                    tracked_since=SINCE,
                    view_count=views,
                )
                for post_id, first, views in found[start : start + 5_000]
            )
    return org.id


def _creators(project: Any) -> list[Any]:
    """The creators, and the accounts they are."""
    from creators.models import Creator
    from creators.starts import start_of_tracking
    from scraping.models import Account

    creators = Creator.objects.bulk_create(
        Creator(
            org_id=project.org_id,
            project=project,
            account_id=FIRST_POST - 1 - number,
            tiktok_handle=f"bench.{number}",
            tracking_start_date=SINCE.date(),
            tracking_starts_at=start_of_tracking(SINCE.date(), ZONE),
            tracked_since=SINCE,
            last_scraped_at=NOW,
        )
        for number in range(CREATORS)
    )
    Account.objects.bulk_create(
        Account(id=one.account_id, handle=one.tiktok_handle, first_seen_at=SINCE, seen_at=NOW) for one in creators
    )
    return list(creators)


def _pack(videos: int) -> None:
    from scraping.services.packed_days import keep_zone

    keep_zone(range(FIRST_POST, FIRST_POST + videos), ZONE)


def _copy(superuser: str, path: Path) -> None:
    """The native columnar copy that an analyst would work on, sorted by post and time."""
    path.unlink(missing_ok=True)
    exported = path.with_suffix(".csv")
    with psycopg.connect(superuser) as connection, duckdb.connect(str(path)) as peer:
        for table, query in (
            ("post(id BIGINT, posted_at TIMESTAMP)", "SELECT post_id, posted_at FROM videos_video ORDER BY 1"),
            (
                "snap(post_id BIGINT, captured_at TIMESTAMP, views BIGINT)",
                "SELECT post_id, captured_at, view_count FROM scraping_postsnapshot ORDER BY 1, 2",
            ),
        ):
            in_utc = query.replace("posted_at", "posted_at AT TIME ZONE 'UTC'", 1).replace(
                "captured_at", "captured_at AT TIME ZONE 'UTC'", 1
            )
            with (
                exported.open("wb") as file,
                connection.cursor().copy(f"COPY ({in_utc}) TO STDOUT (FORMAT csv)") as out,
            ):
                for block in out:
                    file.write(block)
            peer.execute(f"CREATE TABLE {table}")
            peer.execute(f"INSERT INTO {table.split('(')[0]} SELECT * FROM read_csv('{exported}', header=false)")
    exported.unlink()

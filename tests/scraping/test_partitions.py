"""The history lies in month partitions that the owner makes ahead."""

from datetime import UTC, date, datetime

import pytest
from django.db import ProgrammingError, connections, router
from django.utils import timezone

from scraping.models import PostSnapshot
from scraping.services.partitions import ensure_partitions, rows_in_default_partitions

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]


def partition_of(captured_at: datetime) -> str:
    PostSnapshot.objects.create(post_id=1, captured_at=captured_at, source="simulator", precision="exact")
    with connections[router.db_for_read(PostSnapshot)].cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM scraping_postsnapshot WHERE post_id = 1")
        return str(cursor.fetchone()[0])


def test_a_snapshot_of_this_month_lies_in_this_month_s_partition() -> None:
    now = timezone.now()
    assert partition_of(now) == f"scraping_postsnapshot_{now:%Y_%m}"
    assert rows_in_default_partitions() == {}


def test_a_snapshot_of_a_month_nobody_made_is_kept_and_reported() -> None:
    assert partition_of(datetime(2031, 5, 1, tzinfo=UTC)) == "scraping_postsnapshot_default"
    assert rows_in_default_partitions() == {"scraping_postsnapshot": 1}


def test_partitions_that_exist_are_left_alone() -> None:
    today = timezone.now().date()
    assert ensure_partitions(since=today, until=today) == []


def test_the_application_may_not_make_partitions() -> None:
    with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        ensure_partitions(since=date(2040, 1, 1), until=date(2040, 1, 1))

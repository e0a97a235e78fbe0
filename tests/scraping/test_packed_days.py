"""What is kept of posts' days: the same whether snapshots come one by one, together, in order or late."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scraping.midnights import midnights
from scraping.models import PostDays, PostSnapshot, PostSpan
from scraping.services.bulk import insert_missing
from scraping.services.packed_days import keep_zone, note_snapshots, rebuild

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
START = datetime(2026, 3, 20, tzinfo=UTC)
ZONES = ("UTC", "Asia/Kathmandu", "Europe/Berlin")
NAMES = ("post_id", "captured_at", "view_count", "like_count", "comment_count", "share_count", "save_count")
Row = tuple[Any, ...]


def store(rows: list[Row]) -> None:
    """Add snapshots the way ingest does."""
    columns: dict[str, list[Any]] = dict(zip(NAMES, map(list, zip(*rows, strict=True)), strict=True))
    insert_missing(PostSnapshot, columns | {"source": ["tests"] * len(rows), "precision": ["exact"] * len(rows)})
    note_snapshots([(row[0], int(row[1].timestamp()), *row[2:]) for row in rows])


def kept() -> tuple[list[Any], list[Any]]:
    """Everything that is kept, to compare; a month in which no value is meant may be there or not."""
    spans = [(i, bytes(ends), zones) for i, ends, zones in PostSpan.objects.order_by("post_id").values_list()]
    stored = PostDays.objects.order_by("post_id", "zone", "month").values_list("post_id", "zone", "month", "days")
    days = [(*key, bytes(values)) for *key, values in stored]
    return spans, days


def snapshots(chance: random.Random, posts: int) -> list[Row]:
    """Histories in order of time, some instants at midnights, some counts unknown, some going down."""
    rows = []
    for post_id in range(1, posts + 1):
        at = START + timedelta(hours=chance.randint(0, 200))
        for _ in range(chance.randint(1, 9)):
            counts = [None if chance.random() < 0.2 else chance.randint(0, 10**6) for _ in range(5)]
            rows.append((post_id, at, *counts))
            at += timedelta(seconds=chance.choice([1, 3_600, 25_000, 86_400, 200_000, 3_000_000]))
            if chance.random() < 0.3:
                at = at.replace(hour=0, minute=0, second=0) + timedelta(days=1)
    return sorted(rows, key=lambda row: (row[1], row[0]))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("is_late", [False, True], ids=["in order", "late"])
def test_what_is_kept_does_not_depend_on_how_snapshots_came(seed: int, is_late: bool) -> None:
    chance = random.Random(seed)
    rows = snapshots(chance, posts=12)
    start, later = rows[: len(rows) // 4], rows[len(rows) // 4 :]
    store(start)
    keep_zone([row[0] for row in rows if row[0] % 3], ZONES[0])
    keep_zone([row[0] for row in rows if row[0] % 2], ZONES[1 + seed % 2])
    if is_late:
        chance.shuffle(later)
    while later:
        number = chance.randint(1, 12)
        store(later[:number])
        later = later[number:]
    before = kept()
    rebuild(sorted({row[0] for row in rows}))
    assert before == kept()
    assert len(before[1]) > 12


def test_a_second_reading_in_the_same_second_changes_nothing() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    store([(1, START + timedelta(days=2), 50, 1, 1, 1, 1)])
    before = kept()
    store([(1, START + timedelta(days=2), 99, 9, 9, 9, 9)])
    assert kept() == before


def test_only_zones_that_were_asked_for_are_kept() -> None:
    store([(1, START, 5, 1, 1, 1, 1), (1, START + timedelta(days=2), 50, 1, 1, 1, 1)])
    assert not PostDays.objects.exists()
    keep_zone([1], "Asia/Kathmandu")
    assert set(PostDays.objects.values_list("zone", flat=True)) == {"Asia/Kathmandu"}
    assert PostSpan.objects.get().zones == ["Asia/Kathmandu"]


def test_midnights_are_those_of_the_zone() -> None:
    calendar = midnights("Asia/Kathmandu")
    instant = int(datetime(2026, 3, 19, 18, 15, tzinfo=UTC).timestamp())
    numbers, found = calendar.numbers(calendar.at[:1] * 0 + instant)
    assert found.tolist() == [True]
    assert (int(calendar.month[numbers[0]]), int(calendar.day[numbers[0]])) == (2026 * 12 + 2, 19)

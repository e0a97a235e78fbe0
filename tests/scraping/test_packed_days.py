"""What is kept of posts' days: the same whether snapshots come one by one, together, in order or late."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import numpy as np
import pytest
from django.db import connections, router, transaction

from scraping.day_reads import post_ends
from scraping.midnights import midnights
from scraping.models import PostDays, PostSnapshot, PostSpan, UnpackedPosts
from scraping.services.packed_days import keep_zone, rebuild
from scraping.services.packing import pack, store_snapshots

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
START = datetime(2026, 3, 20, tzinfo=UTC)
ZONES = ("UTC", "Asia/Kathmandu", "Europe/Berlin")
Row = tuple[Any, ...]


def add(rows: list[Row]) -> None:
    """Add snapshots the way ingest does."""
    store_snapshots([(row[0], int(row[1].timestamp()), *row[2:], "tests", "exact") for row in rows])


def store(rows: list[Row]) -> None:
    """Add snapshots and pack them."""
    add(rows)
    while pack():
        pass


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
        # Now and then several are packed together.
        (store if chance.random() < 0.7 else add)(later[:number])
        later = later[number:]
    store([])
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


def complete(*post_ids: int) -> list[bool]:
    found: list[bool] = post_ends(np.array(post_ids), ["view_count"], "UTC").is_complete.tolist()
    return found


def test_a_post_with_unpacked_snapshots_is_not_complete() -> None:
    store([(1, START, 5, 1, 1, 1, 1), (2, START, 5, 1, 1, 1, 1)])
    assert complete(1, 2, 3) == [True, True, False]
    add([(2, START + timedelta(days=2), 50, 1, 1, 1, 1), (3, START, 1, 1, 1, 1, 1)])
    assert complete(1, 2, 3) == [True, False, False]
    assert pack() == 2
    assert complete(1, 2, 3) == [True, True, True]
    assert pack() == 0


def test_packing_that_fails_leaves_posts_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    add([(1, START, 5, 1, 1, 1, 1)])
    with monkeypatch.context() as patched:
        patched.setattr("scraping.services.packing.note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pack()
    assert complete(1) == [False]
    assert UnpackedPosts.objects.get().post_ids == [1]
    assert pack() == 1
    assert complete(1) == [True]


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_snapshots_that_are_not_committed_yet_stay_for_the_next_packing() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    added, packed = Event(), Event()

    def ingest() -> None:
        with transaction.atomic(using=router.db_for_write(PostSnapshot)):
            add([(1, START + timedelta(days=1), 7, 1, 1, 1, 1)])
            added.set()
            assert packed.wait(20)
        connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(ingest)
        assert added.wait(20)
        # Somebody else's snapshot of the same post, later than the one that nobody sees yet.
        store([(1, START + timedelta(days=2), 9, 1, 1, 1, 1)])
        assert complete(1) == [True]
        packed.set()
        writing.result(20)
    assert complete(1) == [False]
    assert pack() == 1
    before = kept()
    rebuild([1])
    assert kept() == before
    assert complete(1) == [True]


def test_of_many_snapshots_those_that_exist_stay_as_they_were() -> None:
    store([(7, START, 5, 1, 1, 1, 1)])
    add([(post_id, START, 99, 9, 9, 9, 9) for post_id in range(1, 1_001)])
    stored = dict(PostSnapshot.objects.values_list("post_id", "view_count"))
    assert stored == dict.fromkeys(range(1, 1_001), 99) | {7: 5}
    while pack():
        pass
    before = kept()
    rebuild(range(1, 1_001))
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

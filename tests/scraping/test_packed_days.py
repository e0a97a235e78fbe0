"""What is kept of posts' days: the same whether snapshots come one by one, together, in order or late."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from time import sleep
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from django.db import connections, router, transaction

from scraping.day_reads import post_ends
from scraping.midnights import midnights
from scraping.models import EndedWeeks, PostDays, PostSnapshot, PostSpan
from scraping.packed_weeks import COUNT, UNPACKED, midnights_of
from scraping.services.observations import count_rows
from scraping.services.packed_days import keep_zone, rebuild
from scraping.services.packing import Snapshots, addition, pack, store_snapshots
from scraping.services.spans import Spans, read_spans

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
START = datetime(2026, 3, 20, tzinfo=UTC)
ZONES = ("UTC", "Asia/Kathmandu", "Europe/Berlin")
Row = tuple[Any, ...]
# Days in which a week of every post ends.
WEEK_AND_A_DAY = range(1, 9)


def add(rows: list[Row], **words: Any) -> None:
    """Add snapshots the way ingest does."""
    if rows:
        store_snapshots(addition(as_snapshots(rows), **words))


def as_snapshots(rows: list[Row]) -> Snapshots:
    """Snapshots of these posts, times and counts."""
    ids, times, *counts = zip(*rows, strict=True)
    texts = np.full(len(rows), "tests"), np.full(len(rows), "exact")
    seconds = np.array([int(at.timestamp()) for at in times])
    return Snapshots(np.array(ids), seconds, count_rows(list(zip(*counts, strict=True)), 5), *texts)


def store(rows: list[Row]) -> None:
    """Add snapshots and pack them."""
    add(rows)
    while pack():
        pass


def kept() -> tuple[list[Any], dict[tuple[int, str, int], list[int]]]:
    """Everything that is kept, to compare: ends and zones, and the counts at midnights, in a month or a newest week; a
    midnight of which none is packed may be there or not."""
    spans = [
        (i, bytes(ends), zones)
        for i, ends, zones in PostSpan.objects.order_by("post_id").values_list("post_id", "ends", "zones")
    ]
    days: dict[tuple[int, str, int], list[int]] = {}
    for post_id, zone, month, packed in PostDays.objects.values_list("post_id", "zone", "month", "days"):
        own = np.frombuffer(packed, COUNT).reshape(5, 31)
        for number in np.flatnonzero(midnights(zone).month == month).tolist():
            days[post_id, zone, number] = own[:, midnights(zone).day[number]].tolist()
    for key, counts in newest().items():
        before = days.get(key, [UNPACKED] * 5)
        days[key] = [old if new == UNPACKED else new for old, new in zip(before, counts, strict=True)]
    return spans, {key: counts for key, counts in days.items() if counts != [UNPACKED] * 5}


def newest() -> dict[tuple[int, str, int], list[int]]:
    """The counts in newest weeks."""
    spans = read_spans(np.array(sorted(PostSpan.objects.values_list("post_id", flat=True)), np.int64))
    weeks, found = spans.weeks, {}
    for row, place in enumerate(spans.zone_set.tolist()):
        for zone, week in zip(spans.zone_sets[place], weeks[row], strict=False):
            numbers = midnights_of(spans.ids[row : row + 1], np.array([int(week["number"])]))[0]
            counts = week["counts"].T.tolist()
            found |= {
                (int(spans.ids[row]), zone, number): own
                for number, own in zip(numbers.tolist(), counts, strict=True)
                if week["number"]
            }
    return found


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


def assert_nothing_is_missing() -> None:
    """Everything that is kept is what it would be if it were made anew."""
    before = kept()
    rebuild(list(PostSpan.objects.values_list("post_id", flat=True)))
    assert kept() == before


def test_only_posts_that_got_past_a_midnight_of_a_kept_zone_get_a_day() -> None:
    store([(post_id, START + timedelta(hours=1), 5, 1, 1, 1, 1) for post_id in (1, 2, 3)])
    keep_zone([1], "UTC")
    keep_zone([2], "Asia/Kathmandu")

    def posts() -> list[int]:
        return [post_id for (post_id, _, _), counts in newest().items() if counts != [UNPACKED] * 5]

    # Kathmandu's day ends at 18:15.
    add([(post_id, START + timedelta(hours=20), 9, 1, 1, 1, 1) for post_id in (1, 2, 3)])
    assert posts() == [2]
    add([(post_id, START + timedelta(hours=24), 11, 1, 1, 1, 1) for post_id in (1, 2, 3)])
    assert posts() == [1, 2]
    assert_nothing_is_missing()


def test_a_month_is_written_once_a_week() -> None:
    store([(1, START, 0, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    packed = []
    for day in range(1, 30):
        add([(1, START + timedelta(days=day), day, 1, 1, 1, 1)])
        packed.append(pack())
    assert sorted(packed) == [0] * 25 + [1] * 4
    assert not EndedWeeks.objects.exists()
    assert_nothing_is_missing()


def test_posts_end_their_weeks_on_different_days() -> None:
    ids = range(7_100_000_000_000_000_000, 7_100_000_000_000_000_700)
    store([(post_id, START, 0, 1, 1, 1, 1) for post_id in ids])
    keep_zone(ids, "UTC")
    packed = []
    for day in range(1, 15):
        add([(post_id, START + timedelta(days=day), day, 1, 1, 1, 1) for post_id in ids])
        packed.append(pack())
    assert sum(packed[7:]) == len(ids)
    assert min(packed[7:]) > 80
    assert max(packed[7:]) < 120


def test_a_count_that_does_not_fit_is_left_to_who_reads() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    store([(1, START + timedelta(days=1), 2**32 - 1, 7, 1, 1, 1), (1, START + timedelta(days=2), 2**33, 9, 1, 1, 1)])
    first = midnights("UTC").numbers(np.array([int(START.timestamp()) + 86_400]))[0][0]
    days = kept()[1]
    assert days[1, "UTC", first] == [UNPACKED, 7, 1, 1, 1]
    assert_nothing_is_missing()


def test_ends_are_known_before_anything_is_packed() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    add([(1, START + timedelta(days=2), 50, None, 1, 1, 1)])
    ends = post_ends(np.array([1, 2]), ["view_count", "like_count"], "UTC")
    first, last = int(START.timestamp()), int((START + timedelta(days=2)).timestamp())
    assert ends.is_known.tolist() == [True, False]
    assert ends.last_at[0].tolist() == [last, first]
    assert ends.last_value[0].tolist() == [50, 1]


def test_packing_that_fails_leaves_weeks_to_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    add([(1, START + timedelta(days=day), 5, 1, 1, 1, 1) for day in WEEK_AND_A_DAY])
    with monkeypatch.context() as patched:
        patched.setattr("scraping.services.weeks.store_counts", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pack()
    assert EndedWeeks.objects.count() == 1
    assert pack() == 1
    assert_nothing_is_missing()


def test_a_late_snapshot_counts_in_weeks_that_wait_for_packing() -> None:
    store([(1, START, 0, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    add([(1, START + timedelta(days=day), 10 * day, 1, 1, 1, 1) for day in WEEK_AND_A_DAY])
    assert EndedWeeks.objects.exists()
    add([(1, START + timedelta(hours=36), 1_000, 1, 1, 1, 1)])
    store([])
    assert kept()[1]
    assert_nothing_is_missing()


def in_transaction(rows: list[Row], done: Event, go_on: Event) -> None:
    """Add snapshots in a transaction of its own that stays open."""
    with transaction.atomic(using=router.db_for_write(PostSnapshot)):
        add(rows)
        done.set()
        assert go_on.wait(20)
    connections.close_all()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_snapshots_that_are_not_committed_yet_stay_for_the_next_packing() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    added, packed = Event(), Event()
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(in_transaction, [(1, START + timedelta(days=8), 7, 1, 1, 1, 1)], added, packed)
        assert added.wait(20)
        assert pack() == 0
        packed.set()
        writing.result(20)
    assert pack() == 1
    assert_nothing_is_missing()


def wait_until_somebody_waits(number: int = 1) -> None:
    """Until so many statements wait for somebody's lock."""
    for _ in range(400):
        with connections[router.db_for_write(PostSnapshot)].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
        sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize("days", [(1, 2), (2, 1)], ids=["in order", "late"])
def test_two_who_add_snapshots_of_one_post_at_once_lose_nothing(days: tuple[int, int]) -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    rows = [[(1, START + timedelta(days=number), 7 * number, 1, 1, 1, 1)] for number in days]
    first_added, second_added, go_on = Event(), Event(), Event()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(in_transaction, rows[0], first_added, go_on)
        assert first_added.wait(20)
        second = pool.submit(in_transaction, rows[1], second_added, go_on)
        wait_until_somebody_waits()
        go_on.set()
        first.result(20)
        second.result(20)
    store([])
    assert PostSnapshot.objects.count() == 3
    assert_nothing_is_missing()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_zone_that_is_asked_for_while_a_snapshot_is_added_lacks_no_day() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    added, go_on = Event(), Event()
    with ThreadPoolExecutor(2) as pool:
        adding = pool.submit(in_transaction, [(1, START + timedelta(days=3), 7, 1, 1, 1, 1)], added, go_on)
        assert added.wait(20)

        def keep() -> None:
            keep_zone([1], "UTC")
            connections.close_all()

        keeping = pool.submit(keep)
        wait_until_somebody_waits()
        go_on.set()
        adding.result(20)
        keeping.result(20)
    store([])
    assert_nothing_is_missing()
    assert PostSpan.objects.get().zones == ["UTC"]
    assert PostDays.objects.exists()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_a_late_snapshot_and_a_zone_that_is_asked_for_wait_for_each_other_in_one_direction() -> None:
    store([(post_id, START, 5, 1, 1, 1, 1) for post_id in (1, 2, 3)])

    def keep() -> None:
        keep_zone([2, 3], "UTC")
        connections.close_all()

    def add_late() -> None:
        add([(1, START - timedelta(days=3), 4, 1, 1, 1, 1), (3, START + timedelta(days=3), 7, 1, 1, 1, 1)])
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(using=router.db_for_write(PostSnapshot)):
            PostSpan.objects.select_for_update().get(post_id=2)
            keeping = pool.submit(keep)
            wait_until_somebody_waits()
            adding = pool.submit(add_late)
            wait_until_somebody_waits(number=2)
        keeping.result(20)
        adding.result(20)
    store([])
    assert_nothing_is_missing()


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_one_who_packs_leaves_it_to_the_one_who_packs_already() -> None:
    store([(1, START, 5, 1, 1, 1, 1)])
    keep_zone([1], "UTC")
    add([(1, START + timedelta(days=day), 5, 1, 1, 1, 1) for day in WEEK_AND_A_DAY])

    def pack_elsewhere() -> int:
        packed = pack()
        connections.close_all()
        return packed

    with ThreadPoolExecutor(1) as pool, transaction.atomic(using=router.db_for_write(PostSnapshot)):
        assert pack() == 1
        assert pool.submit(pack_elsewhere).result(20) == 0


@pytest.mark.django_db(databases="__all__", transaction=True)
@pytest.mark.parametrize("number", [2, 1_000])
def test_snapshots_put_together_before_a_zone_was_asked_for_lack_no_day(number: int) -> None:
    ids = range(1, number + 1)
    store([(post_id, START, 5, 1, 1, 1, 1) for post_id in ids])
    keep_zone(ids, "UTC")
    together = addition(as_snapshots([(post_id, START + timedelta(days=3), 9, 1, 1, 1, 1) for post_id in ids]))
    keep_zone([2], "Asia/Kathmandu")
    store_snapshots(together)
    store([])
    assert PostSnapshot.objects.count() == 2 * number
    assert dict(PostSpan.objects.values_list("post_id", "zones"))[2] == ["Asia/Kathmandu", "UTC"]
    assert_nothing_is_missing()


@pytest.mark.parametrize("number", [3, 1_000])
def test_posts_that_are_new_begin_without_a_look_at_their_history(number: int) -> None:
    ids = np.arange(1, number + 1)
    rows = [(int(post_id), START + timedelta(seconds=k), 5 + k, None, 1, 1, 1) for post_id in ids for k in (0, 1)]
    add(rows, new_posts=ids)
    assert PostSpan.objects.count() == number
    assert_nothing_is_missing()


@pytest.mark.parametrize("number", [3, 1_000])
def test_a_post_that_only_seemed_new_keeps_its_history(number: int) -> None:
    store([(2, START - timedelta(days=3), 5, 1, 1, 1, 1)])
    ids = np.arange(1, number + 1)
    with patch("scraping.services.packing.read_spans", lambda ids, **_: Spans.none(ids)):
        add([(int(post_id), START, 6, 1, 1, 1, 1) for post_id in ids], new_posts=ids)
    first = post_ends(ids, ["view_count"], "UTC").first_value[:, 0].tolist()
    assert first == [6, 5, *[6] * (number - 2)]
    assert_nothing_is_missing()


def test_of_many_snapshots_those_that_exist_stay_as_they_were() -> None:
    store([(7, START, 5, 1, 1, 1, 1)])
    add([(post_id, START, 99, 9, 9, 9, 9) for post_id in range(1, 1_001)])
    stored = dict(PostSnapshot.objects.values_list("post_id", "view_count"))
    assert stored == dict.fromkeys(range(1, 1_001), 99) | {7: 5}
    store([])
    before = kept()
    rebuild(range(1, 1_001))
    assert kept() == before


def test_only_zones_that_were_asked_for_are_kept() -> None:
    store([(1, START, 5, 1, 1, 1, 1), (1, START + timedelta(days=2), 50, 1, 1, 1, 1)])
    assert not PostDays.objects.exists()
    keep_zone([1], "Asia/Kathmandu")
    assert set(PostDays.objects.values_list("zone", flat=True)) == {"Asia/Kathmandu"}
    assert PostSpan.objects.get().zones == ["Asia/Kathmandu"]

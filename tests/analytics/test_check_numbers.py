"""`manage.py check_numbers`: what is kept for speed says what the snapshots say, or the post is named."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from scraping.models import EndedWeeks, PostDays, PostSnapshot, PostSpan
from scraping.packed_weeks import COUNT
from scraping.services.bulk import unpacked
from scraping.services.packed_days import keep_zone
from scraping.services.packing import Snapshots, addition, pack, store_snapshots
from tests.analytics.conftest import write_post_snapshots

pytestmark = [pytest.mark.canonical, pytest.mark.django_db(databases="__all__")]
START = datetime(2026, 3, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = ("Asia/Kathmandu", "Europe/Berlin")
COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")


@pytest.fixture(autouse=True)
def posts() -> None:
    """Three posts over a change of the clocks, some counts unknown, kept in two zones."""
    for post_id in (11, 12, 13):
        counts = {
            START + number * DAY: {
                name: post_id * number if (number + at) % 4 else None for at, name in enumerate(COUNTERS)
            }
            for number in range(0, 21, 2)
        }
        write_post_snapshots(post_id, counts)
    for zone in ZONES:
        keep_zone([11, 12, 13], zone)


def check() -> tuple[int, str, str]:
    """The command's exit code, what it says, and what it complains of."""
    said, complained = StringIO(), StringIO()
    try:
        call_command("check_numbers", stdout=said, stderr=complained)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue(), complained.getvalue()
    return 0, said.getvalue(), complained.getvalue()


def test_consistent_numbers_are_ok() -> None:
    code, said, complained = check()
    assert (code, complained) == (0, "")
    assert "values of 3 posts compared" in said
    assert "0 posts differ" in said
    # Each zone has a value per post, counter and midnight that the histories span.
    assert int(said.split()[0].replace(",", "")) > 2 * 3 * 5 * 20


@pytest.mark.parametrize("zone", ZONES)
def test_a_tampered_day_is_named(zone: str) -> None:
    days = PostDays.objects.get(post_id=12, zone=zone, month=2026 * 12 + 2)
    counts = np.frombuffer(days.days, COUNT).copy()
    counts[24] += 1
    PostDays.objects.filter(pk=days.pk).update(days=counts.tobytes())
    code, said, complained = check()
    assert code == 1
    assert "1 posts differ" in said
    assert complained.splitlines() == [f"12 in {zone}: kept values differ from the snapshots"]


def test_a_tampered_end_is_named_in_every_zone() -> None:
    span = PostSpan.objects.get(post_id=13)
    ends = unpacked(span.ends).copy()
    ends[3] += 1
    PostSpan.objects.filter(pk=span.pk).update(ends=ends.astype(">i8").tobytes())
    code, _, complained = check()
    assert code == 1
    assert [line.split(":")[0] for line in complained.splitlines()] == [f"13 in {zone}" for zone in ZONES]


def test_a_snapshot_that_was_not_taken_in_is_noticed() -> None:
    write_post_snapshots(11, {START + 30 * DAY: dict.fromkeys(COUNTERS, 5_000)})
    assert PostSnapshot.objects.filter(post_id=11).count() == 12
    code, _, complained = check()
    assert code == 1
    assert {line.split()[0] for line in complained.splitlines()} == {"11"}


def test_midnights_that_are_not_packed_yet_are_computed_from_snapshots() -> None:
    seconds = int((START + 30 * DAY).timestamp())
    texts = np.array(["tests"]), np.array(["exact"])
    store_snapshots(addition(Snapshots(np.array([11]), np.array([seconds]), np.full((1, 5), 5_000), *texts)))
    assert EndedWeeks.objects.exists()
    code, said, complained = check()
    assert (code, complained) == (0, "")
    assert "0 posts differ" in said
    while pack():
        pass
    assert check()[0] == 0


def test_nothing_kept_of_what_was_read_is_no_success() -> None:
    PostSpan.objects.all().delete()
    code, said, complained = check()
    assert (code, said.split()[0]) == (1, "0")
    assert "nothing is kept" in complained
    PostSnapshot.objects.all().delete()
    assert check()[0] == 0

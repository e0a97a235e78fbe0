"""Calendar days of a time zone: their edges in real time, through every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.buckets import Days
from orgs.timezones import local_date, timezone_names

HOUR = timedelta(hours=1)


def lengths(days: Days) -> list[float]:
    """How many hours each day has."""
    return [(end - start) / HOUR for start, end in pairwise(days.edges())]


@pytest.mark.parametrize(
    ("zone", "first", "last", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 28), date(2026, 3, 30), [24, 23, 24]),
        ("Europe/Berlin", date(2026, 10, 24), date(2026, 10, 26), [24, 25, 24]),
        ("America/New_York", date(2026, 3, 8), date(2026, 3, 8), [23]),
        ("America/New_York", date(2026, 11, 1), date(2026, 11, 1), [25]),
        # Changes by half an hour only.
        ("Australia/Lord_Howe", date(2026, 4, 5), date(2026, 4, 5), [24.5]),
        ("Australia/Lord_Howe", date(2026, 10, 4), date(2026, 10, 4), [23.5]),
        # The clocks skip midnight itself.
        ("Africa/Cairo", date(2026, 4, 23), date(2026, 4, 25), [24, 23, 24]),
        # The hour before midnight comes twice.
        ("America/Santiago", date(2026, 4, 3), date(2026, 4, 5), [24, 25, 24]),
        ("Asia/Kathmandu", date(2026, 3, 28), date(2026, 3, 30), [24, 24, 24]),
        ("UTC", date(2026, 3, 28), date(2026, 3, 30), [24, 24, 24]),
    ],
)
def test_a_day_is_as_long_as_its_clocks_say(zone: str, first: date, last: date, hours: list[float]) -> None:
    assert lengths(Days(first, last, zone)) == hours


@pytest.mark.parametrize(
    ("zone", "edge"),
    [
        ("Asia/Kathmandu", datetime(2026, 11, 23, 18, 15, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2026, 11, 23, 18, 30, tzinfo=UTC)),
        ("Pacific/Chatham", datetime(2026, 11, 23, 10, 15, tzinfo=UTC)),
        ("America/St_Johns", datetime(2026, 11, 24, 3, 30, tzinfo=UTC)),
        ("Pacific/Kiritimati", datetime(2026, 11, 23, 10, 0, tzinfo=UTC)),
        ("Pacific/Pago_Pago", datetime(2026, 11, 24, 11, 0, tzinfo=UTC)),
    ],
)
def test_a_day_starts_at_local_midnight_in_utc(zone: str, edge: datetime) -> None:
    day = date(2026, 11, 24)
    assert Days(day, day, zone).edges() == [edge, edge + 24 * HOUR]


def test_a_year_holds_both_changes_and_loses_no_hour() -> None:
    year = Days(date(2026, 1, 1), date(2026, 12, 31), "Europe/Berlin")
    assert len(year.dates()) == 365
    assert sorted(set(lengths(year))) == [23, 24, 25]
    assert sum(lengths(year)) == 365 * 24


def test_the_last_days_end_with_today_in_the_zone() -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert Days.last_days(1, now=now, timezone="Pacific/Kiritimati").dates() == [date(2026, 11, 25)]
    last = Days.last_days(3, now=now, timezone="Pacific/Pago_Pago")
    assert last.dates() == [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)]


def test_the_last_days_cross_a_year_and_a_leap_day() -> None:
    now = datetime(2028, 3, 1, 0, 0, tzinfo=UTC)
    assert Days.last_days(2, now=now, timezone="UTC").dates() == [date(2028, 2, 29), date(2028, 3, 1)]
    assert len(Days.last_days(400, now=now, timezone="UTC").dates()) == 400


ZONES = st.sampled_from(timezone_names())
MOMENTS = st.datetimes(datetime(2016, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))


@settings(max_examples=300, deadline=None)
@given(zone=ZONES, instant=MOMENTS, before=st.integers(0, 40), after=st.integers(0, 40))
def test_every_instant_of_a_range_lies_in_exactly_the_day_whose_date_it_has(
    zone: str, instant: datetime, before: int, after: int
) -> None:
    today = local_date(instant, zone)
    days = Days(today - timedelta(days=before), today + timedelta(days=after), zone)
    edges = days.edges()
    assert len(edges) == len(days.dates()) + 1
    assert edges == sorted(set(edges))
    assert days.index_of(instant) == before
    assert edges[before] <= instant < edges[before + 1]


@settings(max_examples=200, deadline=None)
@given(zone=ZONES, day=st.dates(date(2016, 1, 1), date(2036, 1, 1)), number=st.integers(1, 40))
def test_a_range_begins_with_its_first_edge_and_ends_before_its_last(zone: str, day: date, number: int) -> None:
    days = Days(day, day + timedelta(days=number - 1), zone)
    start, *_, end = days.edges()
    tick = timedelta(microseconds=1)
    assert [days.index_of(at) for at in (start - tick, start, end - tick, end)] == [None, 0, number - 1, None]

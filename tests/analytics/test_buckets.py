"""Calendar days of a time zone: their edges in real time, through every change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.buckets import Bucket, Granularity, Span, midnight
from orgs.timezones import local_date, timezone_names

HOUR = timedelta(hours=1)


NOW = int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())


def edges(span: Span) -> list[datetime]:
    """The starts of all buckets and the end of the last."""
    buckets = span.buckets(NOW)
    assert [bucket.end for bucket in buckets[:-1]] == [bucket.start for bucket in buckets[1:]]
    return [datetime.fromtimestamp(at, UTC) for at in [*(b.start for b in buckets), buckets[-1].end]]


def lengths(span: Span) -> list[float]:
    """How many hours each bucket has."""
    return [(end - start) / HOUR for start, end in pairwise(edges(span))]


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
    assert lengths(Span(first, last, zone)) == hours


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
    assert edges(Span(day, day, zone)) == [edge, edge + 24 * HOUR]


def test_a_year_holds_both_changes_and_loses_no_hour() -> None:
    year = Span(date(2026, 1, 1), date(2026, 12, 31), "Europe/Berlin")
    assert year.days == len(year.buckets(NOW)) == 365
    assert sorted(set(lengths(year))) == [23, 24, 25]
    assert sum(lengths(year)) == 365 * 24


ZONES = st.sampled_from(timezone_names())
MOMENTS = st.datetimes(datetime(2016, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))


@settings(max_examples=300, deadline=None)
@given(zone=ZONES, instant=MOMENTS, before=st.integers(0, 40), after=st.integers(0, 40))
def test_every_instant_of_a_range_lies_in_exactly_the_day_whose_date_it_has(
    zone: str, instant: datetime, before: int, after: int
) -> None:
    today = local_date(instant, zone)
    span = Span(today - timedelta(days=before), today + timedelta(days=after), zone)
    found = edges(span)
    assert len(found) == span.days + 1
    assert found == sorted(set(found))
    assert found[before] <= instant < found[before + 1]
    assert span.buckets(NOW)[before].label == today.isoformat()


GRANULARITIES = st.sampled_from(Granularity)
WEEK_STARTS = st.sampled_from(["monday", "sunday", "saturday"])


@settings(max_examples=300, deadline=None)
@given(
    zone=ZONES,
    day=st.dates(date(2016, 1, 1), date(2036, 1, 1)),
    number=st.integers(1, 70),
    granularity=GRANULARITIES,
    week_start=WEEK_STARTS,
)
def test_buckets_of_any_size_are_the_range_cut_without_gaps(
    zone: str, day: date, number: int, granularity: Granularity, week_start: str
) -> None:
    number = min(number, 7) if granularity is Granularity.HOUR else number
    span = Span(day, day + timedelta(days=number - 1), zone, granularity, week_start)
    buckets = span.buckets(NOW)
    assert (buckets[0].start, buckets[-1].end) == (span.start, span.end)
    assert edges(span) == sorted(set(edges(span)))
    assert buckets[-1].days_so_far == number
    assert len({bucket.label for bucket in buckets}) == len(buckets)
    if granularity is not Granularity.HOUR:
        assert sum(bucket.days or 0 for bucket in buckets) == number
        assert len(buckets) == span.count()
        assert all(bucket.partial == (not _is_calendar_bucket(span, bucket)) for bucket in buckets)
    before = span.bucket_before(NOW)
    assert before.end == (
        span.start if not buckets[0].partial else midnight(date.fromisoformat(buckets[0].label), zone)
    )
    assert not before.partial


def _is_calendar_bucket(span: Span, bucket: Bucket) -> bool:
    first = date.fromisoformat(bucket.label)
    if span.granularity is Granularity.DAY:
        following = first + timedelta(days=1)
    elif span.granularity is Granularity.WEEK:
        assert first.strftime("%A").lower() == span.week_start
        following = first + timedelta(days=7)
    else:
        assert first.day == 1
        following = (first + timedelta(days=31)).replace(day=1)
    return (bucket.start, bucket.end) == (midnight(first, span.timezone), midnight(following, span.timezone))


@pytest.mark.parametrize(
    ("first", "last", "prior"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), (date(2026, 10, 1), date(2026, 10, 31))),
        (date(2026, 1, 1), date(2026, 2, 28), (date(2025, 11, 1), date(2025, 12, 31))),
        (date(2028, 2, 1), date(2028, 2, 28), (date(2028, 1, 4), date(2028, 1, 31))),
        (date(2026, 11, 2), date(2026, 11, 24), (date(2026, 10, 10), date(2026, 11, 1))),
        (date(2026, 11, 24), date(2026, 11, 24), (date(2026, 11, 23), date(2026, 11, 23))),
    ],
)
def test_the_prior_period_has_as_many_days_or_whole_months(first: date, last: date, prior: tuple[date, date]) -> None:
    found = Span(first, last, "UTC").prior()
    assert (found.first, found.last) == prior


def test_hours_carry_their_offset_and_follow_the_clocks() -> None:
    day = date(2026, 10, 25)
    hours = Span(day, day, "Europe/Berlin", Granularity.HOUR).buckets(NOW)
    assert len(hours) == 25
    assert [hour.label for hour in hours[2:4]] == ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]


def test_a_change_of_the_clocks_within_an_hour_ends_it() -> None:
    day = date(2026, 4, 5)
    hours = Span(day, day, "Australia/Lord_Howe", Granularity.HOUR).buckets(NOW)
    assert [hour.label for hour in hours[1:4]] == [
        "2026-04-05T01:00:00+11:00",
        "2026-04-05T01:30:00+10:30",
        "2026-04-05T02:00:00+10:30",
    ]
    assert [hour.end - hour.start for hour in hours[1:4]] == [3600, 1800, 3600]


def test_a_running_bucket_is_partial_until_its_last_second_is_over() -> None:
    day = date(2026, 11, 24)
    end = midnight(day, "UTC") + 86_400
    assert [Span(day, day, "UTC").buckets(now)[0].partial for now in (end - 1, end)] == [True, False]

"""The one function that judges goals, held to the definition at every boundary: shares of time, thresholds, ends of
periods, changes of the clocks, months of every length, beginnings and endings within a period."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.evaluation import Asked, Compliance, ComplianceState, Measured, Status, evaluate, state_for, state_of
from goals.periods import Calendar, Period
from goals.terms import LEVELS, MEASURES

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Kiritimati")
ASKED = [(type, measure) for type, measures in MEASURES.items() for measure in measures]
HOUR, DAY = 3_600, 86_400
# Days on which clocks change, months begin and end, a leap day.
DAYS = [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2028, 2, 29), date(2026, 2, 28), date(2026, 4, 5)]

zones, kinds = st.sampled_from(ZONES), st.sampled_from(["daily", "weekly", "monthly"])
days = st.one_of(st.sampled_from(DAYS), st.dates(date(2026, 1, 1), date(2028, 12, 31)))
week_starts = st.sampled_from(["monday", "sunday", "saturday"])


def measured(number: int | None, listed: int | None = 0) -> Measured:
    """Everything measured is this number; a rate is this percentage."""
    whole = None if number is None else 100
    posts = 0 if number is None else number
    return Measured(posts, whole, number, number, number, number, last_listed=listed)


def judged(type: str, measure: str, target: int, actual: int | None, period: Period, now: int) -> Compliance:
    numbers = Measured(last_listed=None) if actual is None else measured(actual, now)
    if measure == "total" and actual is not None:
        numbers = Measured(views=actual, engagement=actual, last_listed=now)
    return evaluate(Asked(type, measure, Decimal(target)), numbers, period, now=now)


def instant(day: date, zone: str) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp())


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """A period of any kind in any zone, whole or cut on either side."""
    whole = Calendar(draw(zones), draw(week_starts)).period_of(draw(kinds), draw(days))
    length = (whole.last - whole.first).days
    first, left = draw(st.integers(0, length)), draw(st.integers(0, length))
    begin = whole.first + timedelta(days=first)
    cut = whole.cut(begin, max(begin, whole.last - timedelta(days=left)))
    assert cut is not None
    return cut


@given(periods())
@settings(max_examples=150, deadline=None)
def test_a_period_is_its_local_days_from_midnight_to_midnight(period: Period) -> None:
    assert period.start == instant(period.first, period.timezone)
    assert period.end == instant(period.last + timedelta(days=1), period.timezone)
    assert period.settled_at == period.end + 48 * HOUR


@given(zones, week_starts, kinds, days)
@settings(max_examples=150, deadline=None)
def test_periods_follow_each_other_without_gaps_and_hold_their_days(
    zone: str, week_start: str, kind: str, day: date
) -> None:
    calendar = Calendar(zone, week_start)
    period = calendar.period_of(kind, day)
    following = calendar.period_of(kind, period.last + timedelta(days=1))
    assert period.first <= day <= period.last
    assert (following.first, following.start) == (period.last + timedelta(days=1), period.end)
    length = (period.last - period.first).days + 1
    match kind:
        case "daily":
            assert length == 1
        case "weekly":
            assert (length, period.first.strftime("%A").lower()) == (7, week_start)
        case _:
            assert (period.first.day, following.first.day) == (1, 1)
            assert 28 <= length <= 31


@given(periods(), st.sampled_from(ASKED), st.integers(1, 100), st.integers(0, 300), st.data())
@settings(max_examples=200, deadline=None)
def test_any_running_period_is_judged_by_the_definition(
    period: Period, asked: tuple[str, str], target: int, actual: int, data: st.DataObject
) -> None:
    whole = period.end - period.start
    edges = [period.start, period.start + 1, period.start + whole // 2, period.end - 1]
    now = data.draw(st.one_of(st.sampled_from(edges), st.integers(period.start, period.end - 1)))
    found = judged(*asked, target, actual, period, now)
    share = Fraction(max(now - period.start, 1), whole)
    expected: Fraction | int = target if asked[1] in LEVELS else target * share
    if asked[1] == "count":
        expected = expected.__floor__()
    pace = Fraction(actual) / expected if expected else Fraction(1)
    assert (found.actual, found.expected, found.pace) == (actual, expected, pace)
    assert found.projected == (actual if asked[1] in LEVELS else actual / share)
    assert found.status == ("on_track" if pace >= 1 else "behind_pace" if pace * 10 >= 7 else "at_risk")
    assert found.advisory.period_in_progress
    assert len(found.advisory.messages) == 1


@given(periods(), st.sampled_from(ASKED), st.integers(1, 100), st.integers(0, 300), st.integers(0, 90 * DAY))
@settings(max_examples=200, deadline=None)
def test_from_the_midnight_after_its_last_day_only_completed_and_missed_are_left(
    period: Period, asked: tuple[str, str], target: int, actual: int, later: int
) -> None:
    now = period.end + later
    found = judged(*asked, target, actual, period, now)
    assert (found.expected, found.pace, found.projected) == (target, Fraction(actual, target), actual)
    assert found.status == ("completed" if actual >= target else "missed")
    assert found.advisory.period_recently_ended == (later < 48 * HOUR)
    assert found.advisory.has_advisory == (later < 48 * HOUR)


@given(periods(), st.sampled_from(ASKED), st.integers(1, 100), st.integers(-40 * DAY, 40 * DAY))
@settings(max_examples=150, deadline=None)
def test_without_a_measurement_or_before_the_start_there_is_no_data(
    period: Period, asked: tuple[str, str], target: int, offset: int
) -> None:
    found = judged(*asked, target, None, period, period.end + offset)
    early = judged(*asked, target, 50, period, period.start - 1 - abs(offset))
    for one in (found, early):
        assert (one.actual, one.pace, one.projected, one.status) == (None, None, None, Status.NO_DATA)
    assert early.advisory.not_yet_started
    assert found.advisory.not_yet_started == (period.end + offset < period.start)
    assert found.advisory.scrape_stale


@pytest.mark.parametrize(
    ("actual", "status"),
    [(100, "on_track"), (99, "behind_pace"), (70, "behind_pace"), (69, "at_risk"), (-1, "at_risk")],
)
def test_exactly_100_and_exactly_70_percent_belong_to_the_better_side(actual: int, status: str) -> None:
    period = Calendar("UTC").period_of("daily", date(2026, 11, 3))
    assert judged("views", "total", 200, actual, period, period.start + DAY // 2).status == status
    # A third of a month of 30 days: 1/3 cannot be written as a float, and yet its exact whole is on track.
    month = Calendar("UTC").period_of("monthly", date(2026, 11, 3))
    assert judged("views", "total", 3 * 100, actual, month, month.start + 10 * DAY).status == status


def test_a_day_of_changing_clocks_has_23_or_25_hours() -> None:
    calendar = Calendar("Europe/Berlin")
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        period = calendar.period_of("daily", day)
        assert period.end - period.start == hours * HOUR
        half = judged("views", "total", 2 * hours, hours, period, period.start + hours * HOUR // 2)
        assert (half.expected, half.pace) == (hours, 1)


def test_whole_posts_are_expected_only_when_they_are_due() -> None:
    period = Calendar("UTC").period_of("weekly", date(2026, 11, 3))
    second = period.start + 7 * DAY // 3
    assert judged("posts", "count", 3, 0, period, second - 1).status is Status.ON_TRACK
    assert judged("posts", "count", 3, 0, period, second).status is Status.AT_RISK
    assert judged("posts", "count", 3, 1, period, second).status is Status.ON_TRACK


def test_what_was_reached_early_is_on_track_and_a_level_can_fall_back() -> None:
    period = Calendar("UTC").period_of("weekly", date(2026, 11, 3))
    assert judged("posts", "count", 3, 3, period, period.start).status is Status.ON_TRACK
    assert judged("followers", "milestone", 100, 100, period, period.start).status is Status.ON_TRACK
    assert judged("followers", "milestone", 100, 99, period, period.end).status is Status.MISSED


@given(st.integers(0, 10 * DAY), st.integers(0, 4 * DAY))
@settings(max_examples=100, deadline=None)
def test_numbers_are_stale_after_twice_the_interval_or_48_hours(age: int, interval: int) -> None:
    period = Calendar("UTC").period_of("weekly", date(2026, 11, 3))
    numbers = Measured(posts=1, last_listed=period.start - age, interval=interval)
    found = evaluate(Asked("posts", "count", Decimal(1)), numbers, period, now=period.start)
    assert found.advisory.scrape_stale == (age > max(2 * interval, 48 * HOUR))


def test_a_rate_needs_views_and_is_exact() -> None:
    period = Calendar("UTC").period_of("weekly", date(2026, 11, 3))

    def rate(views: int | None, engagement: int | None) -> Compliance:
        return evaluate(
            Asked("engagement", "rate", Decimal("33.3")),
            Measured(views=views, engagement=engagement),
            period,
            now=period.end,
        )

    assert rate(3, 1).actual == Fraction(100, 3)
    assert rate(3, 1).status is Status.COMPLETED
    assert [rate(*pair).status for pair in ((0, 1), (-5, 1), (None, 1), (5, None))] == [Status.NO_DATA] * 4


@given(st.lists(st.sampled_from(list(Status)), max_size=4))
@settings(max_examples=50)
def test_one_goal_off_track_makes_a_creator_non_compliant(statuses: list[Status]) -> None:
    bad, good = {"behind_pace", "at_risk", "missed"}, {"on_track", "completed"}
    expected = (
        ComplianceState.NON_COMPLIANT
        if bad & set(statuses)
        else ComplianceState.COMPLIANT
        if good & set(statuses)
        else ComplianceState.NO_DATA
    )
    assert state_of(state_for(status) for status in statuses) is expected

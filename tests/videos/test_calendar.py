"""The content calendar: each post on its day, in every time zone, however long that day is."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orgs.scope import organization_scope
from videos import calendar
from videos.calendar import Asked, Mark, Month, marks_of, month_days
from videos.models import Video

pytestmark = pytest.mark.django_db

# Clocks that change at midnight, twice a year by half an hour, in the other half of the year; days of 23 and 25 hours.
ZONES = ["Europe/Berlin", "America/New_York", "America/Asuncion", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe"]
ZONES += ["America/Havana", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Kiritimati", "America/Scoresbysund", "UTC"]
MONTHS = st.builds(date, st.integers(2017, 2026), st.integers(1, 12), st.just(1)).map(Month)
MOMENTS = st.lists(st.integers(-40 * 86_400, 75 * 86_400), min_size=1, max_size=25)


@st.composite
def near_midnights(draw: st.DrawFn, month: Month, zone: str) -> list[datetime]:
    """Moments around a month, many of them a second from where a day begins."""
    anywhere = [datetime.combine(month.first, datetime.min.time(), UTC) + timedelta(seconds=s) for s in draw(MOMENTS)]
    days = draw(st.lists(st.integers(-8, 40), max_size=8))
    starts = [
        datetime.combine(month.first + timedelta(days=day), datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)
        for day in days
    ]
    return anywhere + [start + timedelta(seconds=second) for start in starts for second in (-1, 0, 1)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), month=MONTHS, zone=st.sampled_from(ZONES), week_start=st.sampled_from(sorted(calendar.FIRST_DAYS))
)
def test_every_post_stands_on_its_local_day(admin: Any, data: Any, month: Month, zone: str, week_start: str) -> None:
    moments = data.draw(near_midnights(month, zone))
    with organization_scope(admin.org.id):
        Video.objects.all().delete()
        Video.objects.bulk_create(
            Video(
                org=admin.org,
                project=admin.project,
                account_id=number % 3,
                post_id=number,
                kind="video",
                posted_at=moment,
                tracking_status="direct_add",
                tracked_since=moment,
            )
            for number, moment in enumerate(moments)
        )
        weeks = month_days(Video.objects.counting(), month, week_start=week_start, zone=zone, said={})
    shown = [day for week in weeks for day in week]

    expected = Counter(moment.astimezone(ZoneInfo(zone)).date() for moment in moments)
    assert {day.day: day.posts for day in shown} == {day.day: expected.get(day.day, 0) for day in shown}
    for day in shown:
        posting = {n % 3 for n, moment in enumerate(moments) if moment.astimezone(ZoneInfo(zone)).date() == day.day}
        assert day.accounts == len(posting)
        assert (day.level > 0) == (day.posts > 0)
    fullest = max(day.posts for day in shown if Month.of(day.day) == month)
    assert all(day.level == 4 for day in shown if day.posts == fullest > 0)


@given(month=MONTHS, week_start=st.sampled_from(sorted(calendar.FIRST_DAYS)))
def test_weeks_are_whole_and_hold_the_month(month: Month, week_start: str) -> None:
    weeks = month.weeks(week_start)
    days = [day for week in weeks for day in week]
    assert all(len(week) == 7 and week[0].weekday() == calendar.FIRST_DAYS[week_start] for week in weeks)
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert weeks[0][0] <= month.first <= weeks[0][6]
    assert weeks[-1][0] <= month.last <= weeks[-1][6]
    assert month.next.previous == month == month.previous.next


def test_what_apps_above_say_of_a_day_is_gathered(monkeypatch: pytest.MonkeyPatch, admin: Any) -> None:
    monkeypatch.setattr(calendar, "_markers", {})
    day = date(2026, 11, 21)
    calendar.marks("goals")(lambda asked: {day: [Mark("Goal reached", "good")]})
    calendar.marks("insights")(lambda asked: {day: [Mark("Over-posting", "warn")]} if asked.first <= day else {})

    asked = Asked(admin.project.id, day, day)

    assert [mark.words for mark in marks_of(asked)[day]] == ["Goal reached", "Over-posting"]

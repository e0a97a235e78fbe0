"""Progress and pace toward a target: of the whole time since the campaign was made, whatever range is looked at."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Campaign
from campaigns.pace import Status, Target, target_of
from tests.conftest import NOW


def target(progress: int | None, *, views: int = 1_000, days: int | None = 10, after: float = 5) -> Target:
    """The target of a campaign that was made `after` days ago and has `days` days."""
    made = NOW - timedelta(days=after)
    until = made + timedelta(days=days) if days is not None else None
    found = target_of(
        Campaign(name="x", target_views=views, target_at=until, created_at=made), progress=progress, now=NOW
    )
    assert found is not None
    return found


def test_a_campaign_without_target_views_has_none() -> None:
    assert target_of(Campaign(name="x", target_at=NOW, created_at=NOW), progress=5, now=NOW) is None


def test_pace_is_the_share_reached_over_the_share_of_time() -> None:
    half = target(600)
    assert (half.share, half.elapsed, half.expected, half.pace) == (Fraction(3, 5), Fraction(1, 2), 500, Fraction(6, 5))


def test_without_a_date_or_known_views_there_is_no_pace() -> None:
    assert (target(600, days=None).pace, target(600, days=None).status) == (None, Status.NO_DATE)
    assert (target(None).pace, target(None).status) == (None, Status.NO_DATA)


def test_after_the_date_the_whole_time_is_over() -> None:
    assert (target(600, after=30).elapsed, target(600, after=30).pace) == (Fraction(1), Fraction(3, 5))


@pytest.mark.parametrize(
    ("progress", "after", "status"),
    [
        (500, 5, Status.ON_TRACK),
        (499, 5, Status.BEHIND_PACE),
        (350, 5, Status.BEHIND_PACE),
        (349, 5, Status.AT_RISK),
        (1_000, 5, Status.REACHED),
        (1_000, 30, Status.REACHED),
        (999, 30, Status.MISSED),
        (0, 5, Status.AT_RISK),
    ],
)
def test_the_status_follows_exact_thresholds(progress: int, after: float, status: Any) -> None:
    assert target(progress, after=after).status is status


@given(
    progress=st.integers(0, 10**12),
    views=st.integers(1, 10**12),
    days=st.integers(-5, 400),
    after=st.floats(0, 800, allow_nan=False),
)
def test_pace_times_time_is_what_was_reached(progress: int, views: int, days: int, after: float) -> None:
    found = target(progress, views=views, days=days, after=after)
    assert found.elapsed is not None
    assert found.pace is not None
    assert 0 < found.elapsed <= 1
    assert found.pace * found.elapsed == Fraction(progress, views)

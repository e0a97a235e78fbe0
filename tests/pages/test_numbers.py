"""How counts and times are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from orgs.templatetags.numbers import big_count, change, count, shortened, unknown
from orgs.templatetags.times import near, on, short_date

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10.0K"),
        (12_345, "12.3K"),
        (99_999, "99.9K"),
        (999_999, "999.9K"),
        (1_000_000, "1.0M"),
        (18_449_999, "18.4M"),
        (1_000_000_000, "1.0B"),
        (-12_345, "-12.3K"),
    ],
)
def test_a_count_is_short_and_never_reads_as_more_than_it_is(value: int, words: str) -> None:
    assert shortened(value) == words


def test_where_there_is_room_every_digit_is_shown_below_a_million() -> None:
    assert ">482,911<" in big_count(482_911)
    assert ">1.2M<" in big_count(1_234_567)


def test_an_unknown_number_is_a_dash_with_its_reason_and_never_zero() -> None:
    assert "–" in count(None, reason="Not read yet")
    assert 'title="Not read yet"' in count(None, reason="Not read yet")
    assert "0" not in count(None)


def test_only_large_rounded_counts_are_marked_as_about() -> None:
    assert "≈" in count(12_300, "rounded")
    assert "≈" not in count(9_999, "rounded")
    assert "≈" not in count(12_300, "exact")


def test_a_reason_is_text() -> None:
    assert "<b>" not in unknown("<b>")


def test_a_change_has_a_sign_that_needs_no_color() -> None:
    assert "▲ 6,204" in change(6_204)
    assert "▼ 31" in change(-31)
    assert "± 0" in change(0)
    assert change(None) == ""


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=-10), "just now"),
        (timedelta(seconds=10), "in a moment"),
        (timedelta(minutes=-4), "4 min ago"),
        (timedelta(hours=-2), "2 h ago"),
        (timedelta(hours=2), "in 2 h"),
        (timedelta(days=-3), "3 d ago"),
        (timedelta(days=-40), "Oct 15"),
        (timedelta(days=-400), "Oct 20, 2025"),
    ],
)
def test_near_times_are_distances_and_far_ones_dates(distance: timedelta, words: str) -> None:
    assert near(NOW + distance, NOW) == words


def test_a_day_is_named_in_the_pages_time_zone() -> None:
    with timezone.override("Asia/Tokyo"):
        assert ">Nov 25<" in on(datetime(timezone.now().year, 11, 24, 23, 0, tzinfo=UTC))
    assert short_date(date(2026, 1, 2), date(2026, 5, 1)) == "Jan 2"

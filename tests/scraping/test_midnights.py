"""The midnights of a time zone."""

from datetime import UTC, datetime

from scraping.midnights import midnights


def test_midnights_are_those_of_the_zone() -> None:
    calendar = midnights("Asia/Kathmandu")
    instant = int(datetime(2026, 3, 19, 18, 15, tzinfo=UTC).timestamp())
    numbers, found = calendar.numbers(calendar.at[:1] * 0 + instant)
    assert found.tolist() == [True]
    assert (int(calendar.month[numbers[0]]), int(calendar.day[numbers[0]])) == (2026 * 12 + 2, 19)

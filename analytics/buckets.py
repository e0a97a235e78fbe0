"""Calendar buckets of a time zone: what a range of local days consists of, correct over every change of the clocks.

Instants are whole seconds since 1970 in UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

HOUR = 3_600
DAYS_OF_WEEK = {"monday": 0, "saturday": 5, "sunday": 6}


class Granularity(StrEnum):
    """How long a bucket is."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Half-open [start, end). `label` is the calendar bucket's local start, also where the range cuts it short.

    `days`: its local days inside the range, None for an hour. `range_start` and `days_so_far`: where the range begins
    and how many local days it has up to this bucket's last.
    """

    label: str
    start: int
    end: int
    partial: bool
    days: int | None
    range_start: int
    days_so_far: int


@dataclass(frozen=True, slots=True)
class Span:
    """Local days `first`..`last`, both inclusive, cut into calendar buckets."""

    first: date
    last: date
    timezone: str
    granularity: Granularity = Granularity.DAY
    week_start: str = "monday"

    @property
    def days(self) -> int:
        """How many local days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> int:
        return midnight(self.first, self.timezone)

    @property
    def end(self) -> int:
        return midnight(self.last + timedelta(days=1), self.timezone)

    def buckets(self, now: int) -> list[Bucket]:
        """The buckets, oldest first; cut to the range, and `partial` where cut or still running at `now`."""
        return list(_buckets(self, now))

    def whole(self, now: int) -> Bucket:
        """The whole range as one bucket, for totals."""
        return Bucket("", self.start, self.end, self.end > now, self.days, self.start, self.days)

    def bucket_before(self, now: int) -> Bucket:
        """The whole calendar bucket before the first one."""
        if self.granularity is Granularity.HOUR:
            yesterday = self.first - timedelta(days=1)
            return replace(self, first=yesterday, last=yesterday).buckets(now)[-1]
        following = self._floor(self.first)
        first = self._floor(following - timedelta(days=1))
        return replace(self, first=first, last=following - timedelta(days=1)).buckets(now)[0]

    def prior(self) -> "Span":
        """The same number of days directly before; of months, if this range is whole months."""
        last = self.first - timedelta(days=1)
        if self.first.day == 1 and (self.last + timedelta(days=1)).day == 1:
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            return replace(self, first=_shift_months(self.first, -months), last=last)
        return replace(self, first=self.first - timedelta(days=self.days), last=last)

    def count(self) -> int:
        """How many buckets it has, without making them; an hour counts as one of 24 a day."""
        if self.granularity is Granularity.MONTH:
            return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        if self.granularity is Granularity.WEEK:
            return (self._floor(self.last) - self._floor(self.first)).days // 7 + 1
        return self.days * (24 if self.granularity is Granularity.HOUR else 1)

    def starts(self) -> Iterator[date]:
        """The first days of the calendar buckets that hold the range, and of the one after."""
        day = self._floor(self.first)
        while day <= self.last:
            yield day
            day = self._next(day)
        yield day

    def _floor(self, day: date) -> date:
        if self.granularity is Granularity.MONTH:
            return day.replace(day=1)
        if self.granularity is Granularity.WEEK:
            return day - timedelta(days=(day.weekday() - DAYS_OF_WEEK[self.week_start]) % 7)
        return day

    def _next(self, day: date) -> date:
        if self.granularity is Granularity.MONTH:
            return _shift_months(day, 1)
        return day + timedelta(days=7 if self.granularity is Granularity.WEEK else 1)

    def bucket(self, first: date, following: date, now: int, instants: Mapping[date, int]) -> Bucket:
        """The bucket of the calendar days from `first` to before `following`; `instants`: midnights that are known."""
        last_day = following - timedelta(days=1)
        own_first, own_last = max(first, self.first), min(last_day, self.last)
        after = own_last + timedelta(days=1)
        end = instants[after] if after in instants else midnight(after, self.timezone)
        return Bucket(
            label=first.isoformat(),
            start=instants[own_first] if own_first in instants else midnight(own_first, self.timezone),
            end=end,
            partial=own_first > first or own_last < last_day or end > now,
            days=(own_last - own_first).days + 1,
            range_start=instants[self.first],
            days_so_far=(own_last - self.first).days + 1,
        )

    def hours(self, now: int) -> Iterator[Bucket]:
        """The hours of its days, one after the other."""
        zone, range_start = ZoneInfo(self.timezone), self.start
        for number in range(self.days):
            day = self.first + timedelta(days=number)
            start = midnight(day, self.timezone)
            day_end = midnight(day + timedelta(days=1), self.timezone)
            while start < day_end:
                end = min(_next_hour(start, zone), day_end)
                label = datetime.fromtimestamp(start, zone).isoformat()
                yield Bucket(label, start, end, end > now, None, range_start, number + 1)
                start = end


@lru_cache(maxsize=64)
def _buckets(span: Span, now: int) -> tuple[Bucket, ...]:
    """Made once for the many times that one answer looks at them."""
    if span.granularity is Granularity.HOUR:
        return tuple(span.hours(now))
    starts = list(span.starts())
    instants = {day: midnight(day, span.timezone) for day in {*starts, span.first}}
    return tuple(span.bucket(first, following, now, instants) for first, following in pairwise(starts))


def midnight(day: date, timezone: str) -> int:
    """The instant at which a local day begins."""
    return int(datetime.combine(day, time(), ZoneInfo(timezone)).timestamp())


def local_day(instant: int, timezone: str) -> date:
    """The local day that holds an instant."""
    return datetime.fromtimestamp(instant, ZoneInfo(timezone)).date()


def seconds(instant: datetime) -> int:
    """Whole seconds since 1970; a fraction is cut off."""
    return int(instant.timestamp() // 1)


def _next_hour(instant: int, zone: ZoneInfo) -> int:
    """The next full hour on the local clock; a change of the clocks in between ends the hour too."""
    offset = _offset(instant, zone)
    following = instant + HOUR - (instant + offset) % HOUR
    if _offset(following, zone) == offset:
        return following
    low, high = instant, following  # the clocks change in (low, high]
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == offset else (low, middle)
    return high


def _offset(instant: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(instant, UTC).astimezone(zone).utcoffset()
    return int((offset or timedelta()).total_seconds())


def _shift_months(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)

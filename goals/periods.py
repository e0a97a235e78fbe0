"""Calendar periods of goals: days, weeks and months of the organization's time zone, cut to what a goal covers.

Days are local and both ends inclusive; instants are whole seconds since 1970 in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from analytics.buckets import Granularity, Span, midnight
from goals.terms import PeriodKind

# Late posts may still settle for so many seconds after a period's end; then it is closed.
SETTLING = 48 * 3_600
_GRANULARITY = {
    PeriodKind.DAILY: Granularity.DAY,
    PeriodKind.WEEKLY: Granularity.WEEK,
    PeriodKind.MONTHLY: Granularity.MONTH,
}
ONE_DAY = timedelta(days=1)
# Cached without bound it would keep every day that anybody ever looked at.
_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first`..`last` of the calendar period that begins on `calendar_first`."""

    calendar_first: date
    first: date
    last: date
    timezone: str

    @property
    def start(self) -> int:
        """The local midnight with which it begins."""
        return _midnight(self.first, self.timezone)

    @property
    def end(self) -> int:
        """The local midnight after its last day."""
        return _midnight(self.last + ONE_DAY, self.timezone)

    @property
    def settled_at(self) -> int:
        """From when on it can be closed."""
        return self.end + SETTLING

    def cut(self, first: date, last: date | None) -> "Period | None":
        """What of it lies within these days (`last` None: open); None if nothing does."""
        begin = max(self.first, first)
        end = self.last if last is None else min(self.last, last)
        return replace(self, first=begin, last=end) if begin <= end else None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose days and weeks they are."""

    timezone: str
    week_start: str = "monday"

    def period_of(self, kind: str, day: date) -> Period:
        """The whole calendar period that holds a day."""
        return _period_of(self, PeriodKind(kind), day)

    def periods(self, kind: str, first: date, last: date) -> Iterator[Period]:
        """The whole calendar periods with a day from `first` to `last`, oldest first."""
        day = first
        while day <= last:
            period = self.period_of(kind, day)
            yield period
            day = period.last + ONE_DAY


def next_period_start(kind: str, *, today: date, week_start: str) -> date:
    """The first day of the next calendar period: what a form proposes, so that no first period is cut short."""
    return Calendar("UTC", week_start).period_of(kind, today).last + ONE_DAY


@lru_cache(maxsize=_KEPT)
def _period_of(calendar: Calendar, kind: PeriodKind, day: date) -> Period:
    span = Span(day, day, calendar.timezone, _GRANULARITY[kind], calendar.week_start)
    first, following = span.starts()
    return Period(first, first, following - ONE_DAY, calendar.timezone)


@lru_cache(maxsize=_KEPT)
def _midnight(day: date, timezone: str) -> int:
    return midnight(day, timezone)

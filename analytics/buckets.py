"""Calendar buckets of a time zone: the days a range of local dates consists of, correct over DST."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive local days, both ends inclusive. A day has 23, 24 or 25 hours."""

    first: date
    last: date
    timezone: str

    @classmethod
    def last_days(cls, number: int, *, now: datetime, timezone: str) -> "Days":
        """The last `number` days up to and including today."""
        today = now.astimezone(ZoneInfo(timezone)).date()
        return cls(today - timedelta(days=number - 1), today, timezone)

    def dates(self) -> list[date]:
        """The days themselves, oldest first."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    def edges(self) -> list[datetime]:
        """The starts of all days and the end of the last, in UTC: one more than there are days."""
        zone = ZoneInfo(self.timezone)
        days = [*self.dates(), self.last + timedelta(days=1)]
        return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]

    def index_of(self, instant: datetime) -> int | None:
        """Which of the days holds an instant; None outside."""
        number = (instant.astimezone(ZoneInfo(self.timezone)).date() - self.first).days
        return number if self.first <= self.first + timedelta(days=number) <= self.last else None

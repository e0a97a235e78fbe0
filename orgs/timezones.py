"""Time zones an organization may choose, and days in one of them."""

from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError


@cache
def timezone_names() -> tuple[str, ...]:
    """IANA names in alphabetical order, without legacy aliases that name no place."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone."""
    if name not in available_timezones():
        raise ValidationError("Choose a time zone from the list, such as Europe/Berlin.")


def local_date(instant: datetime, timezone: str) -> date:
    """The calendar day of an instant in an organization's time zone."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def midnight(day: date, timezone: str) -> datetime:
    """Where a calendar day begins in a time zone, in UTC: at 00:00; where that day has it twice, the first one, where
    it has none, the day's first moment."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)

"""Time zones an organization may choose, and today's date in one of them."""

from datetime import date, datetime
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

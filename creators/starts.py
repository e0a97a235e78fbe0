"""From when on a creator's posts are taken in: a day for people, the instant it begins for every question about posts.

The instant stands beside the day, so that lists and numbers compare two columns. It moves with the day and with the
organization's time zone.
"""

from datetime import date, datetime

from django.db.models import Case, Value, When
from django.utils import timezone

from creators.errors import InvalidStartDate
from creators.models import Creator
from orgs.models import Organization
from orgs.timezones import local_date, midnight

# There are no posts from before it.
FIRST_DAY_OF_TIKTOK = date(2016, 8, 24)


def start_of_tracking(start: date, zone: str) -> datetime:
    """The instant from which posts are taken in: where the start date begins in the organization's zone, in UTC."""
    return midnight(start, zone)


def require_possible_start(start: date, org: Organization, now: datetime) -> None:
    """Raise InvalidStartDate unless tracking may start on this day: not before TikTok began, not after today."""
    today = local_date(now, org.timezone)
    if start > today:
        raise InvalidStartDate(
            f"{_words(start)} is still to come. Choose today, {_words(today)}, or a day before it; nothing was changed."
        )
    if start < FIRST_DAY_OF_TIKTOK:
        raise InvalidStartDate(
            f"TikTok has no posts from before {_words(FIRST_DAY_OF_TIKTOK)}. Choose that day or a later one."
        )


def _words(day: date) -> str:
    return f"{day:%-d %b %Y}"


def follow_time_zone(org: Organization) -> int:
    """Let every creator's tracking start at 00:00 of its day in the organization's current zone, in the open scope;
    returns how many moved. Repeatable."""
    days = Creator.objects.order_by().values_list("tracking_start_date", flat=True).distinct()
    starts = {day: start_of_tracking(day, org.timezone) for day in days}
    if not starts:
        return 0
    right = Case(*(When(tracking_start_date=day, then=Value(at)) for day, at in starts.items()))
    moving = Creator.objects.exclude(tracking_starts_at=right).order_by("id").select_for_update(no_key=True)
    # Locked by id, as everybody locks them: an update alone takes them as they lie.
    rows = Creator.objects.filter(id__in=list(moving.values_list("id", flat=True)))
    return rows.update(tracking_starts_at=right, updated_at=timezone.now())

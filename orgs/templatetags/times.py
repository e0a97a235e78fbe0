"""How instants are written: near ones in words, far ones as a date; the exact one on hover, in the page's time zone."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orgs.templatetags.numbers import unknown

register = template.Library()

JUST = timedelta(seconds=45)


def _exact(local: datetime) -> str:
    return f"{_day(local.date())}, {local:%Y}, {local:%H:%M} {timezone.get_current_timezone_name()}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def near(instant: datetime, now: datetime) -> str:
    """The distance between two instants in words: "4 min ago", "in 2 h", "3 d ago"; beyond a week the date."""
    distance = abs(now - instant)
    if distance < JUST:
        return "just now" if instant <= now else "in a moment"
    if distance >= timedelta(days=7):
        return short_date(timezone.localtime(instant).date(), timezone.localtime(now).date())
    words = _span(distance)
    return f"{words} ago" if instant <= now else f"in {words}"


def _span(distance: timedelta) -> str:
    minutes = max(round(distance.total_seconds() / 60), 1)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 36 * 60:
        return f"{round(minutes / 60)} h"
    return f"{round(minutes / 1440)} d"


def short_date(day: date, today: date) -> str:
    """A day without its year unless the year is another one: Nov 21 · Nov 21, 2025."""
    return _day(day) if day.year == today.year else f"{_day(day)}, {day.year}"


def _element(instant: datetime, words: str) -> SafeString:
    local = timezone.localtime(instant)
    return format_html('<time datetime="{}" title="{}">{}</time>', instant.isoformat(), _exact(local), words)


@register.simple_tag
def ago(instant: datetime | None, reason: str = "Not yet") -> SafeString:
    """An instant by its distance from now."""
    return unknown(reason) if instant is None else _element(instant, near(instant, timezone.now()))


@register.simple_tag
def at(instant: datetime | None, reason: str = "Not known") -> SafeString:
    """An instant as day and time: Nov 21, 18:00."""
    if instant is None:
        return unknown(reason)
    local = timezone.localtime(instant)
    return _element(instant, f"{short_date(local.date(), timezone.localdate())}, {local:%H:%M}")


@register.simple_tag
def on(day: date | None, reason: str = "Not known") -> SafeString:
    """A calendar day: Nov 21."""
    if day is None:
        return unknown(reason)
    if isinstance(day, datetime):
        day = timezone.localtime(day).date()
    words = short_date(day, timezone.localdate())
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', day.isoformat(), f"{day:%A}, {_day(day)}, {day.year}", words
    )

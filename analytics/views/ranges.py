"""The range of days that a page of the section shows, read from its URL; what cannot be shown is said, not hidden."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.dateparse import parse_date

from analytics.buckets import Granularity, Span, local_day, seconds
from analytics.errors import BadParameter
from analytics.query import Query, earliest_allowed, span_of
from orgs.limits import limit
from orgs.models import Organization

# Choice in the URL → word on the page.
PRESETS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "Year"}
DEFAULT_PRESET = "30"


@dataclass(frozen=True)
class Range:
    """Days as they were asked for and as they are shown. `notes` say where the two differ, `error` what is wrong."""

    span: Span
    preset: str
    today: date
    earliest: date | None
    notes: list[str] = field(default_factory=list)
    error: str = ""

    @property
    def query(self) -> str:
        """The range in a URL, as it was asked for."""
        if self.preset:
            return urlencode({"days": self.preset})
        return urlencode({"from": self.span.first, "to": self.span.last})

    @property
    def is_single_day(self) -> bool:
        return self.span.first == self.span.last


def range_asked(query: QueryDict, org: Organization, *, now: datetime, granularity: str = "day") -> Range:
    """The range of `?days=30` or `?from=2026-01-01&to=2026-01-31`; the default range where that is no range.

    A range that begins before what the plan shows is shortened, with a note.
    """
    today = local_day(seconds(now), org.timezone)
    earliest = earliest_allowed(limit(org, "stats_history_retention_days"), org.timezone, now=now)
    preset = query.get("days", "")
    custom = "from" in query or "to" in query
    try:
        asked = _custom(query) if custom else _preset(preset, today)
        span, error = _span(asked, org, granularity, now), ""
    except BadParameter as wrong:
        span, error = _span(_preset(DEFAULT_PRESET, today), org, granularity, now, safe=True), str(wrong)
        custom, preset = False, DEFAULT_PRESET
    shown, notes = _retained(span, earliest)
    preset = "" if custom else preset if preset in PRESETS else DEFAULT_PRESET
    return Range(shown, preset, today, earliest, notes, error)


def _custom(query: QueryDict) -> tuple[date | None, date | None]:
    return _day(query, "from"), _day(query, "to")


def _day(query: QueryDict, name: str) -> date | None:
    text = query.get(name, "")
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise BadParameter(f"“{text[:40]}” is not a day. Write it as 2026-01-31.", name)
    return day


def _preset(preset: str, today: date) -> tuple[date | None, date | None]:
    number = int(preset) if preset in PRESETS else int(DEFAULT_PRESET)
    return date.fromordinal(today.toordinal() - number + 1), today


def _span(
    days: tuple[date | None, date | None], org: Organization, granularity: str, now: datetime, *, safe: bool = False
) -> Span:
    first, last = days
    if safe and granularity == Granularity.HOUR:
        granularity = Granularity.DAY
    query = Query(entity="project", entity_id=org.id, metric="views", granularity=granularity, from_=first, to=last)
    return span_of(query, org, now=now)


def _retained(span: Span, earliest: date | None) -> tuple[Span, list[str]]:
    if earliest is None or span.first >= earliest:
        return span, []
    note = f"Your plan shows numbers from {earliest:%b} {earliest.day}, {earliest.year} on: the range begins there."
    return replace(span, first=earliest, last=max(span.last, earliest)), [note]

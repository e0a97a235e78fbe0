"""Periods that are over: which there are, and keeping them as they ended once late posts have settled."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from analytics.buckets import local_day, seconds
from goals.evaluation import Compliance, Exact
from goals.files import GoalFile, open_files, with_absences
from goals.judging import Case, Listings, judge
from goals.models import ClosedPeriod, Goal
from goals.periods import SETTLING, Calendar, Period
from goals.terms import DECIMALS
from orgs.models import Organization

# Cases that are read together: bounded, for after a long standstill or a goal that starts in the past there are many.
AT_ONCE = 2_000
MOST_DAYS = 62
_PLACES = Decimal(10) ** -DECIMALS


def close_settled(org: Organization, *, now: datetime) -> int:
    """Keep every period of the organization's goals that is over and settled and not kept yet; returns how many.

    In the open scope. Repeatable: what is kept already stays as it is.
    """
    calendar = Calendar(org.timezone, org.week_start)
    goals = Goal.objects.listed().filter(project__deleted_at=None).with_versions().with_last_kept_day()
    files = with_absences(open_files(goals.order_by("id")))
    due = [case for file in files for case in _due(file, file.goal.last_kept_day, calendar, seconds(now))]
    listings = Listings(org, (case.goal.creator for case in due))
    return sum(_close(org, cases, listings, now) for cases in batches(due))


def ended_periods(file: GoalFile, after: date | None, calendar: Calendar, now: int) -> Iterator[Period]:
    """The goal's periods that are over and count, oldest first; of the days after its last kept one, if it has any."""
    begin = file.begin if after is None else max(file.begin, after + timedelta(days=1))
    for whole in calendar.periods(file.goal.period, begin, local_day(now, calendar.timezone)):
        period = file.cut(whole, after)
        if period is not None and period.end <= now and file.is_judged(period, now):
            yield period


def batches(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Cases in parts of AT_ONCE at most, each within MOST_DAYS, so that reading one stays small."""
    batch: list[Case] = []
    for case in sorted(cases, key=lambda case: (case.period.first, case.goal.id)):
        reaches_too_far = batch and (case.period.last - batch[0].period.first).days >= MOST_DAYS
        if reaches_too_far or len(batch) == AT_ONCE:
            yield batch
            batch = []
        batch.append(case)
    if batch:
        yield batch


def _due(file: GoalFile, after: date | None, calendar: Calendar, now: int) -> Iterator[Case]:
    for period in ended_periods(file, after, calendar, now):
        if period.end + SETTLING <= now:
            yield Case(file.goal, file.asked_in(period), period)


def _close(org: Organization, cases: Sequence[Case], listings: Listings, now: datetime) -> int:
    rows = [
        _row(org.id, case, compliance, now)
        for case, compliance in zip(cases, judge(cases, listings, now=now), strict=True)
    ]
    ClosedPeriod.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(rows)


def _row(org_id: UUID, case: Case, compliance: Compliance, now: datetime) -> ClosedPeriod:
    return ClosedPeriod(
        org_id=org_id,
        goal=case.goal,
        calendar_start=case.period.calendar_first,
        period_start=case.period.first,
        period_end=case.period.last,
        timezone=case.period.timezone,
        actual=stored(compliance.actual),
        target=case.asked.target,
        pace=stored(compliance.pace),
        status=compliance.status,
        closed_at=now,
    )


def stored(number: Exact | None) -> Decimal | None:
    """An exact number as it is kept: half-even to 6 places."""
    if number is None:
        return None
    rounded = round(Fraction(number), DECIMALS)
    return (Decimal(rounded.numerator) / Decimal(rounded.denominator)).quantize(_PLACES)

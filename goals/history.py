"""How goals did in the past: the last periods that are over, and how many in a row were completed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from analytics.buckets import seconds
from goals.closing import batches, ended_periods, stored, with_last_closed
from goals.evaluation import Compliance, Status
from goals.files import GoalFile, open_files
from goals.judging import Case, Listings, judge
from goals.models import ClosedPeriod, Goal
from goals.periods import Calendar
from orgs.models import Organization
from orgs.scope import current_org_id

SHOWN = 12


@dataclass(frozen=True, slots=True)
class PastPeriod:
    """A period that is over. `is_settled`: it is kept and does not change any more."""

    period_start: date
    period_end: date
    status: Status
    actual: Decimal | None
    target: Decimal
    is_settled: bool


@dataclass(frozen=True, slots=True)
class History:
    """The last periods that are over, oldest first. `streak`: kept ones completed in a row up to now; those without
    data are passed over."""

    periods: tuple[PastPeriod, ...]
    streak: int


def history_of(goals: Sequence[Goal], *, now: datetime, periods: int = SHOWN) -> dict[UUID, History]:
    """The history of each of these goals, in a constant number of queries, in the open scope."""
    org = Organization.objects.get(id=current_org_id())
    rows = _with_history([goal.id for goal in goals], periods)
    kept = ClosedPeriod.objects.in_bulk([one for goal in rows for one in goal.recent])
    unsettled = _unsettled(org, open_files(rows), now, periods)
    histories = {}
    for goal in rows:
        closed = [_past(kept[one]) for one in reversed(goal.recent)]
        histories[goal.id] = History(tuple([*closed, *unsettled[goal.id]][-periods:]), goal.streak)
    return histories


def _with_history(goal_ids: Sequence[UUID], periods: int) -> list[Goal]:
    """The goals with `last_closed`, the ids of their newest kept periods as `recent`, and `streak`."""
    own = ClosedPeriod.objects.filter(goal=OuterRef("pk")).order_by("-period_end")
    last_missed = own.filter(status=Status.MISSED).values("period_end")[:1]
    beginning = Coalesce(Subquery(last_missed), Value(date.min), output_field=DateField())
    in_a_row = (
        ClosedPeriod.objects.filter(goal=OuterRef("pk"), status=Status.COMPLETED, period_end__gt=OuterRef("broken_on"))
        .order_by()
        .values("goal")
        .annotate(number=Count("id"))
        .values("number")
    )
    goals = with_last_closed(Goal.objects.filter(id__in=list(goal_ids)).select_related("creator"))
    return list(
        goals.annotate(
            broken_on=beginning,
            recent=ArraySubquery(own.values("id")[:periods]),
            streak=Coalesce(Subquery(in_a_row), 0),
        )
    )


def _unsettled(
    org: Organization, files: Sequence[GoalFile], now: datetime, periods: int
) -> Mapping[UUID, list[PastPeriod]]:
    """The last periods of each goal that are over and not kept yet, as they stand now."""
    calendar, at = Calendar(org.timezone, org.week_start), seconds(now)
    cases = [
        Case(file.goal, file.asked_in(period), period)
        for file in files
        for period in list(ended_periods(file, calendar, at))[-periods:]
    ]
    listings = Listings(org, (file.goal.creator for file in files))
    found: dict[UUID, list[PastPeriod]] = {file.goal.id: [] for file in files}
    for batch in batches(cases):
        for case, compliance in zip(batch, judge(batch, listings, now=now), strict=True):
            found[case.goal.id].append(_as_it_stands(case, compliance))
    return found


def _past(kept: ClosedPeriod) -> PastPeriod:
    return PastPeriod(
        kept.period_start, kept.period_end, Status(kept.status), kept.actual, kept.target, is_settled=True
    )


def _as_it_stands(case: Case, compliance: Compliance) -> PastPeriod:
    days = case.period.first, case.period.last
    return PastPeriod(*days, compliance.status, stored(compliance.actual), case.asked.target, is_settled=False)

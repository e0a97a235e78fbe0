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
from goals.closing import batches, ended_periods, stored
from goals.evaluation import Compliance, Status
from goals.files import GoalFile, open_files, with_absences
from goals.judging import Case, Listings, judge
from goals.models import ClosedPeriod, Goal
from goals.periods import Calendar
from goals.queries import GoalQuerySet
from orgs.models import Organization
from orgs.scope import own_organization

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

    @property
    def last_day(self) -> date | None:
        """The last day of the newest period; None without any."""
        return self.periods[-1].period_end if self.periods else None


def history_of(goals: Sequence[Goal], *, now: datetime, periods: int = SHOWN) -> dict[UUID, History]:
    """The history of each of these goals, read `with_versions`, in a constant number of queries, in the open scope."""
    kept = _kept(Goal.objects.filter(id__in=[goal.id for goal in goals]), periods)
    unsettled = _unsettled(own_organization(), with_absences(open_files(goals)), kept, now, periods)
    return {
        goal_id: History(tuple([*own.periods, *unsettled.get(goal_id, ())][-periods:]), own.streak)
        for goal_id, own in kept.items()
    }


def _kept(goals: GoalQuerySet, periods: int) -> dict[UUID, History]:
    """The newest kept periods of each goal, and its streak."""
    own = ClosedPeriod.objects.filter(goal=OuterRef("pk")).order_by("-period_end")
    last_missed = own.filter(status=Status.MISSED).values("period_end")[:1]
    completed = (
        ClosedPeriod.objects.filter(goal=OuterRef("pk"), status=Status.COMPLETED, period_end__gt=OuterRef("broken_on"))
        .order_by()
        .values("goal")
        .annotate(number=Count("id"))
        .values("number")
    )
    rows = list(
        goals.annotate(
            broken_on=Coalesce(Subquery(last_missed), Value(date.min), output_field=DateField()),
            recent=ArraySubquery(own.values("id")[:periods]),
            streak=Coalesce(Subquery(completed), 0),
        ).values_list("id", "recent", "streak")
    )
    found = ClosedPeriod.objects.in_bulk([one for _, recent, _ in rows for one in recent])
    return {
        goal_id: History(tuple(_past(found[one]) for one in reversed(recent)), streak)
        for goal_id, recent, streak in rows
    }


def _unsettled(
    org: Organization, files: Sequence[GoalFile], kept: Mapping[UUID, History], now: datetime, periods: int
) -> Mapping[UUID, list[PastPeriod]]:
    """The last periods of each goal that are over and not kept yet, as they stand now."""
    calendar, at = Calendar(org.timezone, org.week_start), seconds(now)
    cases = [
        Case(file.goal, file.asked_in(period), period)
        for file in files
        for period in list(ended_periods(file, kept[file.goal.id].last_day, calendar, at))[-periods:]
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

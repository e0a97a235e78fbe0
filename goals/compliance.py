"""How the goals of a project do: in the period that holds a day, judged as of now. All in the open scope.

A period that is over and settled is as it was stored; any other is computed from current numbers.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from analytics.buckets import seconds
from creators.models import Creator
from goals.evaluation import Compliance, ComplianceState, Status, advisory_of, evaluate, exact, state_of
from goals.files import GoalFile, open_files, with_absences
from goals.judging import Case, Listings, judge
from goals.models import ClosedPeriod, Goal
from goals.periods import Calendar, Period
from goals.queries import GoalQuerySet
from goals.terms import PeriodKind
from orgs.models import Organization
from orgs.scope import own_organization
from orgs.timezones import local_date


@dataclass(frozen=True, slots=True)
class GoalCompliance:
    """One goal in one period, with the target of that period; `goal.target` is its latest one."""

    goal: Goal
    period: Period
    compliance: Compliance


@dataclass(frozen=True, slots=True)
class CreatorCompliance:
    """A creator's goals, oldest first."""

    creator: Creator
    goals: tuple[GoalCompliance, ...]

    @property
    def state(self) -> ComplianceState:
        """What they come to."""
        return state_of(one.compliance.state for one in self.goals)


def goals_on(project_id: UUID, day: date, period: str | None = None) -> GoalQuerySet:
    """The goals that are judged for a day: running ones that had not ended before, of one period if it is given."""
    goals: GoalQuerySet = Goal.objects.in_project(project_id).running().not_over_before(day)
    return goals if period is None else goals.filter(period=period)


def compliance_of(
    project_id: UUID,
    *,
    now: datetime,
    creator_ids: Collection[UUID] | None = None,
    known: Collection[Creator] = (),
    period: str | None = None,
    reference_date: date | None = None,
) -> list[CreatorCompliance]:
    """Every creator's goals in the period that holds `reference_date` (default: today), judged as of now, the newest
    creator first. A goal that starts later is there as not yet started. `creator_ids` narrows to these; `known` are
    those that were read already, which saves reading them. Raises ValueError for a future day."""
    org = own_organization()
    today = local_date(now, org.timezone)
    day = today if reference_date is None else reference_date
    if day > today:
        raise ValueError("goals cannot be judged for a day to come")
    goals = goals_on(project_id, day, period)
    if creator_ids is not None:
        goals = goals.filter(creator_id__in=creator_ids)
    by_creator: defaultdict[UUID, list[GoalCompliance]] = defaultdict(list)
    for one in _judged(org, goals, known, day, now, is_today=day == today):
        by_creator[one.goal.creator_id].append(one)
    return [
        CreatorCompliance(own[0].goal.creator, tuple(own))
        for _, own in sorted(by_creator.items(), key=lambda pair: pair[0], reverse=True)
    ]


def state_of_creators(
    project_id: UUID, *, now: datetime, creators: Collection[Creator] | None = None
) -> dict[UUID, ComplianceState]:
    """What the goals of each creator that has one come to now; of these creators alone, or of all (None)."""
    ids = None if creators is None else [creator.id for creator in creators]
    found = compliance_of(project_id, now=now, creator_ids=ids, known=creators or ())
    return {one.creator.id: one.state for one in found}


def _judged(
    org: Organization, goals: GoalQuerySet, known: Collection[Creator], day: date, now: datetime, *, is_today: bool
) -> list[GoalCompliance]:
    calendar, at = Calendar(org.timezone, org.week_start), seconds(now)
    files = open_files(goals.with_versions().with_last_kept_day().order_by("id"), known=known)
    listings = Listings(org, (file.goal.creator for file in files))
    # What holds today is running: it can be neither kept nor have ended in an absence.
    files, closed = (files, {}) if is_today else (with_absences(files), _closed_around(goals, calendar, day))
    results: list[GoalCompliance | None] = [None] * len(files)
    cases: dict[int, Case] = {}
    for number, file in enumerate(files):
        kept = closed.get(file.goal.id, [])
        stored = next((one for one in kept if one.period_start <= day <= one.period_end), None)
        if stored is not None:
            results[number] = _as_stored(file.goal, stored, listings, at)
        elif file.begin > day:
            results[number] = _to_come(file, calendar, listings, at)
        else:
            whole = calendar.period_of(file.goal.period, day)
            own = file.cut(whole, file.goal.last_kept_day if is_today else _last_before(day, kept))
            if own is not None and file.is_judged(own, at):
                cases[number] = Case(file.goal, file.asked_in(own), own)
    for number, case, compliance in zip(
        cases, cases.values(), judge(list(cases.values()), listings, now=now), strict=True
    ):
        results[number] = GoalCompliance(case.goal, case.period, compliance)
    return [one for one in results if one is not None]


def _last_before(day: date, kept: Sequence[ClosedPeriod]) -> date | None:
    return max((one.period_end for one in kept if one.period_end < day), default=None)


def _closed_around(goals: GoalQuerySet, calendar: Calendar, day: date) -> dict[UUID, list[ClosedPeriod]]:
    """What is kept of the periods around a day, by goal."""
    around = Q()
    for kind in PeriodKind:
        whole = calendar.period_of(kind, day)
        around |= Q(goal__period=kind, period_end__gte=whole.first, period_start__lte=whole.last)
    kept: defaultdict[UUID, list[ClosedPeriod]] = defaultdict(list)
    for one in ClosedPeriod.objects.filter(around, goal__in=goals.order_by().values("id")):
        kept[one.goal_id].append(one)
    return kept


def _as_stored(goal: Goal, kept: ClosedPeriod, listings: Listings, now: int) -> GoalCompliance:
    period = Period(kept.calendar_start, kept.period_start, kept.period_end, kept.timezone)
    target = exact(kept.target)
    actual = None if kept.actual is None else exact(kept.actual)
    compliance = Compliance(
        actual=actual,
        target=target,
        expected=target,
        pace=None if kept.pace is None else exact(kept.pace),
        projected=actual,
        status=Status(kept.status),
        advisory=advisory_of(listings.measured(goal.creator), period, now=now),
    )
    return GoalCompliance(goal, period, compliance)


def _to_come(file: GoalFile, calendar: Calendar, listings: Listings, now: int) -> GoalCompliance | None:
    """A goal that starts after the day that is asked for: its first period, with no data."""
    first = file.cut(calendar.period_of(file.goal.period, file.begin))
    if first is None:
        return None
    asked, measured = file.asked_in(first), listings.measured(file.goal.creator)
    compliance = evaluate(asked, measured, first, now=first.start - 1)
    advisory = replace(advisory_of(measured, first, now=now), period_in_progress=False, period_recently_ended=False)
    compliance = replace(compliance, advisory=replace(advisory, not_yet_started=True))
    return GoalCompliance(file.goal, first, compliance)

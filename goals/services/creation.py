"""Setting goals for many creators at once, and copying them: a row that cannot be done is reported, the rest is."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from creators.models import Creator
from goals.models import Goal, GoalVersion
from goals.periods import Calendar
from goals.services.locking import locked_goals, locked_project, note, state
from goals.terms import LAST_DAY, GoalTerms, require_valid
from orgs.models import Organization
from orgs.scope import own_organization
from orgs.timezones import local_date
from projects.models import Project

# More for one creator is a mistake, and would make every list unreadable.
MOST_PER_CREATOR = 20
# What one form can be for; a plan has at most as many creators.
MOST_CREATORS = 1_000
_ROWS_AT_ONCE = 1_000


class CreateOutcome(StrEnum):
    """What became of a goal for one creator."""

    CREATED = "created"
    ALREADY_THERE = "already_there"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class CreateResult:
    """One creator's row: the goal, which a preview has not made, or in plain words why there is none."""

    creator_id: UUID
    handle: str
    outcome: CreateOutcome
    goal: Goal | None = None
    error: str = ""


def goals_create(
    *, project_id: UUID, creator_ids: Sequence[UUID], terms: GoalTerms, now: datetime
) -> list[CreateResult]:
    """Set the same goal for creators of a project, in the order given; each creator that cannot have it is reported.

    Raises InvalidGoal, Project.DoesNotExist, ProjectArchived.
    """
    require_valid(terms)
    project = locked_project(project_id)
    return _made(project, [(creator_id, terms) for creator_id in dict.fromkeys(creator_ids)], now)


def goals_preview(
    *, project_id: UUID, creator_ids: Sequence[UUID], terms: GoalTerms, now: datetime
) -> list[CreateResult]:
    """What goals_create would do, without doing it. Raises InvalidGoal, Project.DoesNotExist."""
    require_valid(terms)
    project = Project.objects.visible().get(id=project_id)
    wanted = [(creator_id, terms) for creator_id in dict.fromkeys(creator_ids)]
    return _planned(project, wanted)


def goals_copy(
    *,
    project_id: UUID,
    goal_ids: Sequence[UUID],
    creator_ids: Sequence[UUID],
    start_date: date | None = None,
    now: datetime,
) -> list[CreateResult]:
    """Set the goals that some creators have for others, with their latest targets; from `start_date` on, or from when
    they began themselves. Raises InvalidGoal, Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""
    project = locked_project(project_id)
    wanted = []
    for goal in locked_goals(project, goal_ids):
        terms = goal.terms() if start_date is None else replace(goal.terms(), start_date=start_date)
        require_valid(terms)
        wanted += [(creator_id, terms) for creator_id in dict.fromkeys(creator_ids)]
    return _made(project, wanted, now)


def _made(project: Project, wanted: Sequence[tuple[UUID, GoalTerms]], now: datetime) -> list[CreateResult]:
    results = _planned(project, wanted)
    goals = [result.goal for result in results if result.goal is not None and result.outcome == CreateOutcome.CREATED]
    org = own_organization()
    Goal.objects.bulk_create(goals, batch_size=_ROWS_AT_ONCE)
    GoalVersion.objects.bulk_create([_first_version(goal, org, now) for goal in goals], batch_size=_ROWS_AT_ONCE)
    for goal in goals:
        note("created", goal, after=state(goal))
    return results


def _first_version(goal: Goal, org: Organization, now: datetime) -> GoalVersion:
    """Holds from the goal's first period on, and from now on if that is earlier, so that an edit is later."""
    first = min(goal.start_date, local_date(now, org.timezone))
    begin = Calendar(org.timezone, org.week_start).period_of(goal.period, first).first
    return GoalVersion(org_id=goal.org_id, goal=goal, target=goal.target, effective_from=begin)


def _planned(project: Project, wanted: Sequence[tuple[UUID, GoalTerms]]) -> list[CreateResult]:
    ids = {creator_id for creator_id, _ in wanted}
    creators = {creator.id: creator for creator in _creators(project, ids)}
    there = list(Goal.objects.in_project(project.id).listed().filter(creator_id__in=ids))
    numbers = Counter(goal.creator_id for goal in there)
    results: list[CreateResult] = []
    for creator_id, terms in wanted:
        result = _plan(project, creators.get(creator_id), creator_id, terms, there, numbers, len(results))
        if result.outcome == CreateOutcome.CREATED and result.goal is not None:
            there.append(result.goal)
            numbers[creator_id] += 1
        results.append(result)
    return results


def _creators(project: Project, ids: Iterable[UUID]) -> Iterable[Creator]:
    return Creator.objects.in_project(project.id).tracked().filter(id__in=list(ids))


def _plan(
    project: Project,
    creator: Creator | None,
    creator_id: UUID,
    terms: GoalTerms,
    there: Iterable[Goal],
    numbers: Counter[UUID],
    place: int,
) -> CreateResult:
    if creator is None:
        return CreateResult(creator_id, "", CreateOutcome.ERROR, error="There is no such creator in this project.")
    if place >= MOST_CREATORS:
        words = f"Only {MOST_CREATORS:,} goals at once; set this one next."
        return CreateResult(creator_id, creator.tiktok_handle, CreateOutcome.ERROR, error=words)
    same = next((goal for goal in there if goal.creator_id == creator_id and _is_same(goal, terms)), None)
    if same is not None:
        words = "There is such a goal at that time already; edit that one."
        return CreateResult(creator_id, creator.tiktok_handle, CreateOutcome.ALREADY_THERE, same, words)
    if numbers[creator_id] >= MOST_PER_CREATOR:
        words = f"A creator has at most {MOST_PER_CREATOR} goals; delete one first."
        return CreateResult(creator_id, creator.tiktok_handle, CreateOutcome.ERROR, error=words)
    return CreateResult(creator_id, creator.tiktok_handle, CreateOutcome.CREATED, _goal(project, creator, terms))


def _is_same(goal: Goal, terms: GoalTerms) -> bool:
    """Whether a goal asks for the same thing on a day on which the terms do."""
    asks = (goal.type, goal.measure, goal.period) == (terms.type, terms.measure, terms.period)
    return asks and goal.start_date <= (terms.end_date or LAST_DAY) and terms.start_date <= (goal.end_date or LAST_DAY)


def _goal(project: Project, creator: Creator, terms: GoalTerms) -> Goal:
    goal = Goal(
        org_id=project.org_id,
        project=project,
        creator=creator,
        type=terms.type,
        measure=terms.measure,
        period=terms.period,
        start_date=terms.start_date,
        end_date=terms.end_date,
    )
    goal.target = terms.target
    return goal

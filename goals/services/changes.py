"""Editing, pausing, ending and deleting goals. What is over keeps the target it had."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from goals.errors import GoalDeleted, InvalidGoal
from goals.models import Goal, GoalPause, GoalVersion
from goals.periods import Calendar
from goals.services.locking import locked_goals, locked_project, note, state
from goals.terms import require_dates, require_target
from orgs import audit
from orgs.scope import own_organization
from orgs.timezones import local_date


def goal_edit(
    *, goal_id: UUID, target: Decimal, end_date: date | None, start_date: date | None = None, now: datetime
) -> Goal:
    """Change a goal's target from the period on that holds today, and its dates; `start_date` None leaves that one.

    The start can only be moved before the first period is over, and the end not to before yesterday. Raises
    InvalidGoal, GoalDeleted, Goal.DoesNotExist, ProjectArchived.
    """
    project_id = Goal.objects.values_list("project_id", flat=True).get(id=goal_id)
    (goal,) = locked_goals(locked_project(project_id), [goal_id])
    if goal.deleted_at is not None:
        raise GoalDeleted
    start = goal.start_date if start_date is None else start_date
    require_target(goal.measure, target)
    require_dates(start, end_date)
    org = own_organization()
    calendar, today = Calendar(org.timezone, org.week_start), local_date(now, org.timezone)
    current = calendar.period_of(goal.period, today)
    _require_movable(goal, start, end_date, first_open=current.first)
    old = state(goal)
    goal.start_date, goal.end_date = start, end_date
    goal.save(update_fields=["start_date", "end_date", "updated_at"])
    if target != goal.target:
        GoalVersion.objects.update_or_create(
            org_id=goal.org_id, goal=goal, effective_from=current.first, defaults={"target": target}
        )
        goal.target = target
    before, after = audit.changes(old, state(goal))
    if after:
        note("changed", goal, before=before, after=after)
    return goal


def goals_pause(*, project_id: UUID, goal_ids: Sequence[UUID], now: datetime) -> list[Goal]:
    """Judge goals no longer until they are resumed: periods that end meanwhile do not count. Returns those that were
    not paused. Raises Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""

    def pause(goal: Goal) -> bool:
        changes = goal.paused_at is None and goal.deleted_at is None
        if changes:
            goal.paused_at = now
        return changes

    return _change("paused", project_id, goal_ids, pause)


def goals_resume(*, project_id: UUID, goal_ids: Sequence[UUID], now: datetime) -> list[Goal]:
    """Judge paused goals again, from the period on that holds today. Returns those that were paused. Raises
    Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""

    def resume(goal: Goal) -> bool:
        if goal.paused_at is None or goal.deleted_at is not None:
            return False
        GoalPause.objects.create(org_id=goal.org_id, goal=goal, paused_at=goal.paused_at, resumed_at=now)
        goal.paused_at = None
        return True

    return _change("resumed", project_id, goal_ids, resume)


def goals_end(*, project_id: UUID, goal_ids: Sequence[UUID], now: datetime) -> list[Goal]:
    """Let today be the last day of goals; one that has not started is deleted. Returns those that would have gone on.
    Raises Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""
    today = local_date(now, own_organization().timezone)

    def end(goal: Goal) -> bool:
        if goal.deleted_at is not None or (goal.end_date is not None and goal.end_date <= today):
            return False
        if goal.start_date > today:
            goal.deleted_at = now
        else:
            goal.end_date = today
        return True

    return _change("ended", project_id, goal_ids, end)


def goals_go_on(*, project_id: UUID, ends: Mapping[UUID, date | None], now: datetime) -> list[Goal]:
    """Undo an end: goals have the last day again that they had, and those that had not started are back. Returns those
    that changed. Raises InvalidGoal, Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""
    org = own_organization()
    calendar, today = Calendar(org.timezone, org.week_start), local_date(now, org.timezone)

    def go_on(goal: Goal) -> bool:
        end = ends[goal.id]
        was_deleted, is_moved = _bring_back(goal, now), goal.end_date != end
        if is_moved:
            require_dates(goal.start_date, end)
            _require_movable(goal, goal.start_date, end, first_open=calendar.period_of(goal.period, today).first)
            goal.end_date = end
        return was_deleted or is_moved

    return _change("went_on", project_id, list(ends), go_on)


def goals_delete(*, project_id: UUID, goal_ids: Sequence[UUID], now: datetime) -> list[Goal]:
    """Hide goals and judge them no longer; their history is kept. Returns those that were not deleted. Raises
    Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""

    def delete(goal: Goal) -> bool:
        changes = goal.deleted_at is None
        if changes:
            goal.deleted_at = now
        return changes

    return _change("deleted", project_id, goal_ids, delete)


def goals_restore(*, project_id: UUID, goal_ids: Sequence[UUID], now: datetime) -> list[Goal]:
    """Bring deleted goals back as they were; periods that ended meanwhile do not count. Returns those that were
    deleted. Raises Goal.DoesNotExist, Project.DoesNotExist, ProjectArchived."""

    return _change("restored", project_id, goal_ids, lambda goal: _bring_back(goal, now))


def _bring_back(goal: Goal, now: datetime) -> bool:
    """Let a deleted goal be there again: what ended meanwhile does not count. Whether it was deleted."""
    if goal.deleted_at is None:
        return False
    GoalPause.objects.create(org_id=goal.org_id, goal=goal, paused_at=goal.deleted_at, resumed_at=now)
    goal.deleted_at = None
    return True


@transaction.atomic
def _change(action: str, project_id: UUID, goal_ids: Sequence[UUID], change: Callable[[Goal], bool]) -> list[Goal]:
    goals = locked_goals(locked_project(project_id), goal_ids)
    changed = [goal for goal in goals if change(goal)]
    for goal in changed:
        goal.save(update_fields=["paused_at", "end_date", "deleted_at", "updated_at"])
        note(action, goal, after=state(goal))
    return changed


def _require_movable(goal: Goal, start: date, end: date | None, *, first_open: date) -> None:
    """Raise InvalidGoal if what is over would change. `first_open`: the first day of the period that holds today."""
    if start != goal.start_date and goal.start_date < first_open:
        raise InvalidGoal("start_date", "The first period is over, so the start stays; set another goal instead.")
    if end != goal.end_date and goal.end_date is not None and goal.end_date < first_open:
        raise InvalidGoal("end_date", "This goal has ended; copy it to go on.")
    if end != goal.end_date and end is not None and end < first_open and start < first_open:
        raise InvalidGoal("end_date", f"What is over stays: the end must be {first_open} or later.")

"""What a change to goals holds: the project's row, then the goals by id; and what the audit log says of it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from goals.models import Goal
from orgs import audit
from projects.models import Project
from projects.services import require_open


def locked_project(project_id: UUID) -> Project:
    """The project, locked. Raises Project.DoesNotExist, ProjectArchived."""
    project: Project = Project.objects.visible().select_for_update(no_key=True).get(id=project_id)
    require_open(project)
    return project


def locked_goals(project: Project, goal_ids: Iterable[UUID]) -> list[Goal]:
    """Goals of a locked project with their creators and latest targets, locked, oldest first, deleted ones included.

    Raises Goal.DoesNotExist unless all of them are there.
    """
    wanted = set(goal_ids)
    rows = Goal.objects.in_project(project.id).filter(id__in=wanted, creator__removed_at=None)
    found = list(
        rows.with_target().select_related("creator").order_by("id").select_for_update(of=("self",), no_key=True)
    )
    if len(found) < len(wanted):
        raise Goal.DoesNotExist(f"no such goals: {wanted - {goal.id for goal in found}}")
    return found


def note(action: str, goal: Goal, **change: Any) -> None:
    """Add `goal.<action>` to the audit log."""
    label = f"{goal.creator}: {goal.words}"
    audit.record(action=f"goal.{action}", object_type="goal", object_id=goal.id, object_label=label, **change)


def state(goal: Goal) -> dict[str, Any]:
    """What the audit log says about a goal."""
    return {
        "creator": str(goal.creator),
        "goal": goal.words,
        "start_date": goal.start_date.isoformat(),
        "end_date": goal.end_date and goal.end_date.isoformat(),
    }

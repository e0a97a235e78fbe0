"""Noting when a creator's compliance changes: once in the change log, and as an event for whoever wants to know."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from creators.changes import Kind, record
from creators.models import Creator
from goals.compliance import CreatorCompliance, compliance_of
from goals.evaluation import ComplianceState
from goals.models import CreatorGoalState
from orgs.events import emit
from projects.models import Project

CHANGED = "goal_compliance_changed"


def note_compliance(project_id: UUID, *, now: datetime) -> int:
    """Judge a project's goals and note every creator whose compliance is another than it was; returns how many.

    In the open scope. Repeatable: what has been noted is not noted again. Before a creator is judged for the first
    time it counts as without data; one that has no goal any more is forgotten.
    """
    found = compliance_of(project_id, now=now)
    # Of two at once the second waits here, and then sees what the first has noted.
    if not Project.objects.open().select_for_update(no_key=True).filter(id=project_id).first():
        return 0
    known = {
        state.creator_id: state
        for state in CreatorGoalState.objects.filter(creator__project_id=project_id).order_by("id")
    }
    gone = known.keys() - {one.creator.id for one in found}
    CreatorGoalState.objects.filter(creator_id__in=gone).delete()
    return sum(_note(one, known.get(one.creator.id), now) for one in found)


def _note(found: CreatorCompliance, known: CreatorGoalState | None, now: datetime) -> bool:
    before = ComplianceState.NO_DATA if known is None else ComplianceState(known.compliance)
    if found.state == before:
        return False
    CreatorGoalState.objects.update_or_create(
        org_id=found.creator.org_id,
        creator_id=found.creator.id,
        defaults={"compliance": found.state, "changed_at": now},
    )
    after = {"compliance": found.state.value, "goals": _told(found)}
    kind, told = Kind.GOAL_COMPLIANCE_CHANGED, {"compliance": before.value}
    record(found.creator, kind, before=told, after=after, happened_at=now)
    _announce(found.creator, before, found)
    return True


def _announce(creator: Creator, before: ComplianceState, found: CreatorCompliance) -> None:
    data = {
        "project_id": str(creator.project_id),
        "creator_id": str(creator.id),
        "handle": creator.tiktok_handle,
        "before": before.value,
        "after": found.state.value,
        "goals": _told(found),
    }
    emit(CHANGED, data=data)


def _told(found: CreatorCompliance) -> Sequence[dict[str, Any]]:
    return [
        {
            "goal_id": str(one.goal.id),
            "goal": one.goal.words,
            "status": one.compliance.status.value,
            "period_start": one.period.first.isoformat(),
            "period_end": one.period.last.isoformat(),
        }
        for one in found.goals
    ]

"""goal-compliance: how many goals of a project stand where, as of now, by status and by type."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from goals.compliance import compliance_of
from goals.evaluation import ComplianceState, Status
from goals.terms import GoalType


@dataclass(frozen=True, slots=True)
class ComplianceCounts:
    """Goals by status, by type and status; creators by what their goals come to. What is not there is 0."""

    goal_count: int
    creator_count: int
    by_status: Mapping[Status, int]
    by_type: Mapping[GoalType, Mapping[Status, int]]
    by_compliance: Mapping[ComplianceState, int]


def compliance_counts(project_id: UUID, *, now: datetime) -> ComplianceCounts:
    """Count the project's goals and creators, every word with its number, in the open scope."""
    creators = compliance_of(project_id, now=now)
    goals = Counter((GoalType(one.goal.type), one.compliance.status) for creator in creators for one in creator.goals)
    states = Counter(creator.state for creator in creators)
    by_type = {type: {status: goals[type, status] for status in Status} for type in GoalType}
    return ComplianceCounts(
        goal_count=goals.total(),
        creator_count=len(creators),
        by_status={status: sum(counts[status] for counts in by_type.values()) for status in Status},
        by_type=by_type,
        by_compliance={state: states[state] for state in ComplianceState},
    )

"""The card about goals in the tab Creators."""

from datetime import datetime
from typing import Any
from uuid import UUID

from analytics.views.cards.figure import Column, Figure, Kind, plural, words
from goals.evaluation import ComplianceState
from goals.report import ComplianceCounts, compliance_counts
from goals.terms import GoalType
from goals.wording import STATUSES

# Statuses that little room hides first; the CSV has all of them.
HIDDEN = {"completed": "hide-s", "missed": "hide-s", "no_data": "hide-m"}


def goals_card(project_id: UUID, now: datetime) -> Figure:
    """How many goals stand where, by type."""
    counts = compliance_counts(project_id, now=now)
    types = [type for type in GoalType if any(counts.by_type[type].values())]
    return Figure(
        report="goal-compliance",
        title="Goal compliance",
        summary=_summary(counts),
        columns=[
            Column("type", "Goals for", Kind.TEXT),
            *(Column(status.value, label, hide=HIDDEN.get(status.value, "")) for status, label in STATUSES.items()),
        ],
        rows=[(type.label, *(counts.by_type[type][status] for status in STATUSES)) for type in types],
        chart={"kind": "bars", "unit": "count", "rows": _bars(counts)} if counts.goal_count else None,
        description="Goals by status",
        empty="No goals are set in this project.",
        note="As of now, in the periods that are running; the range above does not matter here.",
    )


def _bars(counts: ComplianceCounts) -> list[dict[str, Any]]:
    return [
        {"label": label, "note": "goals", "value": counts.by_status[status], "rounded": False}
        for status, label in STATUSES.items()
        if counts.by_status[status]
    ]


def _summary(counts: ComplianceCounts) -> Any:
    behind = counts.by_compliance[ComplianceState.NON_COMPLIANT]
    return words(
        "{} with goals: {} non-compliant, {} compliant.",
        plural(counts.creator_count, "creator", "creators"),
        f"{behind:,}",
        f"{counts.by_compliance[ComplianceState.COMPLIANT]:,}",
    )

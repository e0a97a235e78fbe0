"""What is done to goals by themselves, every few minutes and repeatably."""

from datetime import datetime
from uuid import UUID

from goals.closing import close_settled
from goals.models import Goal
from goals.noting import note_compliance
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from projects.models import Project


def organizations_with_goals() -> list[UUID]:
    """Every organization that has set a goal."""
    with platform_scope():
        return list(Goal.objects.order_by("org_id").values_list("org_id", flat=True).distinct())


def judge_organization(org_id: UUID, *, now: datetime) -> tuple[int, int]:
    """Keep the periods that are over and settled, and note whose compliance has changed; returns how many of each."""
    with organization_scope(org_id):
        org = Organization.objects.filter(id=org_id).first()
        closed = 0 if org is None else close_settled(org, now=now)
        projects = list(Project.objects.open().order_by("id").values_list("id", flat=True))
    changed = 0
    for project_id in projects:
        with organization_scope(org_id):
            changed += note_compliance(project_id, now=now)
    return closed, changed

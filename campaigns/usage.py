"""How much of the plan's caps per project and per campaign is used, in the open scope."""

from uuid import UUID

from django.db.models import Count, F

from campaigns.models import Campaign, CampaignItem
from orgs.limits import Parent


def open_campaigns_per_project(project_id: UUID | None) -> list[Parent]:
    """Open campaigns of one project, or of every project that is not in deletion and has some."""
    rows = Campaign.objects.open().filter(project__deleted_at=None)
    if project_id is not None:
        rows = rows.in_project(project_id)
    groups = rows.values_list("project_id", "project__name").annotate(used=Count("id")).order_by()
    return [Parent(*group) for group in groups]


def items_per_campaign(campaign_id: UUID | None) -> list[Parent]:
    """What stands directly in one campaign, or in every campaign that has some."""
    rows = CampaignItem.objects.filter(project__deleted_at=None)
    if campaign_id is not None:
        rows = rows.of(campaign_id)
    groups = rows.values_list("parent_id", F("parent__name")).annotate(used=Count("id")).order_by()
    return [Parent(*group) for group in groups]

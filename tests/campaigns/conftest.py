"""Short ways to fill campaigns and to compare what is stored."""

from typing import Any

from campaigns.models import Campaign, CampaignItem, CampaignPath
from campaigns.services import ItemReference, campaign_items_add
from creators.models import Creator
from orgs.scope import organization_scope


def reference(row: Any) -> ItemReference:
    """What an item that names this creator, video or campaign says."""
    if isinstance(row, Campaign):
        return ItemReference(CampaignItem.Type.CAMPAIGN, row.id)
    kind = CampaignItem.Type.CREATOR if isinstance(row, Creator) else CampaignItem.Type.VIDEO
    return ItemReference(kind, row.id)


def put(campaign: Campaign, *rows: Any) -> list[Any]:
    """Add rows to a campaign, in its organization's scope."""
    with organization_scope(campaign.org_id):
        return campaign_items_add(campaign_id=campaign.id, references=[reference(row) for row in rows])


def stored_rows(project: Any) -> list[Any]:
    """Everything that the campaigns app holds of a project, to compare before and after."""
    with organization_scope(project.org_id):
        return [
            list(model.objects.filter(project_id=project.id).order_by("id").values())
            for model in (Campaign, CampaignItem, CampaignPath)
        ]

"""Campaigns of the admin's project, made and filled the way people do it."""

from collections.abc import Callable
from typing import Any

import pytest

from campaigns.models import Campaign, CampaignItem, CampaignPath
from campaigns.services import ItemReference, campaign_create, campaign_items_add
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


@pytest.fixture
def make_campaign(db: None) -> Callable[..., Campaign]:
    """Make a campaign with items: `make_campaign(project, "name", creator, video, other_campaign, target_views=…)`."""

    def make(project: Any, name: str = "Launch", *rows: Any, **fields: Any) -> Campaign:
        with organization_scope(project.org_id):
            campaign = campaign_create(project_id=project.id, name=name, **fields)
        for result in put(campaign, *rows):
            assert result.outcome == "added", result.error
        return campaign

    return make


def stored_rows(project: Any) -> list[Any]:
    """Everything that the campaigns app holds of a project, to compare before and after."""
    with organization_scope(project.org_id):
        return [
            list(model.objects.filter(project_id=project.id).order_by("id").values())
            for model in (Campaign, CampaignItem, CampaignPath)
        ]

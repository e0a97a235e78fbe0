"""The dashboard's campaigns: the list, one campaign's pages, and what is done to it and its items."""

from campaigns.views.creators import campaign_creators, campaign_creators_csv
from campaigns.views.items import (
    campaign_items,
    campaign_items_add,
    campaign_items_csv,
    campaign_items_move,
    campaign_items_put_back,
    campaign_items_remove,
    campaign_items_suggest,
)
from campaigns.views.lists import campaign_list, campaign_new, campaigns_csv, notes_preview
from campaigns.views.overlap import campaign_overlap, campaign_overlap_csv
from campaigns.views.overview import campaign_overview
from campaigns.views.settings import (
    campaign_archive,
    campaign_copy,
    campaign_delete,
    campaign_restore,
    campaign_settings,
)

__all__ = [
    "campaign_archive",
    "campaign_copy",
    "campaign_creators",
    "campaign_creators_csv",
    "campaign_delete",
    "campaign_items",
    "campaign_items_add",
    "campaign_items_csv",
    "campaign_items_move",
    "campaign_items_put_back",
    "campaign_items_remove",
    "campaign_items_suggest",
    "campaign_list",
    "campaign_new",
    "campaign_overlap",
    "campaign_overlap_csv",
    "campaign_overview",
    "campaign_restore",
    "campaign_settings",
    "campaigns_csv",
    "notes_preview",
]

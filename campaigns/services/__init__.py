"""What people do with campaigns: one function per action, in the open scope."""

from campaigns.services.items import (
    AddOutcome,
    ItemReference,
    ItemResult,
    campaign_items_add,
    campaign_items_move,
    campaign_items_put_back,
    campaign_items_remove,
)
from campaigns.services.lifecycle import (
    campaign_archive,
    campaign_copy,
    campaign_create,
    campaign_delete,
    campaign_edit,
    campaign_restore,
)

__all__ = [
    "AddOutcome",
    "ItemReference",
    "ItemResult",
    "campaign_archive",
    "campaign_copy",
    "campaign_create",
    "campaign_delete",
    "campaign_edit",
    "campaign_items_add",
    "campaign_items_move",
    "campaign_items_put_back",
    "campaign_items_remove",
    "campaign_restore",
]

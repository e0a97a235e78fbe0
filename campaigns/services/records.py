"""What the audit log says about campaigns."""

from typing import Any

from campaigns.models import Campaign
from orgs import audit

FIELDS = ("name", "description", "target_views", "target_at")


def record(action: str, campaign: Campaign, **change: Any) -> None:
    """Add `campaign.<action>` to the audit log; `before` and `after` as in `audit.record`."""
    audit.record(
        action=f"campaign.{action}",
        object_type="campaign",
        object_id=campaign.id,
        object_label=campaign.name,
        **change,
    )


def state(campaign: Campaign) -> dict[str, Any]:
    """What the log compares before and after a change."""
    return {name: getattr(campaign, name) for name in FIELDS}

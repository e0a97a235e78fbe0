"""The dialog for a reached limit: what is used up, of how much, and how to get more."""

from email.utils import parseaddr
from typing import Any

from django import template
from django.conf import settings

from orgs.limits import LimitReached

register = template.Library()

# limit key → (what is counted, what frees a place).
WORDS = {
    "max_creators_per_org": ("creators", "Remove a creator you no longer need, or ask us to raise the limit."),
    "max_tracked_videos_per_org": (
        "tracked videos",
        "Exclude videos that should not count, or ask us to raise the limit.",
    ),
    "max_projects_per_org": ("projects", "Archive a project that has ended, or ask us to raise the limit."),
    "max_members_per_org": (
        "members, waiting invitations counted",
        "Remove a member, cancel an invitation, or ask us to raise the limit.",
    ),
    "max_campaigns_per_project": (
        "campaigns in a project",
        "Archive or delete a campaign you no longer need, or ask us to raise the limit.",
    ),
    "max_campaign_items_per_campaign": (
        "items in a campaign",
        "Put some of them into a campaign of their own and add that one, or ask us to raise the limit.",
    ),
    "max_api_keys_per_org": ("API keys", "Revoke a key nobody uses, or ask us to raise the limit."),
    "max_manual_scrape_triggers_per_day": (
        "manual updates a day",
        "Scheduled updates go on as usual; manual ones are possible again at 00:00 UTC.",
    ),
}


@register.inclusion_tag("partials/limit_dialog.html", takes_context=True)
def limit_dialog(context: template.Context, reached: LimitReached | None) -> dict[str, Any]:
    """The dialog for a reached limit; nothing when none was reached."""
    if reached is None:
        return {"reached": None}
    counted, advice = WORDS.get(reached.limit_key, (reached.limit_key, "Ask us to raise the limit."))
    return {
        "reached": reached,
        "counted": counted,
        "advice": advice,
        "tier": context["request"].membership.org.tier,
        "support": parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
    }

"""Campaigns: trees of creators, videos and other campaigns."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        from campaigns.services.items import PER_CAMPAIGN
        from campaigns.services.lifecycle import PER_PROJECT
        from campaigns.usage import items_per_campaign, open_campaigns_per_project
        from orgs.limits import counts_per_parent

        counts_per_parent(PER_PROJECT)(open_campaigns_per_project)
        counts_per_parent(PER_CAMPAIGN)(items_per_campaign)

"""/campaigns: named groups of creators, videos and other campaigns, each in one project."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from api.fields import CountField, TimeField
from api.lists import Asked, PartsView
from api.parameters import IdField
from api.sync import SyncedListView, SyncedQuery
from api.views import DetailView
from campaigns.listed import label_of
from campaigns.models import Campaign, CampaignItem
from campaigns.queries import CampaignQuerySet
from projects.models import GoneRow, Project


class CampaignSerializer(serializers.Serializer[Campaign]):
    """A group whose numbers are those of the union of the videos beneath it, each counted once."""

    id = serializers.UUIDField(read_only=True)
    project_id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)
    description = serializers.CharField(read_only=True, help_text="Notes; Markdown, may be empty.")
    metadata = serializers.JSONField(read_only=True, help_text="Free JSON of the organization.")
    target_views = CountField(help_text="Lifetime views that all videos together are to have; null without a target.")
    target_at = TimeField(allow_null=True, help_text="When the target is to be reached.")
    created_at = TimeField()
    updated_at = TimeField()


class CampaignListQuery(SyncedQuery):
    """The filters of /campaigns."""

    project_id = IdField(required=False, help_text="Only campaigns of this project.")


class CampaignList(SyncedListView[Campaign]):
    """The campaigns of all projects, newest first. Archived ones are there."""

    operation_id, summary = "listCampaigns", "List campaigns"
    query_class = CampaignListQuery
    serializer_class = CampaignSerializer
    model, gone_kind = Campaign, GoneRow.Kind.CAMPAIGN
    names = {"project_id": Project}

    @classmethod
    def rows(cls, asked: Asked) -> QuerySet[Campaign]:
        campaigns: CampaignQuerySet = Campaign.objects.visible()
        project_id = asked["project_id"]
        return campaigns.in_project(project_id) if project_id else campaigns


class CampaignDetail(DetailView[Campaign]):
    """One campaign."""

    operation_id, summary = "getCampaign", "Get a campaign"
    serializer_class = CampaignSerializer

    def rows(self) -> QuerySet[Campaign]:
        return Campaign.objects.visible()


class CampaignItemSerializer(serializers.Serializer[CampaignItem]):
    """What stands directly in a campaign. It stays listed while it does not count, and adds nothing then."""

    id = serializers.UUIDField(read_only=True)
    item_type = serializers.ChoiceField(read_only=True, choices=CampaignItem.Type.choices)
    item_id = serializers.UUIDField(read_only=True, help_text="The id of the creator, video or campaign.")
    label = serializers.SerializerMethodField(  # type: ignore[assignment]
        help_text="The creator's display name, the caption, the campaign's name."
    )
    created_at = TimeField(help_text="When it was put into the campaign.")

    def get_label(self, item: CampaignItem) -> str:
        return label_of(item)


class CampaignItems(PartsView[CampaignItem]):
    """The items that stand directly in a campaign, newest first."""

    operation_id, summary = "listCampaignItems", "List a campaign's items"
    serializer_class = CampaignItemSerializer

    def rows(self, id: UUID) -> QuerySet[CampaignItem]:
        campaign = get_object_or_404(Campaign.objects.visible(), id=id)
        return CampaignItem.objects.of(campaign.id).select_related("creator", "video", "campaign")

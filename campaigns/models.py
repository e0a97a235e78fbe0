"""A campaign, its items, and which campaigns contain which, at any depth."""

from uuid import UUID

from django.db import models
from django.db.models import F, Q

from campaigns.querysets import CampaignItemQuerySet, CampaignPathQuerySet, CampaignQuerySet
from creators.models import Creator
from orgs.tenancy import OrgForeignKey, OrgScoped, OrgScopedManager
from projects.models import Project
from projects.tenancy import ProjectForeignKey
from videos.models import Video


class Campaign(OrgScoped):
    """A named group of creators, videos and other campaigns of one project.

    Its numbers are those of the union of the counting videos beneath it. `description` is notes in Markdown.
    `target_views`: lifetime views of the union to be reached by `target_at`.
    """

    NAME_LENGTH = 120
    NOTES_LENGTH = 20_000

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=NAME_LENGTH)
    description = models.TextField(blank=True, max_length=NOTES_LENGTH)
    metadata = models.JSONField(default=dict, blank=True)
    target_views = models.BigIntegerField(null=True, blank=True)
    target_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # Stamped by the database (projects.following), whatever is saved here.
    updated_at = models.DateTimeField(auto_now=True)

    objects = OrgScopedManager.from_queryset(CampaignQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="campaigns_campaign_project_in_org"),
            models.UniqueConstraint(fields=["org", "project", "id"], name="campaigns_campaign_in_project"),
            models.CheckConstraint(
                condition=Q(target_views=None) | Q(target_views__gt=0), name="campaigns_campaign_target_above_zero"
            ),
        ]
        indexes = [models.Index(fields=["org", "updated_at", "id"], name="campaigns_campaign_changed")]

    def __str__(self) -> str:
        return self.name


class CampaignItem(OrgScoped):
    """One thing that stands directly in a campaign (`parent`): a creator, a video or a campaign of the same project.

    It stays when what it names does not count; then it adds nothing.
    """

    class Type(models.TextChoices):
        CREATOR = "creator", "Creator"
        VIDEO = "video", "Video"
        CAMPAIGN = "campaign", "Campaign"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="items")
    creator = models.ForeignKey(Creator, on_delete=models.CASCADE, null=True, related_name="campaign_items")
    video = models.ForeignKey(Video, on_delete=models.CASCADE, null=True, related_name="campaign_items")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="campaign_items")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OrgScopedManager.from_queryset(CampaignItemQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="campaigns_item_project_in_org"),
            ProjectForeignKey(field="parent", to="campaigns.Campaign", name="campaigns_item_parent_in_project"),
            ProjectForeignKey(field="creator", to="creators.Creator", name="campaigns_item_creator_in_project"),
            ProjectForeignKey(field="video", to="videos.Video", name="campaigns_item_video_in_project"),
            ProjectForeignKey(field="campaign", to="campaigns.Campaign", name="campaigns_item_campaign_in_project"),
            models.CheckConstraint(
                condition=Q(creator__isnull=False, video=None, campaign=None)
                | Q(creator=None, video__isnull=False, campaign=None)
                | Q(creator=None, video=None, campaign__isnull=False),
                name="campaigns_item_names_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(campaign=None) | ~Q(campaign=F("parent")), name="campaigns_item_not_in_itself"
            ),
            models.UniqueConstraint(fields=["org", "parent", "creator"], name="campaigns_item_creator_once"),
            models.UniqueConstraint(fields=["org", "parent", "video"], name="campaigns_item_video_once"),
            models.UniqueConstraint(fields=["org", "parent", "campaign"], name="campaigns_item_campaign_once"),
        ]

    @property
    def item_type(self) -> Type:
        """Which of the three it is."""
        if self.creator_id is not None:
            return self.Type.CREATOR
        return self.Type.VIDEO if self.video_id is not None else self.Type.CAMPAIGN

    @property
    def item_id(self) -> UUID:
        """The id of the creator, video or campaign."""
        named = self.creator_id or self.video_id or self.campaign_id
        if named is None:
            raise ValueError("an item names one thing")
        return named


class CampaignPath(OrgScoped):
    """`ancestor` contains `descendant`, at some depth; every campaign contains itself.

    The transitive closure of the items that are campaigns, kept by campaigns.closure in the transaction that changes
    them, so that a tree of any depth is one lookup.
    """

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="+")
    ancestor = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="paths_down")
    descendant = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="paths_up")

    objects = OrgScopedManager.from_queryset(CampaignPathQuerySet)()

    class Meta(OrgScoped.Meta):
        constraints = [
            *OrgScoped.Meta.constraints,
            OrgForeignKey(field="project", to="projects.Project", name="campaigns_path_project_in_org"),
            ProjectForeignKey(field="ancestor", to="campaigns.Campaign", name="campaigns_path_ancestor_in_project"),
            ProjectForeignKey(field="descendant", to="campaigns.Campaign", name="campaigns_path_descendant_in_project"),
            models.UniqueConstraint(fields=["org", "ancestor", "descendant"], name="campaigns_path_once"),
        ]

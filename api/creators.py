"""/creators: the TikTok accounts an organization tracks, each in one project."""

from django.db.models import QuerySet
from rest_framework import serializers

from api.fields import CountField, MadeField, PictureField, TikTokIdField, TimeField
from api.lists import Asked
from api.parameters import IdField
from api.sync import SyncedListView, SyncedQuery
from api.views import DetailView
from creators.models import Creator, display_name_of
from creators.queries import CreatorQuerySet
from projects.models import GoneRow, Project
from scraping import grammar


class CreatorSerializer(serializers.Serializer[Creator]):
    """A TikTok account that is tracked in a project. Numbers are of the latest read."""

    id = serializers.UUIDField(read_only=True)
    project_id = serializers.UUIDField(read_only=True)
    tiktok_handle = serializers.CharField(read_only=True, help_text="Lower case, without @.")
    tiktok_user_id = TikTokIdField(
        source="account_id",
        allow_null=True,
        help_text="TikTok's own id; null until TikTok has answered for the handle.",
    )
    display_name = MadeField(
        of=("display_name_override", "nickname", "tiktok_handle"),
        by=display_name_of,
        help_text="The organization's own name for the creator, else the name on TikTok, else the handle.",
    )
    avatar_url = PictureField(key="avatar_key", address="avatar_url")
    profile_url = MadeField(of=("tiktok_handle",), by=grammar.profile_url)
    description = serializers.CharField(read_only=True, help_text="Notes of the organization; Markdown, may be empty.")
    metadata = serializers.JSONField(read_only=True, help_text="Free JSON of the organization.")
    tracking_mode = serializers.ChoiceField(
        read_only=True, choices=Creator.TrackingMode.choices, help_text="What becomes of the creator's new posts."
    )
    tracking_start_date = serializers.DateField(
        read_only=True, help_text="Posts from before this day, in the organization's time zone, are not taken in."
    )
    status = serializers.ChoiceField(read_only=True, choices=Creator.Status.choices)
    follower_count = CountField()
    following_count = CountField()
    total_likes = CountField()
    video_count = CountField(help_text="How many posts TikTok says the account has.")
    last_scraped_at = TimeField(allow_null=True)
    created_at = TimeField()
    updated_at = TimeField()


class CreatorListQuery(SyncedQuery):
    """The filters of /creators."""

    project_id = IdField(required=False, help_text="Only creators of this project.")
    search = serializers.CharField(
        required=False, max_length=200, help_text="Only creators whose handle or name contains this text, in any case."
    )


class CreatorList(SyncedListView[Creator]):
    """The creators of all projects, newest first. Removed creators are not there."""

    operation_id, summary = "listCreators", "List creators"
    query_class = CreatorListQuery
    serializer_class = CreatorSerializer
    model, gone_kind = Creator, GoneRow.Kind.CREATOR
    names = {"project_id": Project}

    @classmethod
    def rows(cls, asked: Asked) -> QuerySet[Creator]:
        creators: CreatorQuerySet = Creator.objects.visible()
        if asked["project_id"]:
            creators = creators.in_project(asked["project_id"])
        return creators.search(asked["search"] or "")


class CreatorDetail(DetailView[Creator]):
    """One creator."""

    operation_id, summary = "getCreator", "Get a creator"
    serializer_class = CreatorSerializer

    def rows(self) -> QuerySet[Creator]:
        return Creator.objects.visible()

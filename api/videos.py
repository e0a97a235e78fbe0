"""/videos: the posts an organization tracks."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from rest_framework import serializers

from api.fields import ChoiceOrNullField, CountField, MadeField, PictureField, TikTokIdField, TimeField
from api.lists import Asked
from api.parameters import DayField, IdField
from api.sync import SyncedListView, SyncedQuery
from api.views import DetailView
from campaigns.models import Campaign
from campaigns.queries import only_counting_in
from creators.models import Creator
from projects.models import GoneRow, Project
from scraping import grammar
from scraping.providers.interface import PostKind
from videos.models import Video
from videos.queries import VideoQuerySet

SHOWN_STATUSES = [choice for choice in Video.TrackingStatus.choices if choice[0] != Video.TrackingStatus.EXCLUDED]


class VideoSerializer(serializers.Serializer[Video]):
    """A TikTok post as a project tracks it. Numbers are of the latest read."""

    id = serializers.UUIDField(read_only=True)
    project_id = serializers.UUIDField(read_only=True)
    creator_id = serializers.UUIDField(
        read_only=True,
        allow_null=True,
        help_text="null for a post that was added by URL and whose account is not tracked.",
    )
    tiktok_video_id = TikTokIdField(source="post_id", help_text="TikTok's own id.")
    url = MadeField(of=("author_handle", "post_id", "kind"), by=grammar.post_url)
    title = serializers.CharField(read_only=True, help_text="The caption; may be empty.")
    kind = serializers.ChoiceField(read_only=True, choices=[(kind.value, kind.value) for kind in PostKind])
    thumbnail_url = PictureField(key="cover_key", address="thumbnail_url")
    duration_seconds = CountField(help_text="null for photo posts and while it is not known.")
    posted_at = TimeField()
    tracking_status = serializers.ChoiceField(
        read_only=True, choices=SHOWN_STATUSES, help_text="`pending_review` waits in the inbox and does not count."
    )
    tracking_disabled = serializers.BooleanField(
        read_only=True, help_text="Switched off: no longer read, no longer counted."
    )
    availability = serializers.ChoiceField(
        read_only=True,
        choices=Video.Availability.choices,
        help_text="Whether TikTok still shows the post; its last numbers keep counting.",
    )
    description = serializers.CharField(read_only=True, help_text="Notes of the organization; Markdown, may be empty.")
    metadata = serializers.JSONField(read_only=True, help_text="Free JSON of the organization.")
    view_count = CountField()
    like_count = CountField()
    comment_count = CountField()
    share_count = CountField()
    save_count = CountField()
    counts_precision = ChoiceOrNullField(
        choices=["exact", "rounded"], help_text="`rounded` where TikTok showed one of the counts rounded."
    )
    stats_updated_at = TimeField(allow_null=True)
    created_at = TimeField()
    updated_at = TimeField()


class VideoListQuery(SyncedQuery):
    """The filters of /videos."""

    # Campaigns fill and the organization's days move without a video changing.
    not_followed = ("campaign_id", "posted_from", "posted_to")

    project_id = IdField(required=False, help_text="Only videos of this project.")
    creator_id = IdField(required=False, help_text="Only videos of this creator.")
    campaign_id = IdField(
        required=False, help_text="Only the counting videos of this campaign's whole tree, each once."
    )
    tracking_status = serializers.ChoiceField(
        required=False, choices=SHOWN_STATUSES, help_text="Only videos of this status. Default: all of these."
    )
    posted_from = DayField(
        required=False, help_text="Only videos posted on this day or later, in the organization's time zone."
    )
    posted_to = DayField(
        required=False, help_text="Only videos posted on this day or earlier, in the organization's time zone."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "posted_from" in attrs and "posted_to" in attrs and attrs["posted_from"] > attrs["posted_to"]:
            message = "posted_from is after posted_to."
            raise serializers.ValidationError({"posted_from": message, "posted_to": message})
        return super().validate(attrs)


class VideoList(SyncedListView[Video]):
    """The videos of all projects, newest first, pending ones included.

    Excluded videos and those of removed creators are not there; a `direct_add` stays whatever happens to its creator.
    """

    operation_id, summary = "listVideos", "List videos"
    query_class = VideoListQuery
    serializer_class = VideoSerializer
    model, gone_kind = Video, GoneRow.Kind.VIDEO
    names = {"project_id": Project, "creator_id": Creator, "campaign_id": Campaign}
    narrowed_by = ("project_id", "creator_id")

    @classmethod
    def rows(cls, asked: Asked) -> QuerySet[Video]:
        videos = _readable()
        if asked["project_id"]:
            videos = videos.in_project(asked["project_id"])
        if asked["creator_id"]:
            videos = videos.of_creator(asked["creator_id"])
        if asked["campaign_id"]:
            videos = only_counting_in(asked["campaign_id"], videos)
        if asked["tracking_status"]:
            videos = videos.with_status(asked["tracking_status"])
        end = asked["posted_to"] and asked["posted_to"] + timedelta(days=1)
        return videos.posted_between(*(day and _start_of(day, asked.timezone) for day in (asked["posted_from"], end)))


def _start_of(day: date, timezone: str) -> datetime:
    """The instant at which a day begins in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


class VideoDetail(DetailView[Video]):
    """One video."""

    operation_id, summary = "getVideo", "Get a video"
    serializer_class = VideoSerializer

    def rows(self) -> QuerySet[Video]:
        return _readable()


def _readable() -> VideoQuerySet:
    return Video.objects.visible().in_visible_projects()

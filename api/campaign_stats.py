"""/campaigns/{id}/stats: what a campaign gained in a range of days, and how far it is from its target."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.buckets import Span
from analytics.engine import Answer, answer
from analytics.entities import resolve
from analytics.query import Query as Question
from analytics.totals import totals_of
from api.analytics import ANALYTICS_META
from api.envelope import success
from api.fields import CountField, TimeField
from api.parameters import path_id
from api.ranges import RangeQuery, questions
from api.views import ApiView
from campaigns.models import Campaign
from campaigns.pace import target_of
from campaigns.queries import creators_of
from campaigns.totals import CountingVideos

SUMS = ("views", "likes", "comments", "shares", "saves", "engagement", "posts")
RATES = ("engagement_rate_by_views", "engagement_rate_by_followers", "posts_per_week", "avg_views_per_post")


class SumsSerializer(serializers.Serializer[Any]):
    """What was gained in the range; null while nothing of it is known."""

    views = CountField()
    likes = CountField()
    comments = CountField()
    shares = CountField()
    saves = CountField()
    engagement = CountField(help_text="Likes, comments, shares and saves.")
    posts = CountField(help_text="Counting videos posted in the range.")


class RatesSerializer(serializers.Serializer[Any]):
    """The range's rates; null where they are undefined."""

    engagement_rate_by_views = serializers.FloatField(read_only=True, allow_null=True, help_text="Percent.")
    engagement_rate_by_followers = serializers.FloatField(read_only=True, allow_null=True, help_text="Percent.")
    posts_per_week = serializers.FloatField(read_only=True, allow_null=True)
    avg_views_per_post = serializers.FloatField(read_only=True, allow_null=True)


class CampaignStatsSerializer(serializers.Serializer[Any]):
    """A campaign's numbers over a range, and its target as of now."""

    campaign_id = serializers.UUIDField(read_only=True)
    timezone = serializers.CharField(read_only=True)
    totals = SumsSerializer(read_only=True)
    rates = RatesSerializer(read_only=True)
    video_count = serializers.IntegerField(read_only=True, help_text="Counting videos of the whole tree now.")
    creator_count = serializers.IntegerField(read_only=True)
    target_views = CountField()
    target_at = TimeField(allow_null=True)
    progress = CountField(help_text="Current total views of the union; null without known views.")
    pace = serializers.FloatField(
        read_only=True,
        allow_null=True,
        help_text="Share of the target reached ÷ share of the time elapsed; null without a target and its day.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        days = {"from": serializers.DateField(read_only=True), "to": serializers.DateField(read_only=True)}
        return {"campaign_id": fields.pop("campaign_id"), **days, **fields}


class CampaignStats(ApiView):
    """What a campaign gained in a range of days, each video counted once; and its target, whatever the range."""

    operation_id, summary = "getCampaignStats", "Get a campaign's numbers"
    query_class = RangeQuery
    serializer_class = CampaignStatsSerializer
    meta_schema: ClassVar[dict[str, Any]] = ANALYTICS_META

    def get(self, request: Request, id: str) -> Response:
        now = timezone.now()
        question = Question("campaign", path_id(id), "views", from_=self.query.get("from"), to=self.query.get("to"))
        with questions():
            views = answer(question, now=now)
        fresh = TimeField().to_representation(views.fresh_as_of) if views.fresh_as_of else None
        meta = {"tier_retention_days": views.tier_retention_days, "fresh_as_of": fresh}
        return success(CampaignStatsSerializer(_stats(views, path_id(id), now)).data, meta=meta)


def _stats(views: Answer, campaign_id: UUID, now: datetime) -> dict[str, Any]:
    campaign = Campaign.objects.get(id=campaign_id)
    span = Span(views.from_, views.to, views.timezone)
    numbers = totals_of(resolve("campaign", campaign_id), (*SUMS, *RATES), span=span, now=now)
    current = CountingVideos.of_campaign(campaign).everything()
    target = target_of(campaign, progress=current.view_count, now=now)
    pace = target.pace if target is not None else None
    return {
        "campaign_id": campaign.id,
        "from": span.first,
        "to": span.last,
        "timezone": span.timezone,
        "totals": {name: numbers[name] for name in SUMS},
        "rates": {name: numbers[name] for name in RATES},
        "video_count": current.video_count,
        "creator_count": creators_of(campaign_id).count(),
        "target_views": campaign.target_views,
        "target_at": campaign.target_at,
        "progress": current.view_count,
        "pace": None if pace is None else float(round(pace, 6)),
    }

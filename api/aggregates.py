"""/analytics/aggregate: reports over a project. Each is defined in analytics.reports, in the file of its name."""

from datetime import datetime
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.metrics import METRICS
from analytics.reports.campaign_leaderboard import campaign_leaderboard
from analytics.reports.creator_leaderboard import creator_leaderboard
from analytics.reports.creator_scatter import creator_scatter
from analytics.reports.gained import DEFAULT_ORDER, GAINED
from analytics.reports.member_overlap import member_overlap
from analytics.reports.outliers import outliers
from analytics.reports.posting_consistency import posting_consistency
from analytics.reports.posting_heatmap import posting_heatmap
from analytics.reports.video_leaderboard import ORDERS, video_leaderboard
from analytics.reports.view_distribution import PERCENTILES, view_distribution
from api.analytics import NumberField
from api.envelope import success
from api.fields import CountField
from api.parameters import IdField, Query
from api.ranges import RANGE_META, PagedProjectRangeQuery, ProjectRange, ProjectRangeQuery
from api.videos import VideoSerializer
from api.views import AggregateView
from projects.models import Project

Whole = serializers.IntegerField


class Report(AggregateView):
    """A report over the days of a range."""

    query_class: ClassVar[type[Query]] = ProjectRangeQuery
    meta_schema: ClassVar[dict[str, Any]] = RANGE_META

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        """What serializer_class shows."""
        raise NotImplementedError

    def get(self, request: Request) -> Response:
        now = timezone.now()
        asked = ProjectRange(self.query, now=now)
        found = self.serializer_class(self.report(asked, now), many=self.answers_many)
        return success(found.data, meta=asked.meta())


class VideoLeaderboardQuery(PagedProjectRangeQuery):
    """A page of posts, by one of their numbers."""

    order = serializers.ChoiceField(
        choices=ORDERS, default="view_count", help_text="By what, the largest or newest first."
    )


class VideoLeaderboardSerializer(serializers.Serializer[Any]):
    """A page of posts."""

    items = VideoSerializer(many=True, read_only=True)
    total_count = Whole(read_only=True, help_text="How many posts there are in all.")


class VideoLeaderboardReport(Report):
    """Counting posts posted in the range, by one of their current numbers, descending; unknown last."""

    operation_id, summary = "getVideoLeaderboard", "Video leaderboard"
    query_class = VideoLeaderboardQuery
    serializer_class = VideoLeaderboardSerializer

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        page = {name: self.query[name] for name in ("order", "limit", "offset")}
        return video_leaderboard(asked.project.id, span=asked.span, **page)


class HeatmapQuery(ProjectRangeQuery):
    """A project, a range, and whose clock."""

    tz = serializers.CharField(required=False, help_text="IANA time zone; by default the organization's.")


class HeatCellSerializer(serializers.Serializer[Any]):
    """One hour of the week."""

    dow = Whole(read_only=True, help_text="0 = Sunday.")
    hour = Whole(read_only=True)
    post_count = Whole(read_only=True)
    avg_views = NumberField(help_text="The mean of the known current views; null if none are known.")


class PostingHeatmapReport(Report):
    """Posts of the range by local weekday and hour, with the mean of their current views. Empty hours are left out."""

    operation_id, summary = "getPostingHeatmap", "Posting heatmap"
    query_class = HeatmapQuery
    serializer_class = HeatCellSerializer
    answers_many = True

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        return posting_heatmap(asked.project.id, span=asked.span)


class BinSerializer(serializers.Serializer[Any]):
    """Posts with from ≤ views < to."""

    to = Whole(read_only=True)
    count = Whole(read_only=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": Whole(read_only=True, source="from_"), **super().get_fields()}


class PercentilesSerializer(serializers.Serializer[Any]):
    """Percentiles of the known views, linear between neighbors (type 7 of Hyndman and Fan)."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {f"p{percent}": NumberField() for percent in PERCENTILES}


class ViewDistributionSerializer(serializers.Serializer[Any]):
    """How views are spread."""

    bins = BinSerializer(many=True, read_only=True)
    percentiles = PercentilesSerializer(read_only=True)
    mean = NumberField()
    post_count = Whole(read_only=True)
    known_count = Whole(read_only=True, help_text="How many of the posts have known views.")


class ViewDistributionReport(Report):
    """The current views of the posts of the range: bins on a 1-2-5 scale, percentiles, mean."""

    operation_id, summary = "getViewDistribution", "View distribution"
    serializer_class = ViewDistributionSerializer

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        return view_distribution(asked.project.id, span=asked.span)


class OutlierSerializer(serializers.Serializer[Any]):
    """A post far from its creator's usual."""

    video = VideoSerializer(read_only=True)
    view_count = CountField(source="video.view_count")
    creator_median_views = NumberField()
    score = NumberField(help_text="The modified z-score of ln(1 + views); beyond ±3.5 is an outlier.")
    direction = serializers.ChoiceField(choices=["high", "low"], read_only=True)


class OutliersReport(Report):
    """Posts of the range that did far better or worse than their creator's usual, the strongest first."""

    operation_id, summary = "getOutliers", "Outliers"
    serializer_class = OutlierSerializer
    answers_many = True

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        return outliers(asked.project.id, span=asked.span, now=now)


class GainedQuery(PagedProjectRangeQuery):
    """A page of a leaderboard of what was gained."""

    order = serializers.ChoiceField(choices=GAINED, default=DEFAULT_ORDER, help_text="By what, the largest first.")


class TotalsSerializer(serializers.Serializer[Any]):
    """What was gained in the range, by metric."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        totals = {name: NumberField(source=f"totals.{name}", help_text=METRICS[name].docs) for name in GAINED}
        return {**super().get_fields(), **totals}


class CreatorRowSerializer(serializers.Serializer[Any]):
    """Whom a row is about."""

    creator_id = serializers.UUIDField(read_only=True, source="creator.id")
    tiktok_handle = serializers.CharField(read_only=True, source="creator.tiktok_handle")
    display_name = serializers.CharField(read_only=True, source="creator.display_name")


class CreatorGainsSerializer(TotalsSerializer, CreatorRowSerializer):
    """What one creator's posts gained."""


class CreatorLeaderboardSerializer(serializers.Serializer[Any]):
    """A page of creators."""

    items = CreatorGainsSerializer(many=True, read_only=True)
    total_count = Whole(read_only=True)


class CreatorLeaderboardReport(Report):
    """What each creator's counting posts gained in the range, posts and rates, by one of them."""

    operation_id, summary = "getCreatorLeaderboard", "Creator leaderboard"
    query_class = GainedQuery
    serializer_class = CreatorLeaderboardSerializer

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        page = {name: self.query[name] for name in ("order", "limit", "offset")}
        return creator_leaderboard(asked.project.id, span=asked.span, now=now, **page)


class ConsistencySerializer(CreatorRowSerializer):
    """One creator's rhythm."""

    posts = Whole(read_only=True)
    posts_per_week = NumberField()
    active_weeks = Whole(read_only=True, help_text="Calendar weeks with a post.")
    longest_gap_days = Whole(read_only=True, help_text="The most consecutive local days without a post.")
    regularity = NumberField(help_text="1 is a clock, ½ is chance, toward 0 are bursts; null under three posts.")


class PostingConsistencyReport(Report):
    """How steadily each creator posted in the range, the most frequent first."""

    operation_id, summary = "getPostingConsistency", "Posting consistency"
    serializer_class = ConsistencySerializer
    answers_many = True

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        return posting_consistency(asked.project.id, span=asked.span)


class ScatterSerializer(CreatorRowSerializer):
    """One creator's size and reach."""

    followers = CountField()
    avg_views_per_post = NumberField()
    posts = Whole(read_only=True)


class CreatorScatterReport(Report):
    """Last known followers and average current views of the posts of the range, per creator."""

    operation_id, summary = "getCreatorScatter", "Creator scatter"
    serializer_class = ScatterSerializer
    answers_many = True

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        return creator_scatter(asked.project.id, span=asked.span)


class CampaignGainsSerializer(TotalsSerializer):
    """What one campaign's posts gained."""

    campaign_id = serializers.UUIDField(read_only=True, source="campaign.id")
    name = serializers.CharField(read_only=True, source="campaign.name")


class CampaignLeaderboardSerializer(serializers.Serializer[Any]):
    """A page of campaigns."""

    items = CampaignGainsSerializer(many=True, read_only=True)
    total_count = Whole(read_only=True)


class CampaignLeaderboardReport(Report):
    """What the counting posts of each campaign's whole tree gained in the range. Campaigns may overlap."""

    operation_id, summary = "getCampaignLeaderboard", "Campaign leaderboard"
    query_class = GainedQuery
    serializer_class = CampaignLeaderboardSerializer

    def report(self, asked: ProjectRange, now: datetime) -> Any:
        page = {name: self.query[name] for name in ("order", "limit", "offset")}
        return campaign_leaderboard(asked.project.id, span=asked.span, now=now, **page)


class ProjectQuery(Query):
    """A project."""

    project_id = IdField(help_text="The project that is reported on.")


class CampaignNameSerializer(serializers.Serializer[Any]):
    """A campaign by its name."""

    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)


class OverlapSerializer(serializers.Serializer[Any]):
    """What two campaigns share."""

    campaign_a = serializers.UUIDField(read_only=True, source="a.id")
    campaign_b = serializers.UUIDField(read_only=True, source="b.id")
    shared_creators = Whole(read_only=True)
    shared_videos = Whole(read_only=True)
    jaccard = NumberField(help_text="Shared videos ÷ videos of both; null where neither has one.")


class MemberOverlapSerializer(serializers.Serializer[Any]):
    """All campaigns and every pair of them once."""

    campaigns = CampaignNameSerializer(many=True, read_only=True)
    pairs = OverlapSerializer(many=True, read_only=True)


class MemberOverlapReport(AggregateView):
    """What the campaigns of a project have in common, as of now."""

    operation_id, summary = "getMemberOverlap", "Member overlap"
    query_class = ProjectQuery
    serializer_class = MemberOverlapSerializer

    def get(self, request: Request) -> Response:
        project = get_object_or_404(Project.objects.visible(), id=self.query["project_id"])
        return success(MemberOverlapSerializer(member_overlap(project.id)).data)

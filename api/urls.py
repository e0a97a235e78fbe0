"""The routes of the API, and the answer to every other path under it."""

from django.urls import path, re_path

from api import aggregates
from api.analytics import Analytics, AnalyticsSchema, AnnotationList
from api.campaign_stats import CampaignStats
from api.campaigns import CampaignDetail, CampaignItems, CampaignList
from api.creator_changes import CreatorChanges
from api.creators import CreatorDetail, CreatorList
from api.data_model import DataModel
from api.goals import GoalCompliance, GoalComplianceReport
from api.me import Me
from api.openapi import OpenApiDocument
from api.projects import ProjectDetail, ProjectList
from api.stats import CreatorStats, VideoStats
from api.videos import VideoDetail, VideoList
from api.views import UnknownRoute

urlpatterns = [
    path("v1/me", Me.as_view()),
    path("v1/projects", ProjectList.as_view()),
    path("v1/projects/<str:id>", ProjectDetail.as_view()),
    path("v1/projects/<str:id>/goal-compliance", GoalCompliance.as_view()),
    path("v1/creators", CreatorList.as_view()),
    path("v1/creators/<str:id>", CreatorDetail.as_view()),
    path("v1/creators/<str:id>/stats", CreatorStats.as_view()),
    path("v1/creators/<str:id>/changes", CreatorChanges.as_view()),
    path("v1/videos", VideoList.as_view()),
    path("v1/videos/<str:id>", VideoDetail.as_view()),
    path("v1/videos/<str:id>/stats", VideoStats.as_view()),
    path("v1/campaigns", CampaignList.as_view()),
    path("v1/campaigns/<str:id>", CampaignDetail.as_view()),
    path("v1/campaigns/<str:id>/items", CampaignItems.as_view()),
    path("v1/campaigns/<str:id>/stats", CampaignStats.as_view()),
    path("v1/analytics", Analytics.as_view()),
    path("v1/analytics/annotations", AnnotationList.as_view()),
    path("v1/analytics/schema", AnalyticsSchema.as_view()),
    path("v1/analytics/aggregate/video-leaderboard", aggregates.VideoLeaderboardReport.as_view()),
    path("v1/analytics/aggregate/posting-heatmap", aggregates.PostingHeatmapReport.as_view()),
    path("v1/analytics/aggregate/view-distribution", aggregates.ViewDistributionReport.as_view()),
    path("v1/analytics/aggregate/outliers", aggregates.OutliersReport.as_view()),
    path("v1/analytics/aggregate/creator-leaderboard", aggregates.CreatorLeaderboardReport.as_view()),
    path("v1/analytics/aggregate/posting-consistency", aggregates.PostingConsistencyReport.as_view()),
    path("v1/analytics/aggregate/creator-scatter", aggregates.CreatorScatterReport.as_view()),
    path("v1/analytics/aggregate/goal-compliance", GoalComplianceReport.as_view()),
    path("v1/analytics/aggregate/campaign-leaderboard", aggregates.CampaignLeaderboardReport.as_view()),
    path("v1/analytics/aggregate/member-overlap", aggregates.MemberOverlapReport.as_view()),
    path("v1/schema", DataModel.as_view()),
    path("v1/openapi.json", OpenApiDocument.as_view(), name="api_document"),
    re_path("", UnknownRoute.as_view()),
]

"""The dashboard's section Analytics: tabs of reports, exploring any metric, notes on charts, downloads."""

from analytics.views.annotations import analytics_annotation, analytics_annotation_delete
from analytics.views.explore import analytics_entities, analytics_explore, analytics_explore_csv
from analytics.views.tabs import analytics_campaigns, analytics_creators, analytics_csv, analytics_videos

__all__ = [
    "analytics_annotation",
    "analytics_annotation_delete",
    "analytics_campaigns",
    "analytics_creators",
    "analytics_csv",
    "analytics_entities",
    "analytics_explore",
    "analytics_explore_csv",
    "analytics_videos",
]

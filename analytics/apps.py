"""The only place that turns snapshots into numbers."""

from django.apps import AppConfig


class AnalyticsConfig(AppConfig):
    name = "analytics"

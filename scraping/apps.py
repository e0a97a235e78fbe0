"""The canonical layer: reading TikTok and keeping every snapshot. Knows no organization."""

from django.apps import AppConfig


class ScrapingConfig(AppConfig):
    name = "scraping"

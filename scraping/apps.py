"""The canonical layer: reading TikTok and keeping every snapshot. Knows no organization."""

from django.apps import AppConfig


class ScrapingConfig(AppConfig):
    name = "scraping"

    def ready(self) -> None:
        import scraping.checks  # noqa: F401 - registers them

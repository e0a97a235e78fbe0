"""The roof: the read-only v1 API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        from api import schema  # noqa: F401 - drf-spectacular finds the description of our authentication by its import

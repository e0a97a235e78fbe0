"""The roof: the read-only v1 API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

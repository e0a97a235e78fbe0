"""The roof: the read-only v1 API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"

    def ready(self) -> None:
        from api import schema  # noqa: F401 - drf-spectacular finds the description of our authentication by its import
        from api.limits import DAY_LIMIT_KEY, used_today
        from orgs.limits import counts
        from orgs.scope import current_org_id

        counts(DAY_LIMIT_KEY)(lambda: used_today(current_org_id()))

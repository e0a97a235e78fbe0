"""Creators: the accounts an organization tracks."""

from django.apps import AppConfig


class CreatorsConfig(AppConfig):
    name = "creators"

    def ready(self) -> None:
        from creators.models import Creator
        from orgs.limits import counts

        counts("max_creators_per_org")(lambda: Creator.objects.counted_toward_plan().count())

"""Creators: the accounts an organization tracks."""

from django.apps import AppConfig
from django.utils import timezone


class CreatorsConfig(AppConfig):
    name = "creators"

    def ready(self) -> None:
        from creators.models import Creator
        from creators.services import MANUAL_TRIGGERS, manual_triggers_used
        from orgs.limits import counts

        counts("max_creators_per_org")(lambda: Creator.objects.counted_toward_plan().count())
        counts(MANUAL_TRIGGERS)(lambda: manual_triggers_used(timezone.now()))

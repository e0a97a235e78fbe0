"""Creators: the accounts an organization tracks."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig


class CreatorsConfig(AppConfig):
    name = "creators"

    def ready(self) -> None:
        from creators.adding import add_from_link
        from creators.links import adds
        from creators.models import Creator, WaitingLink
        from creators.purge import accounts_to_reschedule
        from creators.starts import follow_time_zone
        from orgs.limits import counts
        from orgs.services.organizations import on_time_zone_change
        from orgs.services.purge import on_purge
        from scraping.signals import account_failed

        counts("max_creators_per_org")(lambda: Creator.objects.counted_toward_plan().count())
        adds(WaitingLink.Purpose.CREATOR, add_from_link)
        on_purge(accounts_to_reschedule)
        on_time_zone_change(follow_time_zone)
        account_failed.connect(_judge, dispatch_uid="creators.strikes")


def _judge(*, account_id: int | None, handle: str, at: datetime, **_: Any) -> None:
    from creators.strikes import judge

    if account_id is None:
        judge(handles=[handle], now=at)
    else:
        judge(account_ids=[account_id], now=at)

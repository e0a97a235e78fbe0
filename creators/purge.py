"""What the end of an organization means for TikTok accounts: one that nobody else tracks is read no longer."""

from django.utils import timezone

from creators.models import Creator
from creators.services import forget_lookup, schedule_account
from orgs.services.purge import Aftermath


def accounts_to_reschedule() -> Aftermath:
    """Note what the open scope's organization tracks; the returned call fits the schedule to those who are left."""
    accounts = set(filter(None, Creator.objects.read().values_list("account_id", flat=True)))
    handles = set(Creator.objects.unread().values_list("tiktok_handle", flat=True))

    def reschedule() -> None:
        for account_id in accounts:
            schedule_account(account_id, timezone.now())
        for handle in handles:
            forget_lookup(handle)

    return reschedule

"""Forgetting history that no organization may read any more, some accounts at a time."""

from datetime import datetime, timedelta

from creators.models import Creator, OrganizationTerms
from creators.terms import KEPT_AFTER
from orgs.scope import platform_scope
from scraping.models import Account
from scraping.services.retention import forget_history
from videos.models import Video

ACCOUNTS_AT_ONCE = 200


def forget_unreadable(now: datetime, *, after: int = 0) -> tuple[int, int | None]:
    """Delete what no organization may still read of the accounts with ids above `after`, a bounded number of them.
    Returns how many rows went and after which account to go on, None at the end."""
    ids = list(Account.objects.filter(id__gt=after).order_by("id").values_list("id", flat=True)[:ACCOUNTS_AT_ONCE])
    days = _days_kept(ids)
    horizons = {
        account_id: now - timedelta(days=kept) - KEPT_AFTER for account_id, kept in days.items() if kept is not None
    }
    gone = forget_history(horizons)
    return gone, ids[-1] if len(ids) == ACCOUNTS_AT_ONCE else None


def _days_kept(account_ids: list[int]) -> dict[int, int | None]:
    """For how many days somebody may read these accounts' history: the longest of all organizations that track them or
    did (a removed creator may come back with it), None for ever; 0 where nobody does."""
    with platform_scope():
        terms = dict(OrganizationTerms.objects.values_list("org_id", "retention_days"))
        creators = set(Creator.objects.filter(account_id__in=account_ids).values_list("org_id", "account_id"))
        videos = set(Video.objects.filter(account_id__in=account_ids).values_list("org_id", "account_id"))
    kept: dict[int, int | None] = dict.fromkeys(account_ids, 0)
    for org_id, account_id in creators | videos:
        if account_id is not None:
            # Without terms nothing is known of the organization's plan yet: nothing is forgotten.
            kept[account_id] = _longer(kept[account_id], terms.get(org_id))
    return kept


def _longer(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else max(one, other)

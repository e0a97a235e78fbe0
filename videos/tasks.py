"""Celery entry points of the mirror."""

from collections.abc import Sequence

from celery import shared_task
from django.utils import timezone

from videos.services.mirror import mirror_everywhere, sweep


@shared_task
def sweep_mirror() -> None:
    """Repair what a crash left between the canonical layer and the organizations' rows."""
    sweep(timezone.now())


@shared_task
def mirror_accounts(accounts: Sequence[tuple[int, str]]) -> None:
    """Copy accounts that a batch has read into every organization that tracks them."""
    now = timezone.now()
    for account_id, handle in accounts:
        mirror_everywhere(account_id=account_id, handle=handle, now=now)

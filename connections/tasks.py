"""Celery entry points of connections."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from connections.installation import installed_consent, is_offered, reader_for
from connections.services.ending import end_untracked
from connections.services.reading import attend_to, due_accounts
from connections.services.retention import forget_own_readings


@shared_task
def attend(org_id: str, connected_id: str) -> None:
    """Read one connected account, or give its consent back, if that is due."""
    if is_offered():
        consent = installed_consent()
        attend_to(UUID(org_id), UUID(connected_id), consent=consent, reader=reader_for, clock=timezone.now)


@shared_task
def attend_to_due_accounts() -> None:
    """Hand every connected account whose time has come to a worker, after those that nobody tracks any more ended."""
    if is_offered():
        end_untracked(timezone.now())
        for org_id, connected_id in due_accounts(timezone.now()):
            attend.apply_async((str(org_id), str(connected_id)), expires=60)


@shared_task
def forget_unreadable() -> None:
    """Delete own readings that the organization may read no longer."""
    forget_own_readings(timezone.now())

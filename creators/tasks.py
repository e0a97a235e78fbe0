"""Celery entry points of the creators' states and schedules."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from creators.purge import accounts_to_reschedule
from creators.strikes import sweep_strikes
from orgs.scope import organization_scope


@shared_task
def judge_missing_accounts() -> None:
    """Switch off what has been missing for days and was not judged at once."""
    sweep_strikes(timezone.now())


@shared_task
def fit_schedules(org_id: str) -> None:
    """Fit the schedule of every account that an organization tracks to its changed settings."""
    with organization_scope(UUID(org_id)):
        fit = accounts_to_reschedule()
    fit()

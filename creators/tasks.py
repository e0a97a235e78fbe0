"""Celery entry points of the creators' states."""

from celery import shared_task
from django.utils import timezone

from creators.strikes import sweep_strikes


@shared_task
def judge_missing_accounts() -> None:
    """Switch off what has been missing for days and was not judged at once."""
    sweep_strikes(timezone.now())

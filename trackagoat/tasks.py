"""Celery entry points of the hall."""

from celery import shared_task
from django.utils import timezone

from trackagoat.operations.alerts import alert_staff


@shared_task
def alert_staff_if_needed() -> None:
    """Mail staff what they must look at."""
    alert_staff(timezone.now())

"""Celery entry points of projects."""

from celery import shared_task
from django.utils import timezone

from projects import services


@shared_task
def purge_deleted_projects() -> None:
    """Delete projects whose days of grace are over for good."""
    services.purge_deleted(timezone.now())

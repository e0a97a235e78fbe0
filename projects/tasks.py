"""Celery entry points of projects."""

from celery import shared_task
from django.utils import timezone

from projects import services


@shared_task
def purge_deleted_projects() -> None:
    """Delete projects whose days of grace are over for good."""
    services.purge_deleted(timezone.now())


@shared_task
def forget_gone_rows() -> None:
    """Delete what deleted rows left longer ago than clients may ask for."""
    services.forget_gone_rows(timezone.now())

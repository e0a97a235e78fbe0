"""Celery entry points of the mirror."""

from celery import shared_task
from django.utils import timezone

from videos.services.mirror import sweep


@shared_task
def sweep_mirror() -> None:
    """Repair what a crash left between the canonical layer and the organizations' rows."""
    sweep(timezone.now())

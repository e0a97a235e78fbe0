"""Celery entry points of the outbox, and of the end of organizations."""

from celery import shared_task
from django.utils import timezone

from orgs import events
from orgs.services.purge import purge_deleted


@shared_task
def deliver_events() -> None:
    """Hand waiting events to their listeners; called by beat and whenever one was written."""
    events.deliver_due()


@shared_task
def forget_delivered_events() -> None:
    """Clear the outbox of what has long been delivered."""
    events.forget_delivered(timezone.now())


@shared_task
def purge_deleted_organizations() -> None:
    """Delete organizations whose days of grace are over for good."""
    purge_deleted(timezone.now())

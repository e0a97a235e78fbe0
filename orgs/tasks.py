"""Celery entry points of the outbox, of plans, and of the end of organizations."""

from celery import shared_task
from django.utils import timezone

from orgs import events
from orgs.services import plans
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


@shared_task
def sweep_limit_warnings() -> None:
    """Warn of limits that are nearly used up and that nobody saw crossing."""
    for org_id in plans.every_organization():
        plans.sweep_warnings(org_id)

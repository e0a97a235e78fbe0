"""Celery entry points of the scraping pipeline: ids in, services called."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from scraping.installation import installed_providers
from scraping.services.scrape import scrape
from scraping.services.targets import LEASE, Claim, claim_due


@shared_task
def dispatch_due_targets() -> None:
    """Claim what is due and hand it to the workers; called by beat and whenever somebody is waiting."""
    for claim in claim_due(timezone.now()):
        scrape_target.apply_async((str(claim.target_id), str(claim.lease_id)), expires=LEASE.total_seconds())


@shared_task
def scrape_target(target_id: str, lease_id: str) -> None:
    """Read one claimed target."""
    scrape(Claim(UUID(target_id), UUID(lease_id)), providers=installed_providers(), clock=timezone.now)

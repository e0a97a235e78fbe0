"""Celery entry points of the scraping pipeline: ids in, services called."""

from functools import cache
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from scraping.pacing import shared_pacer
from scraping.providers import Providers, build_providers
from scraping.services.scrape import scrape
from scraping.services.targets import LEASE, Claim, claim_due


@cache
def _providers() -> Providers:
    """This process's providers, with their open connections."""
    return build_providers(
        settings.TRACKAGOAT_PROVIDERS, simulator_url=settings.SIMULATOR_URL or None, pacer=shared_pacer()
    )


@shared_task
def dispatch_due_targets() -> None:
    """Claim what is due and hand it to the workers; called by beat and whenever somebody is waiting."""
    for claim in claim_due(timezone.now()):
        scrape_target.apply_async((str(claim.target_id), str(claim.lease_id)), expires=LEASE.total_seconds())


@shared_task
def scrape_target(target_id: str, lease_id: str) -> None:
    """Read one claimed target."""
    scrape(Claim(UUID(target_id), UUID(lease_id)), providers=_providers(), clock=timezone.now)

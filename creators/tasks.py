"""Celery entry points of the creators' states and schedules."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from creators.links import follow, follow_due_links
from creators.purge import accounts_to_reschedule
from creators.strikes import sweep_strikes
from orgs.scope import organization_scope
from scraping.installation import installed_providers
from scraping.services.switches import in_use


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


@shared_task
def follow_link(org_id: str, link_id: str) -> None:
    """Find out where a short link leads and add that."""
    follow(UUID(org_id), UUID(link_id), providers=in_use(installed_providers()), now=timezone.now())


@shared_task
def follow_waiting_links() -> None:
    """Go on with every short link whose time has come."""
    follow_due_links(timezone.now())

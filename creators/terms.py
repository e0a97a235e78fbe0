"""What organizations' plans and settings ask of the schedule and of the history, and following it when that changes.

The sweep compares the terms that hold now with those that were applied last, so a changed plan, override, interval or
expiry is followed within a minute, however it was changed and whatever was cut off in between.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from creators.models import Creator, OrganizationTerms
from creators.services import schedule_account
from creators.starts import follow_time_zone
from orgs.limits import limit
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from scraping.models import ScrapeTarget

RETENTION = "stats_history_retention_days"
# History is kept for so long after nobody may read it any more, and untouched for so long after a downgrade.
KEPT_AFTER = timedelta(days=40)
AFTER_DOWNGRADE = timedelta(days=30)


def schedule_terms(org: Organization) -> str:
    """Everything about an organization that its creators' schedule depends on, as one comparable text."""
    parts = [(getattr(org, f"{kind}_hours"), limit(org, f"min_{kind}_hours")) for kind in ScrapeTarget.Kind]
    return repr((parts, org.video_expiry_days, org.timezone))


def follow_changed_terms(now: datetime) -> int:
    """Schedule anew the accounts of organizations whose terms have changed; returns how many accounts."""
    changed, accounts = _changed()
    for org, _ in changed:
        with organization_scope(org.id):
            follow_time_zone(org)
    for account_id in sorted(accounts):
        schedule_account(account_id, now)
    for org, terms in changed:
        with organization_scope(org.id):
            OrganizationTerms.objects.update_or_create(
                id=org.id,
                org_id=org.id,
                defaults={"schedule": terms},
                create_defaults={"schedule": terms, **_first(org)},
            )
    return len(accounts)


def _changed() -> tuple[list[tuple[Organization, str]], set[int]]:
    with platform_scope():
        applied = dict(OrganizationTerms.objects.values_list("org_id", "schedule"))
        current = [(org, schedule_terms(org)) for org in Organization.objects.all()]
        changed = [(org, terms) for org, terms in current if applied.get(org.id) != terms]
        rows = Creator.objects.active().filter(org_id__in=[org.id for org, _ in changed], account_id__isnull=False)
        return changed, {account_id for account_id in rows.values_list("account_id", flat=True) if account_id}


def _first(org: Organization) -> dict[str, int | None]:
    return {"retention_days": limit(org, RETENTION)}


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many days an organization's history is kept (None: for ever), and until when a longer time than its
    plan's holds."""

    days: int | None
    longer_until: datetime | None


def kept_now(before: Kept, allowed: int | None, now: datetime) -> Kept:
    """What is kept now, after `before`, under a plan that allows `allowed` days. A longer time holds at once; a
    shorter one 30 days after it was noticed."""
    is_shorter = allowed is not None and (before.days is None or before.days > allowed)
    if not is_shorter:
        return Kept(allowed, None)
    until = before.longer_until or now + AFTER_DOWNGRADE
    return Kept(before.days, until) if now < until else Kept(allowed, None)


def apply_retention(now: datetime) -> int:
    """Note for every organization how long its history is kept; returns how many changed. Runs before a deletion."""
    with platform_scope():
        known = {terms.org_id: terms for terms in OrganizationTerms.objects.all()}
        allowed = {org.id: limit(org, RETENTION) for org in Organization.objects.all()}
    changed = 0
    for org_id, terms in known.items():
        before = Kept(terms.retention_days, terms.longer_until)
        after = kept_now(before, allowed.get(org_id), now)
        if after != before:
            changed += 1
            with organization_scope(org_id):
                OrganizationTerms.objects.filter(org_id=org_id).update(
                    retention_days=after.days, longer_until=after.longer_until
                )
    return changed

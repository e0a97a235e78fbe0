"""Mail to ADMINS when a person must look: TikTok changed a shape, a breaker stays open, a month had no partition."""

from datetime import datetime

from django.core.cache import cache
from django.core.mail import mail_admins
from django.db import transaction

from scraping.health import rows_in_default
from scraping.models import SchemaAlert
from scraping.services.partitions import TABLES
from scraping.services.targets import history_alias
from trackagoat.operations.report import sources

# A breaker that opens so often in a row does not recover by itself.
STAYS_OPEN = 3
AGAIN_AFTER_SECONDS = 6 * 3600


def alert_staff(now: datetime) -> int:
    """Mail what has not been told yet; returns how many mails were sent. Each changed shape is told once, what lasts is
    told again every six hours."""
    return _tell_changed_shapes(now) + _tell_open_breakers() + _tell_missing_months()


def _tell_changed_shapes(now: datetime) -> int:
    with transaction.atomic(using=history_alias()):
        untold = SchemaAlert.objects.filter(told_at=None, resolved_at=None).order_by("id")
        alerts = list(untold.select_for_update(skip_locked=True, no_key=True))
        for alert in alerts:
            body = (
                f"{alert.detail}\n\nSeen {alert.seen_count} times since {alert.first_seen_at:%Y-%m-%d %H:%M} UTC.\n"
                f"What was found there instead, keys and types alone:\n\n{alert.sample}\n\n"
                "Nothing was written from these answers. The state of all sources is at /admin/health/."
            )
            mail_admins(f"{alert.provider}: TikTok changed {alert.path}", body)
            alert.told_at = now
        SchemaAlert.objects.bulk_update(alerts, ["told_at"])
    return len(alerts)


def _tell_open_breakers() -> int:
    told = 0
    for source in sources():
        for state in source.resting:
            if state.openings < STAYS_OPEN or not _first_time(f"{state.provider}:{state.exit}"):
                continue
            body = (
                f"Exit {state.exit} of {state.provider} was opened {state.openings} times in a row, last by "
                f"{state.cause}. It rests until {state.rests_until:%Y-%m-%d %H:%M} UTC and is tried again by itself."
            )
            mail_admins(f"{state.provider}: a breaker stays open", body)
            told += 1
    return told


def _tell_missing_months() -> int:
    used = [table for table, has_rows in rows_in_default(TABLES).items() if has_rows]
    if not used or not _first_time("default partitions"):
        return 0
    body = f"Rows came for a month without a partition: {', '.join(used)}. Run `manage.py upkeep` as the owner."
    mail_admins("A month has no partition", body)
    return 1


def _first_time(what: str) -> bool:
    return bool(cache.add(f"told staff: {what}", 1, AGAIN_AFTER_SECONDS))

"""What is kept of a provider's failure, whoever delivers in its place: the shape of answers that could not be read."""

import re
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from scraping.models import SchemaAlert
from scraping.outcomes import CONSEQUENCES, ScrapeFailure
from scraping.services.targets import history_alias

log = structlog.get_logger(__name__)
_INDEX = re.compile(r"\[\d+\]")


def note_stumble(provider: str, failure: ScrapeFailure, *, now: datetime) -> None:
    """Note a failure that calls for staff: one alert per provider and path, counted, and new again if it comes back
    after it was resolved. Other failures leave nothing here."""
    if not CONSEQUENCES[failure.outcome].alerts_staff or failure.unasked:
        return
    path = _INDEX.sub("[*]", failure.path or "$")[:300]
    with transaction.atomic(using=history_alias()):
        alert, created = SchemaAlert.objects.select_for_update(no_key=True).get_or_create(
            id=SchemaAlert.id_for(provider, path),
            defaults={
                "provider": provider,
                "path": path,
                "detail": failure.detail[:500],
                "sample": failure.sample or "",
                "first_seen_at": now,
                "last_seen_at": now,
            },
        )
        if not created:
            _seen_again(alert, failure, now)
    if created or alert.resolved_at is not None:
        log.error("schema changed", provider=provider, path=path, detail=failure.detail)


def _seen_again(alert: SchemaAlert, failure: ScrapeFailure, now: datetime) -> None:
    changes = {"last_seen_at": now, "seen_count": F("seen_count") + 1}
    if alert.resolved_at is not None:
        anew = {"first_seen_at": now, "seen_count": 1, "told_at": None, "resolved_at": None}
        changes |= anew | {"detail": failure.detail[:500], "sample": failure.sample or ""}
    SchemaAlert.objects.filter(id=alert.id).update(**changes)

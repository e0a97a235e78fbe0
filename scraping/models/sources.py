"""How the sources of TikTok's data are: switched on or off, answering or not, in a shape that is read or not."""

from uuid import UUID, uuid5

from django.db import models
from uuid_utils.compat import uuid7

from scraping.outcomes import Outcome
from scraping.providers.interface import Capability

ALERT_NAMESPACE = UUID("a7d0b8f2-3c63-4a57-8f53-b1f0a2d86f11")


class ProviderSwitch(models.Model):
    """Staff's word on one provider. A provider without a row is on."""

    provider = models.CharField(primary_key=True, max_length=12)
    is_on = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.provider} is {'on' if self.is_on else 'off'}"


class ProviderCheck(models.Model):
    """How a provider answered for an account that is known to exist: the canary's record, kept for a week."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    provider = models.CharField(max_length=12)
    capability = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Capability])
    outcome = models.CharField(max_length=16, choices=[(o.value, o.value) for o in Outcome])
    detail = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["provider", "-checked_at"], name="scraping_check_newest")]

    def __str__(self) -> str:
        return f"{self.provider} {self.outcome} {self.checked_at:%Y-%m-%d %H:%M:%S}"


class SchemaAlert(models.Model):
    """A source's answers no longer have the shape that is read. One row per provider and path until it is resolved.

    `sample` shows the shape that was found, keys and types only: no value of anybody's is kept.
    """

    id = models.UUIDField(primary_key=True)
    provider = models.CharField(max_length=12)
    path = models.CharField(max_length=300)
    detail = models.CharField(max_length=500, blank=True)
    sample = models.TextField(blank=True)
    seen_count = models.PositiveIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # When staff was told by mail, and when staff said that it is dealt with.
    told_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["-last_seen_at"], name="scraping_alert_newest")]

    def __str__(self) -> str:
        return f"{self.provider}: {self.path}"

    @staticmethod
    def id_for(provider: str, path: str) -> UUID:
        """The id of the alert for this provider and path: seen again it is the same row."""
        return uuid5(ALERT_NAMESPACE, f"{provider}:{path}")

"""Reads over organizations' own rows, in the open scope."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.db.models import Q

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from orgs.models import ApiKey, AuditEntry, Invitation, Membership, OutboxEvent


class ApiKeyQuerySet(OrgScopedQuerySet["ApiKey"]):
    """Named reads over API keys."""

    def live(self, now: datetime) -> Self:
        """Keys that still open the API: neither revoked nor expired."""
        return self.filter(Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now)))

    def newest_first(self) -> Self:
        return self.select_related("created_by").order_by("-id")

    def not_used_since(self, moment: datetime) -> Self:
        return self.filter(Q(last_used_at=None) | Q(last_used_at__lte=moment))


class MembershipQuerySet(OrgScopedQuerySet["Membership"]):
    """Named reads over members."""

    def admins(self) -> Self:
        return self.filter(role="admin")

    def oldest_first(self) -> Self:
        return self.select_related("user").order_by("created_at", "id")


class InvitationQuerySet(OrgScopedQuerySet["Invitation"]):
    """Named reads over invitations."""

    def open(self) -> Self:
        """Neither answered nor cancelled; expired ones among them, which an admin may send again."""
        return self.filter(accepted_at=None, declined_at=None, cancelled_at=None)

    def pending(self, now: datetime) -> Self:
        """Can still be accepted; these take places in the plan."""
        return self.open().filter(expires_at__gt=now)

    def newest_first(self) -> Self:
        return self.select_related("invited_by").order_by("-id")


class AuditEntryQuerySet(OrgScopedQuerySet["AuditEntry"]):
    """Named reads over the audit log."""

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def actions(self) -> list[str]:
        """The actions that occur, in alphabetical order."""
        return list(self.order_by("action").values_list("action", flat=True).distinct())

    def by_actor(self, text: str) -> Self:
        """Entries whose actor's name or address contains the text; everything for no text."""
        return self.filter(actor_label__icontains=text.strip()) if text.strip() else self

    def of_action(self, action: str) -> Self:
        """Entries of an action; everything for none."""
        return self.filter(action=action) if action else self

    def about(self, text: str) -> Self:
        """Entries about objects of this type, with this id, or whose name contains the text; everything for no text."""
        text = text.strip()
        if not text:
            return self
        return self.filter(Q(object_label__icontains=text) | Q(object_id=text) | Q(object_type=text.lower()))

    def between(self, first: date | None, last: date | None, zone: str) -> Self:
        """Entries of the days from `first` to `last`, both inclusive, in a time zone; None = no bound."""
        rows = self
        if first is not None:
            rows = rows.filter(at__gte=datetime.combine(first, time(), ZoneInfo(zone)))
        if last is not None:
            rows = rows.filter(at__lt=datetime.combine(last + timedelta(days=1), time(), ZoneInfo(zone)))
        return rows


class OutboxEventQuerySet(OrgScopedQuerySet["OutboxEvent"]):
    """Named reads over events on their way to listeners."""

    def waiting(self) -> Self:
        """Events that some listener has not got and that are not set aside."""
        return self.filter(delivered_at=None, set_aside_at=None)

    def due(self, now: datetime) -> Self:
        """Events to deliver now, the longest due first."""
        return self.waiting().filter(due_at__lte=now).order_by("due_at", "id")

    def set_aside(self) -> Self:
        """Events that were given up after too many failures, until staff send them again."""
        return self.filter(set_aside_at__isnull=False)

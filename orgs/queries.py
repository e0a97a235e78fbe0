"""Reads over organizations' own rows, in the open scope."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

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

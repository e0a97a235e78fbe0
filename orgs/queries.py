"""Reads over organizations' own rows, in the open scope."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from orgs.tenancy import OrgScopedQuerySet

if TYPE_CHECKING:
    from orgs.models import ApiKey

if TYPE_CHECKING:
    pass


class ApiKeyQuerySet(OrgScopedQuerySet["ApiKey"]):
    """Named reads over API keys."""

    def live(self, now: datetime) -> Self:
        """Keys that still open the API: neither revoked nor expired."""
        return self.filter(Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=now)))

    def newest_first(self) -> Self:
        return self.select_related("created_by").order_by("-id")

"""Forgetting own readings that the organization may read no longer."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from connections.models import ConnectedAccountSnapshot, ConnectedPostSnapshot
from creators.models import OrganizationTerms
from creators.terms import KEPT_AFTER
from orgs.scope import organization_scope, platform_scope


def forget_own_readings(now: datetime) -> int:
    """Delete every organization's own readings from before its horizon, but for the first of each account and post and
    the last before the horizon; returns how many went. The horizon is the public history's: as many days as the plan
    lets be read, and 40 more."""
    return sum(_forget(org_id, now - timedelta(days=days) - KEPT_AFTER) for org_id, days in _kept().items())


def _kept() -> dict[UUID, int]:
    """For how many days each organization keeps its history, those that keep it for ever left out."""
    with platform_scope():
        terms = OrganizationTerms.objects.exclude(retention_days=None)
        return {org_id: days for org_id, days in terms.values_list("org_id", "retention_days") if days is not None}


def _forget(org_id: UUID, horizon: datetime) -> int:
    gone = 0
    with organization_scope(org_id):
        for readings, subject in (
            (ConnectedAccountSnapshot.objects, "account_id"),
            (ConnectedPostSnapshot.objects, "post_id"),
        ):
            old = readings.filter(captured_at__lt=horizon)
            same = old.filter(**{subject: OuterRef(subject)})
            between = old.filter(
                Exists(same.filter(captured_at__lt=OuterRef("captured_at"))),
                Exists(same.filter(captured_at__gt=OuterRef("captured_at"))),
            )
            gone += between.delete()[0]
    return gone

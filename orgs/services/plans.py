"""What platform staff do with an organization: tier, own limits, suspension, deletion. Each opens the scope itself."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from orgs import audit
from orgs.limits import PLAN, Kind, Tier, count_changed, keys_of, limit
from orgs.limits.counting import is_counted
from orgs.limits.retention import RETENTION, shortened
from orgs.models import Organization
from orgs.scope import organization_scope, platform_scope
from orgs.services.organizations import GRACE


class UnknownLimit(Exception):
    """There is no such limit key."""

    def __str__(self) -> str:
        return f"Choose one of the limits: {', '.join(PLAN)}."


def organization_set_tier(*, org_id: UUID, tier: str) -> Organization:
    """Put an organization on another plan. Nothing is deleted: what is over a cap stays, and adding waits for room.

    A longer retention of history holds on for a while. Raises ValueError for an unknown tier.
    """
    tier = Tier(tier).value
    with organization_scope(org_id):
        org = _locked(org_id)
        before = {"tier": org.tier}
        if tier != org.tier:
            kept, org.tier, org.tier_changed_at = limit(org, RETENTION), tier, timezone.now()
            _save_plan(org, kept, "tier", "tier_changed_at")
            _record("organization.tier_changed", org, before=before, after={"tier": tier})
    return org


def limit_override_set(*, org_id: UUID, limit_key: str, value: int | None, reason: str = "") -> Organization:
    """Give an organization a limit of its own; None = unlimited. Raises UnknownLimit."""
    if limit_key not in PLAN:
        raise UnknownLimit
    with organization_scope(org_id):
        org = _locked(org_id)
        before, kept = limit(org, limit_key), limit(org, RETENTION)
        if limit_key not in org.limit_overrides or before != value:
            org.limit_overrides = {**org.limit_overrides, limit_key: value}
            _save_plan(org, kept, "limit_overrides")
            after: dict[str, Any] = {limit_key: value} | ({"reason": reason} if reason else {})
            _record("organization.limit_changed", org, before={limit_key: before}, after=after)
    return org


def limit_override_clear(*, org_id: UUID, limit_key: str) -> Organization:
    """Take an organization's own limit back: its tier's holds again."""
    with organization_scope(org_id):
        org = _locked(org_id)
        if limit_key in org.limit_overrides:
            before, kept = limit(org, limit_key), limit(org, RETENTION)
            org.limit_overrides = {key: value for key, value in org.limit_overrides.items() if key != limit_key}
            _save_plan(org, kept, "limit_overrides")
            after = {limit_key: limit(org, limit_key)}
            _record("organization.limit_changed", org, before={limit_key: before}, after=after)
    return org


def organization_suspend(*, org_id: UUID, reason: str = "") -> Organization:
    """Close dashboard and API to an organization; its data stays. Suspending twice changes nothing."""
    with organization_scope(org_id):
        org = _locked(org_id)
        if org.suspended_at is None:
            org.suspended_at = timezone.now()
            org.save(update_fields=["suspended_at", "updated_at"])
            _record("organization.suspended", org, after={"reason": reason})
    return org


def organization_unsuspend(*, org_id: UUID) -> Organization:
    """Open an organization again."""
    with organization_scope(org_id):
        org = _locked(org_id)
        if org.suspended_at is not None:
            before, org.suspended_at = {"suspended_at": org.suspended_at}, None
            org.save(update_fields=["suspended_at", "updated_at"])
            _record("organization.unsuspended", org, before=before)
    return org


def organization_close(*, org_id: UUID, reason: str = "", now: datetime) -> Organization:
    """What an admin's `organization_delete` does, for staff: it is deleted for good after GRACE. Closing twice changes
    nothing."""
    with organization_scope(org_id):
        org = _locked(org_id)
        if org.deleted_at is None:
            org.deleted_at = now
            org.save(update_fields=["deleted_at", "updated_at"])
            after = {"deleted_for_good_on": (now + GRACE).date(), "reason": reason}
            _record("organization.deleted", org, after=after)
    return org


def organization_reopen(*, org_id: UUID) -> Organization:
    """Take back that an organization is to be deleted. An open one stays as it is."""
    with organization_scope(org_id):
        org = _locked(org_id)
        if org.deleted_at is not None:
            org.deleted_at = None
            org.save(update_fields=["deleted_at", "updated_at"])
            _record("organization.restored", org)
    return org


def every_organization() -> list[UUID]:
    """The ids of all organizations."""
    with platform_scope():
        return list(Organization.objects.filter(deleted_at=None).order_by("id").values_list("id", flat=True))


def sweep_warnings(org_id: UUID) -> None:
    """Look at every count and daily limit of an organization again: the warning for what nobody saw crossing."""
    from orgs.limits import daily_used
    from orgs.limits.warnings import note_daily

    now = timezone.now()
    with organization_scope(org_id):
        for key in filter(is_counted, keys_of(Kind.COUNT)):
            count_changed(org_id, key)
        org = Organization.objects.get(id=org_id)
        for key in keys_of(Kind.DAILY):
            note_daily(org, key, daily_used(org, key, now), now)


def _locked(org_id: UUID) -> Organization:
    return Organization.objects.select_for_update(no_key=True).get(id=org_id)


def _save_plan(org: Organization, kept_days: int | None, *fields: str) -> None:
    org.retention_graces = shortened(org, kept_days, timezone.now())
    org.save(update_fields=[*fields, "retention_graces", "updated_at"])


def _record(action: str, org: Organization, **change: Any) -> None:
    audit.record(action=action, object_type="organization", object_id=org.id, object_label=org.name, **change)

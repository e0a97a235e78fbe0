"""What people do with organizations."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from uuid_utils.compat import uuid7

from orgs import audit
from orgs.models import Membership, Organization, User
from orgs.scope import organization_scope


def organization_create(*, owner: User, name: str, tier: str | None = None, time_zone: str = "UTC") -> Organization:
    """Make an organization with its first admin. Tier: the setting DEFAULT_TIER unless given."""
    org_id = uuid7()
    with organization_scope(org_id):
        org = Organization.objects.create(id=org_id, name=name, tier=tier or settings.DEFAULT_TIER, timezone=time_zone)
        Membership.objects.create(org=org, user=owner, role=Membership.Role.ADMIN)
        audit.record(
            action="organization.created",
            actor=owner,
            object_type="organization",
            object_id=org.id,
            object_label=name,
            after={"name": name, "tier": org.tier, "timezone": time_zone},
        )
    return org


def require_admin(membership: Membership) -> None:
    """Raise PermissionDenied unless the member is an admin."""
    if not membership.is_admin:
        raise PermissionDenied("Only an admin of this organization can do that.")


def organization_change(*, by: Membership, **values: Any) -> Organization:
    """Set what an admin may set: name, time zone, week start, intervals, expiry, two-factor; returns the new state.

    Values are validated by the form. Raises PermissionDenied for members who are no admins.
    """
    require_admin(by)
    org = Organization.objects.select_for_update().get(id=by.org_id)
    before, changed = audit.changes({name: getattr(org, name) for name in values}, values)
    if not changed:
        return org
    for name, value in changed.items():
        setattr(org, name, value)
    org.save(update_fields=[*changed, "updated_at"])
    audit.record(
        action="organization.changed",
        actor=by.user,
        object_type="organization",
        object_id=org.id,
        object_label=org.name,
        before=before,
        after=changed,
    )
    return org

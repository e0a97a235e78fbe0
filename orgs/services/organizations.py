"""What people do with organizations."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from uuid_utils.compat import uuid7

from orgs import audit
from orgs.admission import has_second_factor
from orgs.identity import memberships_of
from orgs.models import Membership, Organization, User
from orgs.scope import organization_scope

# Plans are counted by organization: a person does not get around theirs by making more and more.
MOST_ADMINISTERED = 20
GRACE = timedelta(days=14)


class TooManyOrganizations(Exception):
    """The person is an admin of as many organizations as anybody may be."""

    def __str__(self) -> str:
        return f"You are an admin of {MOST_ADMINISTERED} organizations, and nobody can be of more. Write to us."


class NameMistyped(Exception):
    """What should confirm a deletion is not the name."""

    def __str__(self) -> str:
        return "This is not the name. Type it as it is shown, so that nothing is deleted by accident."


class TwoFactorMissing(Exception):
    """The admin who wants to require a second factor has none."""

    def __str__(self) -> str:
        return "Set up two-factor sign-in for your own account first, or you would lock yourself out."


def organization_create(*, owner: User, name: str, tier: str | None = None, time_zone: str = "UTC") -> Organization:
    """Make an organization with its first admin. Tier: the setting DEFAULT_TIER unless given.

    Raises TooManyOrganizations.
    """
    if sum(membership.is_admin for membership in memberships_of(owner)) >= MOST_ADMINISTERED:
        raise TooManyOrganizations
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


TimeZoneFollower = Callable[[Organization], object]
_time_zone_followers: list[TimeZoneFollower] = []


def on_time_zone_change(follow: TimeZoneFollower) -> None:
    """Register what an upper app keeps by the organization's days, to be moved with its zone in the transaction that
    changes it; call it in AppConfig.ready()."""
    _time_zone_followers.append(follow)


def organization_change(*, by: Membership, **values: Any) -> Organization:
    """Set what an admin may set: name, time zone, week start, intervals, expiry, two-factor; returns the new state.

    Values are validated by the form. Raises PermissionDenied for members who are no admins, TwoFactorMissing.
    """
    require_admin(by)
    if values.get("require_two_factor") and not has_second_factor(by.user):
        raise TwoFactorMissing
    org = Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    before, changed = audit.changes({name: getattr(org, name) for name in values}, values)
    if not changed:
        return org
    for name, value in changed.items():
        setattr(org, name, value)
    org.save(update_fields=[*changed, "updated_at"])
    if "timezone" in changed:
        for follow in _time_zone_followers:
            follow(org)
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


def organization_delete(*, by: Membership, typed_name: str, now: datetime) -> Organization:
    """Close an organization; it is deleted for good after GRACE, unless an admin restores it before.

    Raises PermissionDenied, NameMistyped. Deleting twice changes nothing.
    """
    require_admin(by)
    org = Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    if typed_name.strip() != org.name.strip():
        raise NameMistyped
    if org.deleted_at is None:
        org.deleted_at = now
        org.save(update_fields=["deleted_at", "updated_at"])
        _record("organization.deleted", org, by, after={"deleted_for_good_on": (now + GRACE).date()})
    return org


def organization_restore(*, by: Membership) -> Organization:
    """Open an organization in deletion again. Raises PermissionDenied. An open one stays as it is."""
    require_admin(by)
    org = Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    if org.deleted_at is not None:
        org.deleted_at = None
        org.save(update_fields=["deleted_at", "updated_at"])
        _record("organization.restored", org, by)
    return org


def _record(action: str, org: Organization, by: Membership, after: dict[str, Any] | None = None) -> None:
    audit.record(
        action=action,
        actor=by.user,
        object_type="organization",
        object_id=org.id,
        object_label=org.name,
        after=after,
    )

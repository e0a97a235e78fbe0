"""What people do with the members of an organization.

Each action locks the organization's row first, so that two of them never see the same admins and both take one away.
"""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from orgs import audit
from orgs.models import Membership, Organization
from orgs.services.organizations import require_admin


class LastAdmin(Exception):
    """The organization would be left without an admin."""

    def __str__(self) -> str:
        return "An organization always keeps at least one admin. Make somebody else an admin first."


class MemberChanged(Exception):
    """The member is not in the state that the asking page showed."""

    def __init__(self, member: Membership) -> None:
        super().__init__()
        self.member = member

    def __str__(self) -> str:
        return (
            f"{self.member.user} was changed in the meantime and is {self.member.get_role_display().lower()} now. "
            "Nothing was changed here: look again and decide."
        )


class UnknownRole(Exception):
    """There is no such role."""

    def __str__(self) -> str:
        return "Choose a role from the list: admin or member."


def member_change_role(*, by: Membership, membership_id: UUID, role: str, seen_role: str) -> Membership:
    """Give a member another role. `seen_role`: the role that the asking page showed.

    Raises PermissionDenied, UnknownRole, Membership.DoesNotExist, MemberChanged, LastAdmin.
    """
    _lock_as_admin(by)
    member = Membership.objects.select_related("user").get(id=membership_id)
    if role not in Membership.Role.values:
        raise UnknownRole
    if member.role != seen_role:
        raise MemberChanged(member)
    if member.role == role:
        return member
    if member.is_admin:
        _require_another_admin(member)
    before, member.role = member.role, role
    member.save(update_fields=["role"])
    _record("member.role_changed", member, before={"role": before}, after={"role": role})
    return member


def member_remove(*, by: Membership, membership_id: UUID) -> Membership:
    """Take a member out; their API keys keep working. Raises PermissionDenied, Membership.DoesNotExist, LastAdmin."""
    _lock_as_admin(by)
    member = Membership.objects.select_related("user").get(id=membership_id)
    return _end(member, "member.removed")


def organization_leave(*, by: Membership) -> Membership:
    """Leave the organization. Raises Membership.DoesNotExist where somebody was quicker, LastAdmin."""
    Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    return _end(Membership.objects.select_related("user").get(id=by.id), "member.left")


def _end(member: Membership, action: str) -> Membership:
    if member.is_admin:
        _require_another_admin(member)
    _record(action, member, before={"role": member.role})
    Membership.objects.filter(id=member.id).delete()
    return member


def _lock_as_admin(by: Membership) -> None:
    """Lock the organization and make sure that who asks still is an admin: it may have changed since the request began.

    Raises PermissionDenied.
    """
    Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    still = Membership.objects.filter(id=by.id).first()
    if still is None:
        raise PermissionDenied("You are no longer a member of this organization.")
    require_admin(still)


def _require_another_admin(member: Membership) -> None:
    if not Membership.objects.admins().exclude(id=member.id).exists():
        raise LastAdmin


def _record(action: str, member: Membership, **change: dict[str, str]) -> None:
    audit.record(
        action=action,
        object_type="member",
        object_id=member.user_id,
        object_label=member.user.email,
        before=change.get("before"),
        after=change.get("after"),
    )

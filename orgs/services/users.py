"""What platform staff do with people."""

from typing import Any
from uuid import UUID

from django.utils import timezone

from orgs import audit
from orgs.identity import memberships_of
from orgs.models import User
from orgs.scope import organization_scope


def user_suspend(*, user_id: UUID, reason: str = "") -> User:
    """Close the dashboard to a person: each of their sessions ends, with a word why, at its next request. The API keys
    of their organizations keep working."""
    user = User.objects.select_for_update(no_key=True).get(id=user_id)
    if user.suspended_at is None:
        user.suspended_at = timezone.now()
        user.save(update_fields=["suspended_at"])
        record_about("user.suspended", user, after={"reason": reason})
    return user


def user_unsuspend(*, user_id: UUID) -> User:
    """Let a person in again."""
    user = User.objects.select_for_update(no_key=True).get(id=user_id)
    if user.suspended_at is not None:
        before, user.suspended_at = {"suspended_at": user.suspended_at}, None
        user.save(update_fields=["suspended_at"])
        record_about("user.unsuspended", user, before=before)
    return user


def record_about(action: str, user: User, *, actor: User | None = None, **change: Any) -> None:
    """Write what staff did about a person into the log of every organization that the person belongs to."""
    for membership in memberships_of(user):
        with organization_scope(membership.org_id):
            audit.record(
                action=action, actor=actor, object_type="user", object_id=user.id, object_label=user.email, **change
            )

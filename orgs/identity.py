"""Reads made before an organization is known: whose session, whose key, whose invitation.

They go through a read-only flag that only the policies of memberships, invitations, API keys and organizations accept.
This module is the only one that sets it.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_rls_tenants.tenants.state import (
    reset_current_tenant_id,
    reset_rls_context_active,
    set_current_tenant_id,
    set_rls_context_active,
)

from orgs import keycache
from orgs.models import ApiKey, Invitation, Membership, User

BEARER = re.compile(r"(?i:bearer) (tga_[0-9a-f]{64})")


@contextmanager
def _identity_reads() -> Iterator[None]:
    with transaction.atomic():
        # Also from inside a scope, whose manager would filter to its organization.
        active, tenant = set_rls_context_active(True), set_current_tenant_id(None)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('rls.identity', 'true', true)")
            yield
        finally:
            reset_current_tenant_id(tenant)
            reset_rls_context_active(active)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('rls.identity', 'false', true)")


def memberships_of(user: User) -> list[Membership]:
    """Every membership of a user, with its organization, oldest first."""
    with _identity_reads():
        return list(_memberships(user))


def _memberships(user: User) -> "QuerySet[Membership]":
    found: QuerySet[Membership] = Membership.objects.filter(user=user).select_related("org", "user")
    return found.order_by("created_at", "id")


@dataclass(frozen=True)
class Belonging:
    """Where a user belongs, and where they are asked to."""

    memberships: list[Membership]
    invitations: list[Invitation]

    def membership_in(self, org_id: UUID) -> Membership | None:
        """The membership in one organization, or None: absent and foreign organizations look the same."""
        return next((membership for membership in self.memberships if membership.org_id == org_id), None)


def belonging_of(user: User) -> Belonging:
    """A user's memberships, oldest first, and the invitations that wait for one of their confirmed addresses."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values("email")
    with _identity_reads():
        memberships = list(_memberships(user))
        waiting = Invitation.objects.pending(timezone.now()).filter(email__in=confirmed, org__deleted_at=None)
        invitations = list(waiting.select_related("org", "invited_by").order_by("id"))
    return Belonging(memberships, invitations)


def invitation_by_id(invitation_id: UUID) -> Invitation | None:
    """An invitation in whatever state, with its organization and who sent it; None if there is none."""
    with _identity_reads():
        return Invitation.objects.filter(id=invitation_id).select_related("org", "invited_by").first()


def membership_of(user: User | AnonymousUser, org_id: UUID) -> Membership | None:
    """The user's membership in one organization, or None: absent and foreign organizations look the same."""
    if not isinstance(user, User):
        return None
    with _identity_reads():
        return Membership.objects.filter(user=user, org_id=org_id).select_related("org", "user").first()


def api_key_for(authorization: str) -> ApiKey | None:
    """The live key that an Authorization header names, with its organization; None if malformed, unknown, revoked or
    expired, or if its organization is in deletion.

    Only the key's SHA-256 is looked up, so the time taken tells nothing about stored keys.
    """
    digest = _digest_in(authorization)
    if digest is None:
        return None
    token = keycache.token_for(digest)
    key = _read_api_key(digest)
    if key is None:
        return None
    keycache.remember(digest, key, token)
    return key if _is_live(key) else None


def remembered_api_key_for(authorization: str) -> keycache.Remembered | None:
    """The same as it was read some seconds ago; None if it was not, or is not live. Whoever uses it must see that its
    token stands."""
    digest = _digest_in(authorization)
    known = None if digest is None else keycache.recall(digest)
    return known if known is not None and _is_live(known.key) else None


def _read_api_key(digest: str) -> ApiKey | None:
    with _identity_reads():
        key: ApiKey | None = ApiKey.objects.filter(digest=digest).select_related("org").first()
    return key


def _digest_in(authorization: str) -> str | None:
    match = BEARER.fullmatch(authorization)
    return None if match is None else hashlib.sha256(match[1].encode()).hexdigest()


def _is_live(key: ApiKey) -> bool:
    return key.is_live(timezone.now()) and key.org.deleted_at is None

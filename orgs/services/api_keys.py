"""What people do with API keys."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from orgs import audit
from orgs.limits import require_room
from orgs.models import ApiKey, Membership
from orgs.scope import organization_scope
from orgs.services.organizations import require_admin

KEY_PREFIX = "tga_"
NOTE_EVERY = timedelta(minutes=1)
SHOWN_PREFIX_LENGTH = len(KEY_PREFIX) + 8


def api_key_create(*, by: Membership, name: str, expires_at: datetime | None = None) -> tuple[ApiKey, str]:
    """Make a key; returns the row and the key itself, which is shown once and never stored.

    Raises PermissionDenied for members who are no admins, LimitReached at the plan's cap.
    """
    require_admin(by)
    require_room(by.org_id, "max_api_keys_per_org")
    secret = KEY_PREFIX + secrets.token_hex(32)
    key = ApiKey.objects.create(
        org_id=by.org_id,
        name=name,
        prefix=secret[:SHOWN_PREFIX_LENGTH],
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        created_by_id=by.user_id,
        expires_at=expires_at,
    )
    _record("api_key.created", key, by, after={"name": name, "expires_at": expires_at})
    return key, secret


def api_key_rename(*, by: Membership, key_id: UUID, name: str) -> ApiKey:
    """Give a key another name. Raises ApiKey.DoesNotExist, PermissionDenied."""
    require_admin(by)
    key: ApiKey = ApiKey.objects.select_for_update(no_key=True).get(id=key_id)
    if key.name != name:
        before, key.name = key.name, name
        key.save(update_fields=["name"])
        _record("api_key.renamed", key, by, before={"name": before}, after={"name": name})
    return key


def api_key_revoke(*, by: Membership, key_id: UUID) -> ApiKey:
    """Make a key useless at once. Raises ApiKey.DoesNotExist, PermissionDenied. Revoking twice changes nothing."""
    require_admin(by)
    key = ApiKey.objects.select_for_update(no_key=True).get(id=key_id)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        _record("api_key.revoked", key, by)
    return key


def _record(action: str, key: ApiKey, by: Membership, **change: Any) -> None:
    audit.record(action=action, actor=by.user, object_type="api_key", object_id=key.id, object_label=str(key), **change)


def api_key_touch(key: ApiKey, now: datetime) -> None:
    """Note that a key was used, at most once a minute; call it outside the request's transaction."""
    with organization_scope(key.org_id):
        ApiKey.objects.filter(id=key.id).not_used_since(now - NOTE_EVERY).update(last_used_at=now)

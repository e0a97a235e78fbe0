"""Asking a creator's owner for consent."""

from datetime import datetime
from uuid import UUID

from connections.errors import NotReady
from connections.models import ConnectionLink
from creators.models import Creator
from orgs import audit
from projects.services import require_open


def link_make(*, creator_id: UUID, now: datetime) -> ConnectionLink:
    """Make a link for a creator's owner; an earlier one is good for nothing from then on.

    Raises Creator.DoesNotExist, ProjectArchived, NotReady.
    """
    creator = _asked_for(creator_id)
    if creator.account_id is None:
        raise NotReady
    link: ConnectionLink
    link, is_new = ConnectionLink.objects.select_for_update(of=("self",), no_key=True).get_or_create(
        org_id=creator.org_id, creator=creator, defaults={"expires_at": now + ConnectionLink.LIFETIME}
    )
    link.made_by, link.expires_at, link.used_at = audit.current_user(), now + ConnectionLink.LIFETIME, None
    link.issue += 0 if is_new else 1
    link.save()
    _record("connection.asked", creator)
    return link


def link_withdraw(*, creator_id: UUID) -> None:
    """Let a creator's link be good for nothing. Raises Creator.DoesNotExist, ProjectArchived."""
    creator = _asked_for(creator_id)
    deleted, _ = ConnectionLink.objects.filter(creator_id=creator.id, used_at=None).delete()
    if deleted:
        _record("connection.withdrawn", creator)


def _asked_for(creator_id: UUID) -> Creator:
    creator: Creator = Creator.objects.tracked().select_related("project").get(id=creator_id)
    require_open(creator.project)
    return creator


def _record(action: str, creator: Creator) -> None:
    audit.record(action=action, object_type="creator", object_id=creator.id, object_label=str(creator))

"""The links with which consent is asked for: signed, single-use, replaced by making another. Whoever has one sees whose
account is asked for, and by whom; the organization is known from the signature alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from django.core import signing

from connections.errors import LinkUnusable, Why
from connections.models import ConnectionLink
from orgs.scope import organization_scope

SALT = "connections.link"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link says of itself: which organization asks, with which link, in which issue."""

    org_id: UUID
    link_id: UUID
    issue: int

    @classmethod
    def of(cls, token: str) -> Self:
        """What a token says. Raises LinkUnusable."""
        try:
            org_id, link_id, issue = signing.loads(token, salt=SALT)
        except signing.BadSignature:
            raise LinkUnusable(Why.DAMAGED) from None
        return cls(UUID(hex=org_id), UUID(hex=link_id), issue)


def link_token(link: ConnectionLink) -> str:
    """The secret part of a link's address."""
    return signing.dumps([link.org_id.hex, link.id.hex, link.issue], salt=SALT)


def usable_link(asked: Asked, now: datetime) -> ConnectionLink:
    """The link, with its creator, organization and maker. Raises LinkUnusable."""
    with organization_scope(asked.org_id):
        links = ConnectionLink.objects.select_related("creator__project", "org", "made_by")
        return require_usable(links.filter(id=asked.link_id).first(), asked, now)


def require_usable(link: ConnectionLink | None, asked: Asked, now: datetime) -> ConnectionLink:
    """The link itself. Raises LinkUnusable."""
    if link is None or _is_closed(link):
        raise LinkUnusable(Why.CLOSED)
    if link.issue != asked.issue:
        raise LinkUnusable(Why.REPLACED)
    if link.used_at is not None:
        raise LinkUnusable(Why.USED)
    if link.expires_at <= now:
        raise LinkUnusable(Why.EXPIRED)
    return link


def _is_closed(link: ConnectionLink) -> bool:
    creator, org = link.creator, link.org
    gone = (creator.removed_at, creator.project.deleted_at, creator.project.archived_at)
    return any((*gone, org.deleted_at, org.suspended_at)) or creator.account_id is None

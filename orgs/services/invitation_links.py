"""The links that invitations are answered with: signed, single-use, replaced by sending again."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core import signing

from orgs.identity import invitation_by_id
from orgs.models import Invitation

SALT = "orgs.invitation"


class Why(StrEnum):
    """Why an invitation cannot be answered."""

    DAMAGED = "damaged"
    REPLACED = "replaced"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CLOSED = "closed"


class InvitationUnusable(Exception):
    """An invitation that cannot be answered (any more)."""

    WORDS = {
        Why.DAMAGED: "The link is incomplete or was changed. Copy it whole from the mail, or ask to be invited again.",
        Why.REPLACED: "A newer invitation was sent to you. Open the link in the newest mail.",
        Why.ACCEPTED: "This invitation was accepted already. An invitation can be used once.",
        Why.DECLINED: "This invitation was declined. If that was a mistake, ask to be invited again.",
        Why.CANCELLED: "This invitation was cancelled by the people who sent it. Ask them if that surprises you.",
        Why.EXPIRED: "This invitation was valid for seven days, which are over. Ask to have it sent again.",
        Why.CLOSED: "The organization that invited you is closed at present. Ask the people who sent the invitation.",
    }

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return self.WORDS[self.why]


def unusable_because(invitation: Invitation, now: datetime) -> Why | None:
    """Why an invitation cannot be answered now; None if it can. Its organization must be loaded."""
    answered = (
        (invitation.accepted_at, Why.ACCEPTED),
        (invitation.declined_at, Why.DECLINED),
        (invitation.cancelled_at, Why.CANCELLED),
        (invitation.org.deleted_at or invitation.org.suspended_at, Why.CLOSED),
    )
    for moment, why in answered:
        if moment is not None:
            return why
    return Why.EXPIRED if invitation.expires_at <= now else None


def link_token(invitation: Invitation) -> str:
    """The secret part of the invitation's present link."""
    return signing.dumps([invitation.id.hex, invitation.sending], salt=SALT)


def invitation_of(token: str, now: datetime) -> Invitation:
    """The invitation that a link's token opens, with its organization. Raises InvitationUnusable."""
    try:
        invitation_id, sending = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise InvitationUnusable(Why.DAMAGED) from None
    invitation = invitation_by_id(UUID(hex=invitation_id))
    if invitation is None:
        # Its organization was deleted for good.
        raise InvitationUnusable(Why.CLOSED)
    why = unusable_because(invitation, now)
    if why is None and invitation.sending != sending:
        why = Why.REPLACED
    if why is not None:
        raise InvitationUnusable(why)
    return invitation

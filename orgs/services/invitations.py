"""What people do with invitations: send, send again, cancel, accept, decline."""

from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress

from orgs import audit, events
from orgs.limits import require_room
from orgs.models import Invitation, Membership, Organization, User
from orgs.scope import organization_scope
from orgs.services.invitation_links import InvitationUnusable, Why, unusable_because
from orgs.services.members import UnknownRole
from orgs.services.organizations import require_admin

# Nobody is flooded with mail through us: again after this long, and so many times.
AGAIN_AFTER = timedelta(minutes=1)
MOST_SENDINGS = 10
MOST_A_DAY = 200


class NotInvited(Exception):
    """The invitation was not sent; the text says why and what to do."""


class WrongAddress(Exception):
    """The signed-in user has not confirmed the address that the invitation was sent to."""

    def __init__(self, email: str) -> None:
        super().__init__(email)
        self.email = email


def invitation_create(*, by: Membership, email: str, role: str, now: datetime) -> Invitation:
    """Ask an address to join; an expired invitation of the same address is renewed. The mail goes out after commit.

    Raises PermissionDenied, UnknownRole, NotInvited, LimitReached.
    """
    require_admin(by)
    if role not in Membership.Role.values:
        raise UnknownRole
    email = email.lower()
    Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    _require_new(email, now)
    require_room(by.org_id, "max_members_per_org")
    expired = Invitation.objects.open().filter(email=email).first()
    invitation = expired or Invitation(org_id=by.org_id, email=email, sending=0)
    invitation.role, invitation.invited_by = role, by.user
    _send(invitation, now)
    _record("invitation.sent", invitation, by.user, after={"email": email, "role": role})
    return invitation


def _require_new(email: str, now: datetime) -> None:
    owners = EmailAddress.objects.filter(email=email, verified=True).values("user_id")
    if Membership.objects.filter(user_id__in=owners).exists():
        raise NotInvited(f"{email} is a member already.")
    if Invitation.objects.pending(now).filter(email=email).exists():
        raise NotInvited(f"{email} is invited already. Send it again from the list below if the mail got lost.")
    if Invitation.objects.filter(created_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        raise NotInvited(f"{MOST_A_DAY} invitations were sent within a day. Try again tomorrow.")


def invitation_resend(*, by: Membership, invitation_id: UUID, now: datetime) -> Invitation:
    """Send a new link, valid for seven days from now; the older one ends.

    Raises PermissionDenied, Invitation.DoesNotExist, InvitationUnusable if it was answered, NotInvited, LimitReached.
    """
    require_admin(by)
    Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    invitation = Invitation.objects.select_for_update(no_key=True).get(id=invitation_id)
    if not invitation.is_open:
        raise InvitationUnusable(unusable_because(invitation, now) or Why.CANCELLED)
    if not invitation.is_pending(now):
        require_room(by.org_id, "max_members_per_org")
    if invitation.sent_at > now - AGAIN_AFTER:
        raise NotInvited(f"{invitation.email} was sent a link less than a minute ago. Wait a moment.")
    if invitation.sending >= MOST_SENDINGS:
        raise NotInvited(f"{invitation.email} was sent {MOST_SENDINGS} links already. Ask in another way.")
    _send(invitation, now)
    _record("invitation.sent_again", invitation, by.user)
    return invitation


def _send(invitation: Invitation, now: datetime) -> None:
    invitation.sending += 1
    invitation.sent_at, invitation.expires_at = now, now + Invitation.LIFETIME
    invitation.save()
    events.emit(
        "invitation_received",
        data={"invitation_id": str(invitation.id), "sending": invitation.sending},
        dedup_key=f"{invitation.id}:{invitation.sending}",
    )


def invitation_cancel(*, by: Membership, invitation_id: UUID, now: datetime) -> Invitation:
    """Make an invitation's link useless and free its place. Raises PermissionDenied, Invitation.DoesNotExist,
    InvitationUnusable if it was answered in the meantime."""
    require_admin(by)
    Organization.objects.select_for_update(no_key=True).get(id=by.org_id)
    invitation = Invitation.objects.select_for_update(no_key=True).get(id=invitation_id)
    if not invitation.is_open:
        raise InvitationUnusable(unusable_because(invitation, now) or Why.CANCELLED)
    invitation.cancelled_at = now
    invitation.save(update_fields=["cancelled_at"])
    _record("invitation.cancelled", invitation, by.user)
    return invitation


def invitation_accept(*, user: User, invitation: Invitation, now: datetime) -> Membership:
    """Join with the role of an invitation that was read before its organization was known.

    Raises WrongAddress, InvitationUnusable, LimitReached where the organization has more people than its plan allows.
    """
    if invitation.email not in confirmed_addresses(user):
        raise WrongAddress(invitation.email)
    with organization_scope(invitation.org_id):
        require_room(invitation.org_id, "max_members_per_org", adding=0)
        invitation = _answerable(invitation, now)
        member, joined = Membership.objects.get_or_create(
            org=invitation.org, user=user, defaults={"role": invitation.role}
        )
        member.org = invitation.org
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        if joined:
            _record("invitation.accepted", invitation, user, after={"role": member.role})
            events.emit(
                "invitation_accepted",
                data={"invitation_id": str(invitation.id), "user_id": str(user.id), "email": invitation.email},
                dedup_key=str(invitation.id),
            )
    return member


def invitation_decline(*, invitation: Invitation, user: User | None, now: datetime) -> None:
    """Refuse an invitation; whoever holds its link may. Raises InvitationUnusable."""
    with organization_scope(invitation.org_id):
        Organization.objects.select_for_update(no_key=True).get(id=invitation.org_id)
        invitation = _answerable(invitation, now)
        invitation.declined_at = now
        invitation.save(update_fields=["declined_at"])
        _record("invitation.declined", invitation, user)


def _answerable(read: Invitation, now: datetime) -> Invitation:
    """The invitation's row, locked, as it is now: between reading and answering somebody may have been quicker."""
    invitation: Invitation = (
        Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("org").get(id=read.id)
    )
    why = unusable_because(invitation, now)
    if why is None and invitation.sending != read.sending:
        why = Why.REPLACED
    if why is not None:
        raise InvitationUnusable(why)
    return invitation


def confirmed_addresses(user: User) -> set[str]:
    """The addresses that the user has shown to be theirs, in lower case."""
    return set(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def _record(action: str, invitation: Invitation, actor: User | None, after: dict[str, str] | None = None) -> None:
    audit.record(
        action=action,
        actor=actor,
        object_type="invitation",
        object_id=invitation.id,
        object_label=invitation.email,
        after=after,
    )

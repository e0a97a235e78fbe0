"""The page behind an invitation's link, for whoever opens it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from orgs import services
from orgs.identity import membership_of
from orgs.limits import LimitReached
from orgs.models import User
from orgs.services.invitation_links import InvitationUnusable, Why, invitation_of
from orgs.services.invitations import WrongAddress, confirmed_addresses

GONE = 410


@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the invitation is about and how to answer it; led by whether the right person is signed in."""
    try:
        found = invitation_of(token, timezone.now())
    except InvitationUnusable as error:
        return _unusable(request, error)
    user = request.user if isinstance(request.user, User) else None
    context = {
        "invitation": found,
        "token": token,
        "is_theirs": user is not None and found.email in confirmed_addresses(user),
        "belongs": membership_of(request.user, found.org_id) is not None,
    }
    return render(request, "orgs/invitation.html", context)


def _unusable(request: HttpRequest, error: InvitationUnusable) -> HttpResponse:
    status = 404 if error.why == Why.DAMAGED else GONE
    return render(request, "orgs/invitation_unusable.html", {"error": error}, status=status)


@require_POST
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Join; who is not signed in comes back to the invitation after it."""
    if not isinstance(request.user, User):
        return redirect("invitation", token=token)
    try:
        member = services.invitation_accept(
            user=request.user, invitation=invitation_of(token, timezone.now()), now=timezone.now()
        )
    except InvitationUnusable as error:
        return _unusable(request, error)
    except WrongAddress:
        return redirect("invitation", token=token)
    except LimitReached:
        messages.error(
            request,
            "The organization has more people than its plan allows. Ask its admins to make room, then try again.",
        )
        return redirect("invitation", token=token)
    messages.success(request, f"Welcome to {member.org.name}.")
    return redirect("org_home", org_id=member.org_id)


@require_POST
def invitation_decline(request: HttpRequest, token: str) -> HttpResponse:
    """Refuse; whoever holds the link may, signed in or not."""
    now = timezone.now()
    try:
        found = invitation_of(token, now)
        user = request.user if isinstance(request.user, User) else None
        services.invitation_decline(invitation=found, user=user, now=now)
    except InvitationUnusable as error:
        return _unusable(request, error)
    return render(request, "orgs/invitation_declined.html", {"invitation": found})

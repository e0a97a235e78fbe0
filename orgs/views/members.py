"""Settings: members and invitations."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from orgs import services
from orgs.forms import InvitationForm
from orgs.limits import LimitReached, limit, usage
from orgs.models import Invitation, Membership
from orgs.pages import MemberRequest, organization_page
from orgs.services.invitation_links import InvitationUnusable
from orgs.services.invitations import NotInvited
from orgs.services.members import LastAdmin, MemberChanged, UnknownRole

REFUSALS = (InvitationUnusable, LastAdmin, MemberChanged, NotInvited, UnknownRole)


def members_action(view: Callable[..., str]) -> Callable[..., HttpResponseBase]:
    """Make a view that changes members or invitations: it returns what to say, and the list is shown again.

    What the product refuses is said as plainly; nothing has changed then.
    """

    @organization_page("POST")
    @wraps(view)
    def page(request: MemberRequest, **arguments: UUID) -> HttpResponse:
        try:
            messages.success(request, view(request, **arguments))
        except REFUSALS as error:
            messages.error(request, str(error))
        except LimitReached as error:
            return _members(request, InvitationForm(), reached=error)
        except (Membership.DoesNotExist, Invitation.DoesNotExist):
            messages.error(request, "It is not in this list any more. Nothing was changed.")
            return _members(request, InvitationForm(), status=404)
        return redirect("members", org_id=request.membership.org_id)

    return page


@organization_page("GET", "POST")
def members(request: MemberRequest) -> HttpResponse:
    """Everybody in the organization and everybody asked to join; an admin invites here."""
    if request.method != "POST":
        return _members(request, InvitationForm())
    services.require_admin(request.membership)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _members(request, form)
    try:
        invitation = services.invitation_create(by=request.membership, now=timezone.now(), **form.cleaned_data)
    except LimitReached as error:
        return _members(request, form, reached=error)
    except NotInvited as error:
        form.add_error("email", str(error))
        return _members(request, form)
    messages.success(request, f"An invitation is on its way to {invitation.email}.")
    return redirect("members", org_id=invitation.org_id)


def _members(
    request: MemberRequest, form: InvitationForm, *, reached: LimitReached | None = None, status: int = 200
) -> HttpResponse:
    people = list(Membership.objects.oldest_first())
    ids = [member.user_id for member in people]
    context = {
        "form": form,
        "people": people,
        "protected": set(Authenticator.objects.filter(user_id__in=ids).values_list("user_id", flat=True)),
        "invitations": list(Invitation.objects.open().newest_first()),
        "now": timezone.now(),
        "used": usage("max_members_per_org"),
        "allowed": limit(request.membership.org, "max_members_per_org"),
        "reached": reached,
        "admins": sum(member.is_admin for member in people),
    }
    return render(request, "orgs/settings/members.html", context, status=status)


@members_action
def member_role(request: MemberRequest, member_id: UUID) -> str:
    """Make a member an admin or back."""
    member = services.member_change_role(
        by=request.membership,
        membership_id=member_id,
        role=request.POST.get("role", ""),
        seen_role=request.POST.get("seen_role", ""),
    )
    return f"{member.user} is {'an admin' if member.is_admin else 'a member'} now."


@members_action
def member_remove(request: MemberRequest, member_id: UUID) -> str:
    """Take a member out."""
    member = services.member_remove(by=request.membership, membership_id=member_id)
    return f"{member.user} is no longer a member."


@organization_page("POST")
def organization_leave(request: MemberRequest) -> HttpResponse:
    """Leave; what comes next is another organization or making one."""
    try:
        services.organization_leave(by=request.membership)
    except LastAdmin as error:
        messages.error(request, str(error))
        return redirect("members", org_id=request.membership.org_id)
    except Membership.DoesNotExist:
        pass  # somebody was quicker and removed them: the wish is fulfilled
    messages.success(request, f"You left {request.membership.org.name}.")
    return redirect("home")


@members_action
def invitation_resend(request: MemberRequest, invitation_id: UUID) -> str:
    """Send a new link, valid for seven days."""
    invitation = services.invitation_resend(by=request.membership, invitation_id=invitation_id, now=timezone.now())
    return f"A new link is on its way to {invitation.email}; the older one no longer works."


@members_action
def invitation_cancel(request: MemberRequest, invitation_id: UUID) -> str:
    """Make an invitation useless."""
    invitation = services.invitation_cancel(by=request.membership, invitation_id=invitation_id, now=timezone.now())
    return f"The invitation of {invitation.email} is cancelled; its link no longer works."

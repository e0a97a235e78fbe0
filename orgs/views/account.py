"""A person's own pages: profile, organizations, sessions, and the way to a second factor."""

from uuid import UUID

from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.admission import has_second_factor
from orgs.forms import OrganizationForm, ProfileForm
from orgs.identity import belonging_of, membership_of
from orgs.models import User
from orgs.services import organization_create
from orgs.services.invitation_links import link_token
from orgs.services.organizations import TooManyOrganizations


def person_of(request: HttpRequest) -> User:
    """Who is signed in, on pages that ask for it."""
    assert isinstance(request.user, User)
    return request.user


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """The name that others see."""
    form = ProfileForm(request.POST or None, instance=person_of(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your profile is saved.")
        return redirect("account")
    return render(request, "account/profile.html", {"form": form})


@login_required
@require_safe
def account_organizations(request: HttpRequest) -> HttpResponse:
    """Where the person belongs, and where they are asked to."""
    belonging = belonging_of(person_of(request))
    waiting = [(invitation, link_token(invitation)) for invitation in belonging.invitations]
    return render(request, "account/organizations.html", {"memberships": belonging.memberships, "waiting": waiting})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organization_new(request: HttpRequest) -> HttpResponse:
    """Make one more organization; its first project is named next."""
    form = OrganizationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            org = organization_create(owner=person_of(request), name=form.cleaned_data["name"])
        except TooManyOrganizations as error:
            form.add_error("name", str(error))
        else:
            return redirect("org_home", org_id=org.id)
    return render(request, "account/organization_new.html", {"form": form})


@login_required
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign a browser out."""
    session = get_object_or_404(UserSession, pk=session_id, user=person_of(request))
    end_sessions(request, [session])
    messages.success(request, "That session is signed out.")
    return redirect("usersessions_list")


@login_required
@require_safe
def two_factor_required(request: HttpRequest, organization: UUID) -> HttpResponse:
    """Lead a member of an organization that requires a second factor to setting one up."""
    membership = membership_of(person_of(request), organization)
    if membership is None or has_second_factor(person_of(request)):
        return redirect("home")
    return render(request, "account/two_factor_required.html", {"org": membership.org})

"""What a member does about a creator's connection, from the creator's settings."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from connections import services
from connections.errors import NotReady
from connections.installation import is_offered
from connections.models import ConnectedAccount
from creators.models import Creator
from creators.views.lists import creator_of
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


@project_page("POST")
def link_make(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Make a link for the creator's owner; the settings show it."""
    creator = creator_of(project, creator_id)
    if not is_offered():
        messages.error(request, "Accounts cannot be connected here at present.")
        return _to_connection(creator)
    try:
        services.link_make(creator_id=creator.id, now=timezone.now())
    except NotReady as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"The link is ready. Send it to {creator}; it can be used once, for seven days.")
    return _to_connection(creator)


@project_page("POST")
def link_withdraw(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Let the creator's link be good for nothing."""
    creator = creator_of(project, creator_id)
    services.link_withdraw(creator_id=creator.id)
    messages.success(request, "The link is withdrawn. Whoever opens it reads that.")
    return _to_connection(creator)


@project_page("POST")
def disconnect(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Read the creator's own numbers no longer, and give the consent back."""
    creator = creator_of(project, creator_id)
    connected = ConnectedAccount.objects.of_account(creator.account_id).first()
    if connected is not None:
        services.disconnect(connected_id=connected.id, now=timezone.now())
        messages.success(request, f"{creator} is disconnected. The readings made before are kept.")
    return _to_connection(creator)


def _to_connection(creator: Creator) -> HttpResponse:
    arguments = {"org_id": creator.org_id, "project_id": creator.project_id, "creator_id": creator.id}
    return redirect(f"{reverse('creator_settings', kwargs=arguments)}#connection")

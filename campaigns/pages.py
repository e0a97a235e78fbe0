"""What every page of a campaign shares: the campaign its URL names, where it stands, and what is said when it cannot
be changed."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from campaigns.errors import CampaignArchived
from campaigns.models import Campaign, CampaignItem
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


def campaign_of(project: Project, campaign_id: UUID) -> Campaign:
    """The campaign that the URL names, in this project; anything else is a 404."""
    campaign: Campaign | None = Campaign.objects.in_project(project.id).filter(id=campaign_id).first()
    if campaign is None:
        raise Http404("no such campaign in this project")
    campaign.project = project
    return campaign


def campaign_page(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Make a view a page below …/campaigns/<campaign_id>/; it gets the campaign instead of its id.

    An archived campaign can be read; what would change it leads back to it and says so.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @project_page(*methods)
        @wraps(view)
        def page(request: MemberRequest, project: Project, campaign_id: UUID, **arguments: Any) -> HttpResponseBase:
            campaign = campaign_of(project, campaign_id)
            try:
                return view(request, campaign, **arguments)
            except CampaignArchived as error:
                messages.error(request, str(error))
                return to_page(request, campaign, "campaign")

        return page

    return decorate


def to_page(request: MemberRequest, campaign: Campaign, name: str) -> HttpResponse:
    """Lead to one of a campaign's pages, from a form or from htmx alike."""
    answer = redirect(name, org_id=campaign.org_id, project_id=campaign.project_id, campaign_id=campaign.id)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def head(campaign: Campaign, tab: str) -> dict[str, Any]:
    """What the top of each of a campaign's pages shows."""
    parents = list(Campaign.objects.containing(campaign.id))
    return {
        "project": campaign.project,
        "campaign": campaign,
        "tab": tab,
        "parents": parents,
        "trail": trail(campaign, parents),
        "item_total": CampaignItem.objects.of(campaign.id).count(),
        "reached": None,
        "is_open": campaign.archived_at is None and campaign.project.archived_at is None,
    }


def trail(campaign: Campaign, parents: list[Campaign]) -> list[Campaign]:
    """The way down to a campaign, outermost first, itself left out: at each step the campaign it was put into first."""
    if not parents:
        return []
    edges = CampaignItem.objects.in_project(campaign.project_id).edges().order_by("-id")
    first_parent = {child: parent for parent, child in edges}
    steps: list[UUID] = []
    step = first_parent.get(campaign.id)
    while step is not None:
        steps.append(step)
        step = first_parent.get(step)
    found = Campaign.objects.in_bulk(steps)
    return [found[step] for step in reversed(steps)]

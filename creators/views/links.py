"""Short links that were pasted into the list of creators and wait for TikTok's answer."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRefresh

from creators.links import link_forget
from creators.models import WaitingLink
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page


def links_context(project: Project) -> dict[str, Any]:
    """What was pasted and has not led to a creator yet, and whether an answer is still to come."""
    links = list(WaitingLink.objects.of_list(project.id, WaitingLink.Purpose.CREATOR))
    return {
        "project": project,
        "links": links,
        "is_asking": any(link.next_try_at for link in links),
        "links_route": "creator_links",
        "forget_route": "creator_link_forget",
    }


@project_page("GET")
def creator_links(request: MemberRequest, project: Project) -> HttpResponse:
    """The links alone; they ask again by themselves. Once one has led to a creator the page is loaded anew."""
    context = links_context(project)
    shown = request.GET.get("shown", "")
    if request.htmx and shown.isdecimal() and len(context["links"]) < int(shown):
        return HttpResponseClientRefresh()
    return render(request, "creators/links.html", context)


@project_page("POST")
def creator_link_forget(request: MemberRequest, project: Project, link_id: UUID) -> HttpResponse:
    """Take a link that led nowhere off the list."""
    try:
        link_forget(project=project, link_id=link_id)
    except WaitingLink.DoesNotExist:
        raise Http404("no such link in this project") from None
    return redirect("creators", org_id=project.org_id, project_id=project.id)

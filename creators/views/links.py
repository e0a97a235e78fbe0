"""Short links that were pasted, among creators or among posts, and wait for TikTok's answer."""

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

# Of each purpose: the list, the links alone, and where one is taken off.
ROUTES = {
    WaitingLink.Purpose.CREATOR: ("creators", "creator_links", "creator_link_forget"),
    WaitingLink.Purpose.VIDEO: ("videos", "video_links", "video_link_forget"),
}


def links_context(project: Project, purpose: WaitingLink.Purpose) -> dict[str, Any]:
    """What was pasted and has led to nothing yet, and whether an answer is still to come."""
    links = list(WaitingLink.objects.of_list(project.id, purpose))
    _, links_route, forget_route = ROUTES[purpose]
    return {
        "project": project,
        "links": links,
        "is_asking": any(link.next_try_at for link in links),
        "links_route": links_route,
        "forget_route": forget_route,
    }


@project_page("GET")
def waiting_links(request: MemberRequest, project: Project, purpose: WaitingLink.Purpose) -> HttpResponse:
    """The links alone; they ask again by themselves. Once one has led to something the page is loaded anew."""
    context = links_context(project, purpose)
    shown = request.GET.get("shown", "")
    if request.htmx and shown.isdecimal() and len(context["links"]) < int(shown):
        return HttpResponseClientRefresh()
    return render(request, "creators/links.html", context)


@project_page("POST")
def waiting_link_forget(
    request: MemberRequest, project: Project, link_id: UUID, purpose: WaitingLink.Purpose
) -> HttpResponse:
    """Take a link that led nowhere off the list."""
    try:
        link_forget(project=project, link_id=link_id)
    except WaitingLink.DoesNotExist:
        raise Http404("no such link in this project") from None
    return redirect(ROUTES[purpose][0], org_id=project.org_id, project_id=project.id)

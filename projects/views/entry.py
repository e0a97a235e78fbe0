"""Where somebody lands: their organization, its first project, the project they had open last."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from orgs.forms import OrganizationForm
from orgs.identity import belonging_of
from orgs.models import Organization, User
from orgs.pages import MemberRequest, organization_page
from orgs.services import organization_create
from orgs.services.invitation_links import link_token
from projects.models import Project
from projects.pages import REMEMBERED, project_page

REMEMBERED_ORG = "last_org"


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Lead a member to the organization they had open last; who belongs to none can make one."""
    assert isinstance(request.user, User)
    belonging = belonging_of(request.user)
    if belonging.memberships:
        org_id = _last_open(request, [membership.org for membership in belonging.memberships])
        return redirect("org_home", org_id=org_id)
    form = OrganizationForm(request.POST or None)
    if form.is_valid():
        org = organization_create(owner=request.user, name=form.cleaned_data["name"])
        return redirect("org_home", org_id=org.id)
    waiting = [(invitation, link_token(invitation)) for invitation in belonging.invitations]
    return render(request, "orgs/organization_new.html", {"form": form, "waiting": waiting})


def _last_open(request: HttpRequest, orgs: list[Organization]) -> UUID:
    """The organization that was open last, else the oldest; one in deletion only where there is no other."""
    last = request.session.get(REMEMBERED_ORG)
    alive = [org for org in orgs if org.deleted_at is None] or orgs
    return next((org.id for org in alive if str(org.id) == last), alive[0].id)


@organization_page("GET")
def org_home(request: MemberRequest) -> HttpResponse:
    """Lead to the project that was open last, else the oldest open one, else to naming the first."""
    org_id = request.membership.org_id
    if request.session.get(REMEMBERED_ORG) != str(org_id):
        request.session[REMEMBERED_ORG] = str(org_id)
    projects = list(Project.objects.open().oldest_first())
    if not projects:
        return redirect("projects" if Project.objects.visible().exists() else "project_new", org_id=org_id)
    last = request.session.get(REMEMBERED)
    project = next((project for project in projects if str(project.id) == last), projects[0])
    return redirect("project_home", org_id=org_id, project_id=project.id)


@project_page("GET")
def project_home(request: MemberRequest, project: Project) -> HttpResponse:
    """A project opens at its creators."""
    return redirect("creators", org_id=project.org_id, project_id=project.id)

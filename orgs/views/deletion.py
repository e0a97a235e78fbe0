"""Settings: deleting the organization, and what is left of it for 14 days."""

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from orgs import audit, services
from orgs.export import export_zip
from orgs.pages import MemberRequest, organization_page
from orgs.services.organizations import GRACE, NameMistyped


@organization_page("GET", "POST")
def organization_delete(request: MemberRequest) -> HttpResponse:
    """Say what deleting means, offer everything as a download, and delete once the name was typed."""
    services.require_admin(request.membership)
    context = {"days": GRACE.days, "mistyped": ""}
    if request.method == "POST":
        typed = request.POST.get("name", "")
        try:
            services.organization_delete(by=request.membership, typed_name=typed, now=timezone.now())
        except NameMistyped as error:
            context["mistyped"] = str(error)
        else:
            return redirect("organization_deleted", org_id=request.membership.org_id)
    return render(request, "orgs/settings/delete.html", context)


@organization_page("GET")
def organization_deleted(request: MemberRequest) -> HttpResponse:
    """What members see of an organization in deletion; an admin can restore it or take its data along."""
    org = request.membership.org
    if org.deleted_at is None:
        return redirect("org_home", org_id=org.id)
    return render(request, "orgs/deleted.html", {"end": org.deleted_at + GRACE, "membership": request.membership})


@organization_page("POST")
def organization_restore(request: MemberRequest) -> HttpResponse:
    """Open it again."""
    org = services.organization_restore(by=request.membership)
    messages.success(request, f"{org.name} is open again; nothing of it is lost.")
    return redirect("org_home", org_id=org.id)


@organization_page("GET")
def organization_export(request: MemberRequest) -> HttpResponseBase:
    """Everything the organization has here, as a zip of CSV files; for admins."""
    services.require_admin(request.membership)
    org = request.membership.org
    audit.record(action="organization.exported", object_type="organization", object_id=org.id, object_label=org.name)
    name = f"trackagoat-{timezone.localdate():%Y-%m-%d}.zip"
    return StreamingHttpResponse(
        export_zip(org.id),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )

"""Settings: what the organization uses of its plan."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from orgs.limits import Kind, meter
from orgs.models import Organization
from orgs.pages import MemberRequest, organization_page
from orgs.support import support_address
from orgs.usage import is_in_grace, usage_of

# Where something can be removed to make room.
PLACES = {
    "max_creators_per_org": "org_home",
    "max_tracked_videos_per_org": "org_home",
    "max_projects_per_org": "projects",
    "max_members_per_org": "members",
    "max_api_keys_per_org": "api_keys",
}


@organization_page("GET")
def usage(request: MemberRequest) -> HttpResponse:
    """Every limit of the plan with what is used of it."""
    org, now = Organization.objects.get(id=request.membership.org_id), timezone.now()
    by_kind = usage_of(org)
    context = {
        "counts": by_kind[Kind.COUNT],
        "daily": by_kind[Kind.DAILY],
        "per_parent": by_kind[Kind.PER_PARENT],
        "floors": by_kind[Kind.FLOOR],
        "retention": by_kind[Kind.RETENTION][0],
        "over": [row for row in (*by_kind[Kind.COUNT], *by_kind[Kind.PER_PARENT]) if row.over],
        "places": PLACES,
        "resets_at": meter.Day(org.id, "", now).ends_at,
        "in_grace": is_in_grace(org, now),
        "support": support_address(),
    }
    return render(request, "orgs/settings/usage.html", context)

"""Who asks with the dashboard's session instead of a key: a member of the organization whose project they ask about."""

from uuid import UUID

from django.http import HttpRequest

from api.parameters import is_id
from orgs import identity
from orgs.models import Membership, User
from orgs.scope import platform_scope
from projects.models import Project

# The reports, which the dashboard shows as well.
FOR_SESSIONS = "/api/v1/analytics/aggregate/"


def membership_of_asker(request: HttpRequest) -> Membership | None:
    """The membership that the request is made under: in the organization of the project that it names, else any. None
    for a request with a key, for other routes, and for who belongs nowhere."""
    if "Authorization" in request.headers or not request.path_info.startswith(FOR_SESSIONS):
        return None
    user = request.user
    if not isinstance(user, User):
        return None
    memberships = {one.org_id: one for one in identity.memberships_of(user) if one.org.deleted_at is None}
    named = request.GET.get("project_id", "")
    org_id = _organization_of(UUID(named), list(memberships)) if memberships and is_id(named) else None
    return memberships[org_id] if org_id else next(iter(memberships.values()), None)


def _organization_of(project_id: UUID, org_ids: list[UUID]) -> UUID | None:
    """The one of some organizations that has a project."""
    with platform_scope():
        projects = Project.objects.filter(id=project_id, org_id__in=org_ids)
        found: UUID | None = projects.values_list("org_id", flat=True).first()
    return found

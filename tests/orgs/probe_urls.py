"""URLs whose views show what the scope's middleware has opened, beside the product's own."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import SimpleTemplateResponse
from django.urls import path

from orgs.scope import current_org_id
from projects.models import Project
from trackagoat.urls import urlpatterns as product

committed: list[str] = []


class LateTemplate:
    """Renders the names of the scope's projects, read when the response is rendered."""

    def render(self, context: object, request: HttpRequest | None = None) -> str:
        return ",".join(Project.objects.order_by("id").values_list("name", flat=True))


def write(request: HttpRequest, status: int, **_: object) -> HttpResponse:
    """Make a project, then answer with a status."""
    Project.objects.create(org_id=current_org_id(), name=f"made by {status}")
    transaction.on_commit(lambda: committed.append(f"{status}"))
    return HttpResponse(status=status)


def fail(request: HttpRequest, **_: object) -> HttpResponse:
    """Make a project, then break."""
    Project.objects.create(org_id=current_org_id(), name="made by a failure")
    raise ValueError("broken")


def names(request: HttpRequest, **_: object) -> HttpResponse:
    """Answer with what a template finds late."""
    return SimpleTemplateResponse(LateTemplate())  # type: ignore[arg-type]


def who(request: HttpRequest, **_: object) -> HttpResponse:
    """Say whom the middleware has found."""
    key, membership = getattr(request, "api_key", None), getattr(request, "membership", None)
    return JsonResponse({"key": key and str(key.id), "membership": membership and str(membership.id)})


urlpatterns = [
    path("o/<uuid:org_id>/probe/write/<int:status>", write),
    path("o/<uuid:org_id>/probe/fail", fail),
    path("o/<uuid:org_id>/probe/names", names),
    path("o/<uuid:org_id>/probe/who", who),
    path("api/probe/write/<int:status>", write),
    path("api/probe/names", names),
    path("api/probe/who", who),
    path("probe/names", names),
    *product,
]

"""/docs/api: what the API is, and a page for every operation. Open to everybody, as the document is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.errors import ERRORS
from api.limits import REQUESTS_PER_MINUTE
from api.reference.operations import Operation, groups, operations
from api.reference.samples import samples
from orgs.limits import PLAN, Tier


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """How to ask, and everything that can be asked; `q` searches."""
    context = _frame(request)
    if request.headers.get("HX-Request"):
        return render(request, "reference/list.html", context)
    day = dict(zip((tier.value for tier in Tier), PLAN["max_api_requests_per_day"], strict=True))
    first = samples("/projects", root=context["root"])
    about = {"errors": ERRORS, "per_minute": REQUESTS_PER_MINUTE, "per_day": day, "samples": first}
    return render(request, "reference/overview.html", context | about)


@require_safe
def operation(request: HttpRequest, operation_id: str) -> HttpResponse:
    """One operation: what it takes, what it answers, how to ask it, and a place to try it."""
    found = operations().get(operation_id)
    if found is None:
        raise Http404("no such operation")
    context = _frame(request, found)
    return render(
        request,
        "reference/operation.html",
        context | {"operation": found, "samples": samples(found.asked, root=context["root"])},
    )


def _frame(request: HttpRequest, current: Operation | None = None) -> dict[str, Any]:
    search = request.GET.get("q", "").strip()[:100]
    return {
        "groups": groups(search),
        "search": search,
        "current": current,
        "root": request.build_absolute_uri("/").rstrip("/"),
    }

"""Settings: API keys."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from orgs import services
from orgs.forms import ApiKeyForm
from orgs.limits import LimitReached, limit, usage
from orgs.models import ApiKey
from orgs.pages import MemberRequest, organization_page


@organization_page("GET", "POST")
def api_keys(request: MemberRequest) -> HttpResponse:
    """Every API key of the organization; an admin makes one, whose secret this one answer shows."""
    if request.method != "POST":
        return _keys(request, ApiKeyForm())
    services.require_admin(request.membership)
    form = ApiKeyForm(request.POST)
    if not form.is_valid():
        return _keys(request, form)
    try:
        key, secret = services.api_key_create(
            by=request.membership, name=form.cleaned_data["name"], expires_at=form.expires_at(timezone.now())
        )
    except LimitReached as error:
        return _keys(request, form, reached=error)
    return _keys(request, ApiKeyForm(), made=key, secret=secret)


def _keys(
    request: MemberRequest,
    form: ApiKeyForm,
    *,
    made: ApiKey | None = None,
    secret: str = "",
    reached: LimitReached | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "keys": list(ApiKey.objects.newest_first()),
        "now": timezone.now(),
        "used": usage("max_api_keys_per_org"),
        "allowed": limit(request.membership.org, "max_api_keys_per_org"),
        "made": made,
        "secret": secret,
        "reached": reached,
        "api_root": request.build_absolute_uri("/api/v1"),
    }
    response = render(request, "orgs/settings/api_keys.html", context)
    if secret:
        add_never_cache_headers(response)
    return response


@organization_page("POST")
def api_key_revoke(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Make a key useless at once."""
    try:
        key = services.api_key_revoke(by=request.membership, key_id=key_id)
    except ApiKey.DoesNotExist:
        raise Http404("no such key") from None
    messages.success(request, f"{key.name} is revoked. Requests with it are refused from now on.")
    return redirect("api_keys", org_id=request.membership.org_id)

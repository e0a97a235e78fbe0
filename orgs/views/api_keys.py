"""Settings: API keys."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from orgs import services
from orgs.forms import ApiKeyForm, ApiKeyNameForm
from orgs.limits import LimitReached, limit, meter, usage
from orgs.models import ApiKey, Membership
from orgs.pages import MemberRequest, organization_page

REQUESTS = "max_api_requests_per_day"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key with its requests of this UTC day, and whether whoever made it is still a member."""

    key: ApiKey
    requests_today: int
    maker_left: bool


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
        "rows": _rows(request.membership.org_id),
        "now": timezone.now(),
        "used": usage("max_api_keys_per_org"),
        "allowed": limit(request.membership.org, "max_api_keys_per_org"),
        "day_cap": limit(request.membership.org, REQUESTS),
        "made": made,
        "secret": secret,
        "reached": reached,
        "api_root": request.build_absolute_uri("/api/v1"),
    }
    response = render(request, "orgs/settings/api_keys.html", context)
    if secret:
        add_never_cache_headers(response)
    return response


def _rows(org_id: UUID) -> list[KeyRow]:
    """Every key, the live ones first."""
    now = timezone.now()
    counted = meter.parts(meter.Day(org_id, REQUESTS, now))
    members = set(Membership.objects.values_list("user_id", flat=True))
    keys = sorted(ApiKey.objects.newest_first(), key=lambda key: not key.is_live(now))
    return [KeyRow(key, counted.get(str(key.id), 0), key.created_by_id not in members) for key in keys]


@organization_page("POST")
def api_key_rename(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Call a key something else."""
    services.require_admin(request.membership)
    form = ApiKeyNameForm(request.POST)
    if not ApiKey.objects.filter(id=key_id).exists():
        raise Http404("no such key")
    if not form.is_valid():
        messages.error(request, str(form.errors["name"][0]))
        return redirect("api_keys", org_id=request.membership.org_id)
    key = services.api_key_rename(by=request.membership, key_id=key_id, name=form.cleaned_data["name"])
    messages.success(request, f"The key is called {key.name} now.")
    return redirect("api_keys", org_id=request.membership.org_id)


@organization_page("POST")
def api_key_revoke(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Make a key useless at once."""
    try:
        key = services.api_key_revoke(by=request.membership, key_id=key_id)
    except ApiKey.DoesNotExist:
        raise Http404("no such key") from None
    messages.success(request, f"{key.name} is revoked. Requests with it are refused from now on.")
    return redirect("api_keys", org_id=request.membership.org_id)

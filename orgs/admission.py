"""Who is led elsewhere although they are a member: the organization is suspended or in deletion, or wants a second
factor first."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django_htmx.http import HttpResponseClientRedirect

from orgs.models import Membership, User
from orgs.support import support_address

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# What an organization in deletion still answers.
OPEN_IN_DELETION = {"organization_deleted", "organization_restore", "organization_export"}


def has_second_factor(user: User) -> bool:
    """Whether a password alone no longer opens the user's account."""
    return bool(is_mfa_enabled(user, SECOND_FACTORS))


def led_elsewhere(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    """The answer to a member who may not open the organization's pages now; None for whoever may."""
    if membership.org.suspended_at is not None:
        about = {"name": membership.org.name, "support": support_address()}
        return render(request, "orgs/suspended_organization.html", about, status=403)
    in_deletion = membership.org.deleted_at is not None
    if membership.org.require_two_factor and not has_second_factor(membership.user):
        return _redirect(request, "two_factor_required", str(membership.org_id))
    if in_deletion and resolve(request.path_info).url_name not in OPEN_IN_DELETION:
        return _redirect(request, "organization_deleted", str(membership.org_id))
    return None


def _redirect(request: HttpRequest, name: str, org_id: str) -> HttpResponse:
    answer = redirect(name, org_id)
    # A fragment would put the whole page into a row.
    return HttpResponseClientRedirect(answer.url) if request.headers.get("HX-Request") else answer

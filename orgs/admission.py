"""Who is led elsewhere although they are a member: the organization is in deletion, or wants a second factor first."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django_htmx.http import HttpResponseClientRedirect

from orgs.models import Membership, User

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# What an organization in deletion still answers.
OPEN_IN_DELETION = {"organization_deleted", "organization_restore", "organization_export"}


def has_second_factor(user: User) -> bool:
    """Whether a password alone no longer opens the user's account."""
    return bool(is_mfa_enabled(user, SECOND_FACTORS))


def led_elsewhere(request: HttpRequest, membership: Membership) -> HttpResponse | None:
    """The redirect for a member who may not open the organization's pages now; None for whoever may."""
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

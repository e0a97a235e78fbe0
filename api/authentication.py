"""Whose request it is: the API key or, for reports, the member that the organization's scope was opened for."""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from api.errors import InvalidApiKey, OrganizationSuspended, UserSuspended
from orgs.admission import has_second_factor
from orgs.models import ApiKey, Membership, User


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer tga_…`. There is no user behind a key: `request.auth` is the key.

    Raises InvalidApiKey, OrganizationSuspended.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey]:
        key: ApiKey | None = request._request.api_key  # type: ignore[attr-defined]
        if key is None:
            raise InvalidApiKey
        if key.org.suspended_at is not None:
            raise OrganizationSuspended
        return AnonymousUser(), key


class MemberAuthentication(BaseAuthentication):
    """The dashboard's session cookie, where no key is sent: `request.auth` is the membership.

    Raises UserSuspended, OrganizationSuspended, InvalidApiKey where the organization wants a second factor first.
    """

    def authenticate(self, request: Request) -> tuple[User, Membership] | None:
        if "Authorization" in request.headers:
            return None
        user = request._request.user
        if not isinstance(user, User):
            return None
        if user.suspended_at is not None:
            raise UserSuspended
        membership: Membership | None = request._request.api_membership  # type: ignore[attr-defined]
        if membership is None:
            return None
        if membership.org.suspended_at is not None:
            raise OrganizationSuspended
        if membership.org.require_two_factor and not has_second_factor(user):
            raise InvalidApiKey("This organization asks its members for a second factor: set one up first.")
        return user, membership


def key_of(request: Request) -> ApiKey:
    """The key of an authenticated request, with its organization."""
    return cast(ApiKey, request.auth)

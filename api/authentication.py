"""Whose request it is: the API key that orgs.scope found and opened the organization's scope for."""

from typing import cast

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from api.errors import InvalidApiKey, OrganizationSuspended
from orgs.models import ApiKey


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


def key_of(request: Request) -> ApiKey:
    """The key of an authenticated request, with its organization."""
    return cast(ApiKey, request.auth)

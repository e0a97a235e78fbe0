"""The middleware that knows people by their browser: sessions and what lives in them.

Who asks the API with a key is nobody there. Such requests pass it by; a cookie beside the key is not looked at.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin
from hijack.middleware import HijackUserMiddleware

from orgs.scope import API_PREFIX


class _PassedByKeys(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> Any:
        if "HTTP_AUTHORIZATION" in request.META and request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        return super().__call__(request)


class PeoplesSessions(_PassedByKeys, SessionMiddleware):
    """Django's sessions."""


class SignedInPeople(_PassedByKeys, AuthenticationMiddleware):
    """Django's `request.user`."""


class PeoplesMessages(_PassedByKeys, MessageMiddleware):
    """Django's messages."""


class ImpersonatedPeople(_PassedByKeys, HijackUserMiddleware):  # type: ignore[misc]
    """hijack's `request.user.is_hijacked`."""

"""Where somebody is signed in: the list that they see and end sessions from."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NOTED_EVERY_SECONDS = 300


class SessionActivityMiddleware:
    """Notes address, browser and time of a session's last use, at most every five minutes.

    allauth's own middleware writes a row at every request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Requests with an API key have no session (trackagoat.people).
        key = request.session.session_key if hasattr(request, "session") else None
        if key and cache.add(f"session-noted:{key}", True, NOTED_EVERY_SECONDS) and request.user.is_authenticated:
            UserSession.objects.create_from_request(request)
        return self.get_response(request)

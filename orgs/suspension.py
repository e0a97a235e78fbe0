"""Who is kept out by staff: suspended people. Suspended organizations see orgs.admission."""

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from orgs.models import User
from orgs.scope import API_PREFIX
from orgs.support import support_address


class SuspendedUserMiddleware:
    """Ends the session of a suspended person and says why: 403. The API answers for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(API_PREFIX):
            user = request.user
            if isinstance(user, User) and user.suspended_at is not None:
                logout(request)
                return render(request, "orgs/suspended_user.html", {"support": support_address()}, status=403)
        return self.get_response(request)

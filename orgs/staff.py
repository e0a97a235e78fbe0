"""What holds for platform staff: a second factor, and looking through a person's eyes without their hands.

Staff may see the product as a person sees it. Nothing can be changed that way, the organizations' audit logs say when
it began and ended, and every page says so.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from orgs.admission import has_second_factor
from orgs.models import User
from orgs.scope import API_PREFIX, STAFF_PREFIX
from orgs.services.users import record_about

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class StaffMiddleware:
    """Keeps the staff pages to staff with a second factor, and impersonation to reading. Stands inside hijack's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(API_PREFIX):
            return self.get_response(request)
        if request.path_info.startswith(STAFF_PREFIX) and _lacks_second_factor(request):
            return render(request, "orgs/staff_second_factor.html", status=403)
        if request.method not in SAFE_METHODS and is_impersonating(request) and not _ends_it(request):
            return render(request, "orgs/impersonation_reads_only.html", status=403)
        return self.get_response(request)


def is_impersonating(request: HttpRequest) -> bool:
    """Whether staff look through the eyes of the user that the request is made as."""
    return bool(getattr(request.user, "is_hijacked", False))


def note_impersonation_start(*, hijacker: User, hijacked: User, **_: Any) -> None:
    """Receiver of hijack's signal."""
    record_about("user.impersonation_started", hijacked, actor=hijacker)


def note_impersonation_end(*, hijacker: User, hijacked: User, **_: Any) -> None:
    """Receiver of hijack's signal."""
    record_about("user.impersonation_ended", hijacked, actor=hijacker)


def _lacks_second_factor(request: HttpRequest) -> bool:
    user = request.user
    return bool(
        settings.STAFF_REQUIRE_TWO_FACTOR and isinstance(user, User) and user.is_staff and not has_second_factor(user)
    )


def _ends_it(request: HttpRequest) -> bool:
    return request.path_info in (reverse("hijack:release"), reverse("account_logout"))
